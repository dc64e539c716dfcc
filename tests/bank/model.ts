/**
 * The bank as plain arrays of numbers, with conversions of its own: what the
 * tests compare the shared memory with. It shares no code with `src/`.
 * @module
 */

import { assert } from "@std/assert";

/** How many cells each table has. */
export const SIZE = 65_536;

/** The number of tables; 0 and 1 have bits, 2 and 3 have registers. */
export const TABLES = 4;

/** Bits, the least significant of the first byte first. */
export function toBits(bytes: Uint8Array): boolean[] {
  return Array.from(bytes).flatMap((byte) =>
    Array.from(
      { length: 8 },
      (_, i) => Math.floor(byte / 2 ** i) % 2 === 1,
    )
  );
}

/** Bytes of bits, the least significant bit of the first byte first; unused bits are 0. */
export function fromBits(bits: readonly boolean[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    if (bit) bytes[Math.floor(i / 8)]! += 2 ** (i % 8);
  });
  return bytes;
}

/** Values of cells as they stand on the wire. */
export function toWire(
  table: number,
  values: readonly number[],
): Uint8Array<ArrayBuffer> {
  if (table < 2) return fromBits(values.map((value) => value === 1));
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(i * 2, value));
  return bytes;
}

/** The first `count` cells of what stands on the wire. */
export function fromWire(
  table: number,
  count: number,
  bytes: Uint8Array,
): number[] {
  if (table < 2) return toBits(bytes).slice(0, count).map(Number);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: count }, (_, i) => view.getUint16(i * 2));
}

/** Asserts that bytes are the same; for whole tables much faster than `assertEquals`. */
export function assertSameBytes(
  actual: Uint8Array,
  expected: Uint8Array,
  what: string,
): void {
  const { length } = expected;
  assert(actual.length === length, `${what}: ${actual.length} of ${length}`);
  for (let i = 0; i < length; i++) {
    if (actual[i] === expected[i]) continue;
    assert(false, `${what}: byte ${i} is ${actual[i]}, not ${expected[i]}`);
  }
}

/** A change of cells, as the log gives it. */
export interface ModelChange {
  readonly table: number;
  readonly address: number;
  readonly count: number;
  readonly values: Uint8Array;
}

/** Four tables as arrays of numbers, all 0. */
export class BankModel {
  /** The cells of each table. */
  readonly tables: readonly number[][] = Array.from(
    { length: TABLES },
    () => new Array<number>(SIZE).fill(0),
  );

  /** Values of `count` cells. */
  read(table: number, address: number, count: number): number[] {
    return this.tables[table]!.slice(address, address + count);
  }

  /** Sets cells from `address` on. */
  write(table: number, address: number, values: readonly number[]): void {
    const cells = this.tables[table]!;
    values.forEach((value, i) => cells[address + i] = value);
  }

  /** Sets the cells of a change. */
  apply({ table, address, count, values }: ModelChange): void {
    this.write(table, address, fromWire(table, count, values));
  }

  /** All cells of a table as they stand on the wire. */
  wire(table: number): Uint8Array<ArrayBuffer> {
    return toWire(table, this.tables[table]!);
  }
}
