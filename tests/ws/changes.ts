/**
 * Changes for tests, and how a client is told of them according to the design:
 * made with `JSON.stringify`, not with the program's encoder.
 * @module
 */
import { type Change, Origin } from "../../src/bank/change.ts";
import { RECORD_HEADER } from "../../src/bank/memory.ts";
import { putHeader, type RecordMemory } from "../../src/bank/record.ts";
import type { Table } from "../../src/bank/tables.ts";
import { toWire } from "../bank/model.ts";

/** Types of notifications by table. */
const SET_TYPES = [
  "setCoils",
  "setDiscreteInputs",
  "setInputRegisters",
  "setHoldingRegisters",
] as const;

/** A change by a Modbus client, unless `more` says otherwise. */
export function change(
  table: Table,
  address: number,
  values: readonly number[],
  more: Partial<Change> = {},
): Change {
  return {
    seq: 1,
    time: 1_700_000_000_000,
    table,
    address,
    count: values.length,
    origin: Origin.modbus,
    connection: 1,
    unitId: 1,
    values: toWire(table, values),
    ...more,
  };
}

/** The record of a change, at byte 0. */
export function record(change: Change): RecordMemory {
  const { seq, time, table, address, count, values } = change;
  const buffer = new ArrayBuffer((RECORD_HEADER + values.length + 7) & ~7);
  const memory = {
    bytes: new Uint8Array(buffer),
    words: new Int32Array(buffer),
    floats: new Float64Array(buffer),
  };
  putHeader(memory, 0, seq, time, table, address, count, change);
  memory.bytes.set(values, RECORD_HEADER);
  return memory;
}

/** The text of a notification; fields of `meta` follow in their order. */
export function notification(
  table: Table,
  address: number,
  values: readonly number[],
  meta: Readonly<Record<string, unknown>> = {},
): string {
  const value = table < 2 ? values.map((value) => value === 1) : values;
  return JSON.stringify({ type: SET_TYPES[table], address, value, ...meta });
}
