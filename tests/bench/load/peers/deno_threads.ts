/**
 * The same as `deno_loop.ts` with the Modbus side in a thread of its own: how
 * little browsers can disturb a PLC when each side has a thread, and both are
 * as bare as can be.
 * @module
 */
import { ready, serveFanOut, tell } from "./deno_fan_out.ts";
import type { FromModbusThread } from "./deno_threads_worker.ts";

const wsPort = serveFanOut();
const worker = new Worker(
  new URL("./deno_threads_worker.ts", import.meta.url),
  { type: "module" },
);
worker.onmessage = ({ data }: MessageEvent<FromModbusThread>) => {
  if (typeof data === "number") ready(data, wsPort);
  else tell(...data);
};
