/**
 * Runs a load on a server and takes the figures.
 * @module
 */
import { Fan } from "./fan.ts";
import type { LoadCounters, LoadShape } from "./load_connection.ts";
import { ModbusLoad } from "./modbus_load.ts";
import { cpuSeconds, machineSeconds } from "./process.ts";
import type { Server } from "./servers.ts";
import type { Tally } from "./watchers.ts";

/** What one run of a case has given. */
export interface Outcome {
  /** The figures, in the order of the case's rows. */
  readonly figures: readonly number[];
  /** What went wrong, in words. */
  readonly faults: readonly string[];
  /** What it has cost. */
  readonly cost?: Cost;
}

/** Processor time of a run. */
export interface Cost {
  /** How many requests or deliveries there were. */
  readonly operations: number;
  /** How long it took, in seconds. */
  readonly elapsed: number;
  /** Seconds of processor time that the server used. */
  readonly server: number;
  /** Seconds of processor time that this program used. */
  readonly load: number;
  /** Seconds of processor time that all others used: they disturb. */
  readonly others: number;
}

/** A fan-out. */
export interface FanShape {
  /** How many WebSocket clients. */
  readonly clients: number;
  /** How many writes. */
  readonly writes: number;
  /** Writes per second; each when the one before is answered unless given. */
  readonly rate?: number;
  /** Whether the clients take several notifications in one message. */
  readonly batch?: boolean;
}

/** Part of a load's time that comes before it is measured. */
const WARM_UP = 0.25;

/**
 * Loads a server with Modbus requests for `seconds`.
 *
 * @param figuresOf Makes the figures of what was counted meanwhile.
 */
export async function measureModbus(
  server: Server,
  shape: LoadShape,
  seconds: number,
  figuresOf: (counters: LoadCounters, elapsed: number) => number[],
): Promise<Outcome> {
  const load = await ModbusLoad.open(server.modbusPort, shape);
  const { counters } = load;
  load.start();
  await delay(seconds * WARM_UP);
  counters.latency.clear();
  const stop = startClock(server.pid);
  await delay(seconds);
  const cost = stop(counters.latency.count);
  const figures = figuresOf(counters, cost.elapsed);
  await load.stop();
  return { figures, faults: counters.faults, cost };
}

/**
 * Lets a server tell its clients of writes.
 *
 * @param figuresOf Makes the figures of what the clients have seen.
 */
export async function measureFan(
  { pid, modbusPort, wsPort }: Server,
  { clients, writes, rate, batch = false }: FanShape,
  figuresOf: (tally: Tally) => number[],
): Promise<Outcome> {
  const capacity = Math.ceil(writes);
  const options = { modbusPort, wsPort, clients, capacity, batch };
  const fan = await Fan.open(options);
  const stop = startClock(pid);
  if (rate === undefined) await fan.flood(capacity);
  else await fan.write(capacity, rate);
  await fan.drained();
  const cost = stop(fan.tally.deliveries);
  fan.close();
  return { figures: figuresOf(fan.tally), faults: fan.faults, cost };
}

/** Waits. */
export function delay(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Begins to measure what a server and this program use. */
function startClock(pid: number): (operations: number) => Cost {
  const now = () => [
    performance.now() / 1000,
    cpuSeconds(pid) ?? NaN,
    cpuSeconds(Deno.pid) ?? NaN,
    machineSeconds() ?? NaN,
  ];
  const before = now();
  return (operations) => {
    const [elapsed, server, load, machine] = now().map((value, i) =>
      value - before[i]!
    ) as [number, number, number, number];
    const others = Math.max(0, machine - server - load);
    return { operations, elapsed, server, load, others };
  };
}
