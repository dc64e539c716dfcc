/**
 * A {@linkcode Fan} in a thread of its own, so that it does not disturb what is
 * measured beside it: writes at a rate from "start" to "stop".
 * @module
 */
import { Fan, type FanOptions } from "./fan.ts";

/** What the thread is told. */
export type ToFanWorker =
  | { type: "start"; options: FanOptions; rate: number }
  | { type: "stop" };

/** What the thread tells: that all are connected; that it has ended, and what went wrong. */
export type FromFanWorker =
  | { type: "started" }
  | { type: "ended"; faults: string[] };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ToFanWorker>) => void;
  postMessage(message: FromFanWorker): void;
};

let stopped = false;

scope.onmessage = ({ data }) => {
  if (data.type === "stop") stopped = true;
  else run(data.options, data.rate);
};

async function run(options: FanOptions, rate: number): Promise<void> {
  const fan = await Fan.open(options);
  scope.postMessage({ type: "started" });
  await fan.write(options.capacity, rate, () => stopped);
  await fan.drained();
  fan.close();
  scope.postMessage({ type: "ended", faults: fan.faults });
}
