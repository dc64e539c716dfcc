/**
 * A thread that writes, then does nothing until it was told of, and so on: if
 * the reader is not woken even once, all stands still.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";

/** What the thread is to do. */
export interface PacedJob {
  /** Memory of the bank. */
  readonly buffer: SharedArrayBuffer;
  /** How many writes have been told of. */
  readonly told: Int32Array<SharedArrayBuffer>;
  /** How many writes. */
  readonly writes: number;
  /** Passes through a short loop before a write: by how much the write falls behind the reader's wait. */
  readonly delays: readonly number[];
}

const SPINS = 10_000;

self.onmessage = ({ data }: MessageEvent<PacedJob>) => {
  const { buffer, told, writes, delays } = data;
  const bank = Bank.open(buffer, 2);
  const source = Uint8Array.of(1);
  const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
  for (let i = 0; i < writes; i++) {
    // Awake at first, so as to write at the very moment when the reader begins
    // to wait; asleep when it does not come, as there may be but one core.
    for (let spins = 0; Atomics.load(told, 0) < i; spins++) {
      if (spins > SPINS) Atomics.wait(told, 0, i - 1);
    }
    for (let n = delays[i % delays.length]!; n > 0; n--) Atomics.load(told, 0);
    bank.write(Table.coils, i, 1, source, 0, writer);
  }
};
