/**
 * Who writes in tests that do not care.
 * @module
 */
import { Origin } from "../../src/bank/change.ts";

/** A Modbus client. */
export const WRITER = {
  origin: Origin.modbus,
  connection: 1,
  unitId: 1,
} as const;

/** None: what the test itself prepares. */
export const NOBODY = {
  origin: Origin.websocket,
  connection: 0,
  unitId: 0,
} as const;
