/**
 * Whether a PLC notices the browsers: the response time of one Modbus
 * connection, alone and while many clients are told of changes.
 * @module
 */
import type { FanOptions } from "./fan.ts";
import type { FromFanWorker, ToFanWorker } from "./fan_worker.ts";
import { measureModbus, type Outcome } from "./measure.ts";
import type { LoadShape } from "./load_connection.ts";
import type { Server } from "./servers.ts";

/**
 * Measures the 99th percentile in both situations, each for `seconds`.
 *
 * @param clients How many WebSocket clients.
 * @param rate Writes per second that they are told of.
 */
export async function isolation(
  server: Server,
  shape: LoadShape,
  seconds: number,
  clients: number,
  rate: number,
): Promise<Outcome> {
  const p99 = () =>
    measureModbus(server, shape, seconds, ({ latency }) => [
      latency.percentile(0.99) * 1000,
    ]);
  const quiet = await p99();
  const { modbusPort, wsPort } = server;
  const capacity = Math.ceil(rate * (seconds * 2 + 5));
  const options = { modbusPort, wsPort, clients, capacity };
  const fan = new FanThread();
  await fan.start(options, rate);
  const loaded = await p99();
  const fanFaults = await fan.stop();
  const [before, after] = [quiet.figures[0]!, loaded.figures[0]!];
  return {
    figures: [before, after, after / before],
    faults: [...quiet.faults, ...loaded.faults, ...fanFaults],
  };
}

/** Clients and writer in a thread that does not disturb this one. */
class FanThread {
  readonly #worker = new Worker(new URL("./fan_worker.ts", import.meta.url), {
    type: "module",
  });
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<string[]>();

  constructor() {
    this.#worker.onmessage = ({ data }: MessageEvent<FromFanWorker>) => {
      if (data.type === "started") this.#started.resolve();
      else this.#ended.resolve(data.faults);
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#started.resolve();
      this.#ended.resolve([`the clients failed: ${event.message}`]);
    };
  }

  start(options: FanOptions, rate: number): Promise<void> {
    this.#post({ type: "start", options, rate });
    return this.#started.promise;
  }

  async stop(): Promise<string[]> {
    this.#post({ type: "stop" });
    const faults = await this.#ended.promise;
    this.#worker.terminate();
    return faults;
  }

  #post(message: ToFanWorker): void {
    this.#worker.postMessage(message);
  }
}
