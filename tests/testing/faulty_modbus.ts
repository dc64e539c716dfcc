/**
 * The Modbus thread with faults that a test can ask for.
 * @module
 */
import type { Fault } from "../modbus/faulty_worker.ts";

/** Makes a worker that does its work until it gets an order, unless it has a fault from the start. */
export function faultyModbusWorker(name: Fault | "sound" = "sound"): Worker {
  const url = new URL("../modbus/faulty_worker.ts", import.meta.url);
  return new Worker(url, { type: "module", name });
}
