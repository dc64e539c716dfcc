/**
 * What a server costs that has little to do.
 * @module
 */
import { Fan } from "./fan.ts";
import { delay, type Outcome } from "./measure.ts";
import { residentKib } from "./process.ts";
import type { Server } from "./servers.ts";

/** How long a server may take to settle before its memory is looked at, in seconds. */
const SETTLE = 0.2;

/**
 * Starts a server and lets clients connect that only listen: milliseconds to
 * start, MiB without clients, KiB for each client.
 */
export async function idleClients(
  start: () => Promise<Server>,
  clients: number,
): Promise<Outcome> {
  const begin = performance.now();
  await using server = await start();
  const ready = performance.now() - begin;
  await delay(SETTLE);
  const before = residentKib(server.pid) ?? NaN;
  const { modbusPort, wsPort } = server;
  const fan = await Fan.open({ modbusPort, wsPort, clients, capacity: 1 });
  await delay(SETTLE);
  const after = residentKib(server.pid) ?? NaN;
  // All of them are still there.
  await fan.write(1, 1);
  await fan.drained();
  fan.close();
  return {
    figures: [ready, before / 1024, (after - before) / clients],
    faults: fan.faults,
  };
}
