/**
 * What the bank tells of a write.
 * @module
 */
import type { Table } from "./tables.ts";

/** Numbers of the kinds of writers, as they stand in the change log. */
export const Origin = {
  /** A Modbus client. */
  modbus: 0,
  /** A WebSocket client. */
  websocket: 1,
  /** Not one write: the current values of cells whose changes the log could not hold. */
  resync: 2,
  /** An HTTP request; each has a number of its own. */
  rest: 3,
} as const;

/** Number of a kind of writer. */
export type Origin = typeof Origin[keyof typeof Origin];

/** Who writes. One object serves many writes: the bank copies it. */
export interface Writer {
  /** The kind of writer. */
  origin: Origin;
  /** Number of its connection, 0 to 2^32 − 1; unique together with `origin`. */
  connection: number;
  /** The unit id that the writer addressed, 0 to 255. */
  unitId: number;
}

/** One write, or after an overflow the current values of a range. */
export interface Change extends Readonly<Writer> {
  /** 1 for the first write to the bank, then one more each. A resync carries that of the last write it contains. */
  readonly seq: number;
  /** When it was written, in milliseconds since 1970. */
  readonly time: number;
  /** The table that was written. */
  readonly table: Table;
  /** The first cell, 0 to 65,535. */
  readonly address: number;
  /** How many cells, 1 to 65,536. */
  readonly count: number;
  /** The values in wire form, unused bits 0: see `wireLength` in `tables.ts`. Nobody else uses or changes these bytes. */
  readonly values: Uint8Array;
}
