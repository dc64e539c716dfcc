/**
 * The thread of `deno_threads.ts` that serves Modbus.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { serveModbus, valuesOf } from "./deno_modbus.ts";

/** Its port, then the address and the values of each write. */
export type FromModbusThread = number | [address: number, value: number[]];

const post = (message: FromModbusThread) => self.postMessage(message);
post(
  serveModbus((address, count) => post([address, valuesOf(address, count)])),
);
