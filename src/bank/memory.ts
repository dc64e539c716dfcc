/**
 * Where everything lies in the one SharedArrayBuffer of a bank.
 * @module
 */
import { forEachRun, setBits } from "./bits.ts";
import { pageCount } from "./pages.ts";
import { Table, TABLE_SIZE, wireLength } from "./tables.ts";
import { ANY_UNIT, UNIT_IDS, Units } from "./units.ts";

/** Indices of the control words (32-bit, at the start of the memory). */
export const Word = {
  /** The mutex. */
  lock: 0,
  /** Changes value at every wake of the reader: what it waits on. */
  signal: 1,
  /** Fill level of the ring, in bytes, from which on the reader wants to be woken; 0: not now. */
  wakeAt: 2,
  /** Position behind the newest record in the ring (counts bytes, wraps at 2^32). */
  head: 3,
  /** Position of the oldest record that the reader has not released. */
  tail: 4,
  /** 1 from the first write that found the ring full until the reader has taken the dirty ranges. */
  overflowed: 5,
  /** Which record is being applied: {@linkcode Pending}. */
  pending: 6,
  /** Ring position of the record that is being applied. */
  pendingAt: 7,
  /** Bytes in the ring, a power of two. */
  ringSize: 8,
  /** 1: who writes has to wait until the store has it on disk. */
  strict: 9,
  /** 1: the store sleeps, and wants to be woken by the next write. */
  storeArmed: 10,
  /** Changes value at every wake of the store: what it waits on. */
  storeSignal: 11,
  /** Low 32 bits of the sequence number of the last write that is on disk. */
  stored: 12,
  /** 1 while storing fails. */
  storeFailing: 13,
  /** Changes value with each of the two: what those wait on who want to know that a write is on disk. */
  storedSignal: 14,
  /** 1: the bank has tables for each unit of a list. */
  hasUnits: 15,
} as const;

/** Values of {@linkcode Word.pending}. */
export const Pending = {
  /** No write is half done. */
  none: 0,
  /** The record at `pendingAt` in the ring. */
  ring: 1,
  /** The record in the spare slot, as the ring is full. */
  spare: 2,
} as const;

/** Indices of the control numbers (64-bit floats behind the control words). */
export const Num = {
  /** Sequence number of the last write, 0 before the first. */
  seq: 0,
  /** Writes that found the ring full, ever. */
  overflows: 1,
  /** Writes by each kind of writer since the memory was made: its `Origin` is to be added. */
  writes: 2,
} as const;

/** Bytes of a record before its values; a multiple of 8. */
export const RECORD_HEADER = 40;

const WORDS_BYTES = 64;
const NUMS_BYTES = 64;
/** One bit for each unit id: whether it is in the list. */
const UNITS_AT = WORDS_BYTES + NUMS_BYTES;
const UNITS_BYTES = UNIT_IDS / 8;
const TABLES_AT = UNITS_AT + UNITS_BYTES;
const BIT_TABLE_BYTES = TABLE_SIZE / 8;

/** Bytes of the largest record: a whole table of registers. */
export const MAX_RECORD: number = RECORD_HEADER +
  wireLength(Table.holdingRegisters, TABLE_SIZE);

/** Smallest ring: one record of the largest Modbus write fits several times. */
const MIN_RING = 1024;
const MAX_RING = 2 ** 30;

/** Views on the memory of one bank, and where its parts begin. */
export class BankMemory {
  /** The memory itself, to be posted to another thread. */
  readonly buffer: SharedArrayBuffer;
  /** All of it as bytes; every offset here counts from its start. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** All of it as 32-bit words; the first ones are the control words. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** All of it as 64-bit floats, for sequence numbers and times. */
  readonly floats: Float64Array<SharedArrayBuffer>;
  /** The control numbers. */
  readonly nums: Float64Array<SharedArrayBuffer>;
  /** Which unit ids have which tables. */
  readonly units: Units;
  /** The cells of each table, in wire form. */
  readonly tables: readonly Uint8Array<SharedArrayBuffer>[];
  /** One bit per cell of each table: written while the ring was full. */
  readonly dirty: readonly Uint8Array<SharedArrayBuffer>[];
  /** One byte per page: 1 when it was written since the store has taken it. */
  readonly marks: Uint8Array<SharedArrayBuffer>;
  /** Bytes in the ring, a power of two. */
  readonly ringSize: number;
  /** Offset of the ring; the last record in it may reach past its end, up to the spare slot. */
  readonly ringAt: number;
  /** Offset of the spare slot for a record that finds the ring full. */
  readonly spareAt: number;

  /** Looks at memory that {@linkcode BankMemory.allocate} made, here or in another thread. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.floats = new Float64Array(buffer);
    this.nums = new Float64Array(buffer, WORDS_BYTES, NUMS_BYTES / 8);
    this.ringSize = this.words[Word.ringSize]!;
    this.units = this.#readUnits();
    const tables = Array.from({ length: this.units.tableCount }, (_, i) => i);
    let at = TABLES_AT;
    const take = (length: number) => {
      const view = new Uint8Array(buffer, at, length);
      at += length;
      return view;
    };
    this.tables = tables.map((table) => take(wireLength(table, TABLE_SIZE)));
    this.dirty = tables.map(() => take(BIT_TABLE_BYTES));
    this.marks = take(pageCount(tables.length));
    this.ringAt = at;
    this.spareAt = at + this.ringSize + MAX_RECORD;
  }

  /**
   * Makes the memory of a new bank, all cells 0.
   *
   * @param ringSize Bytes for changes that the reader has not seen yet: a power of two from 1 KiB to 1 GiB.
   * @param units Which unit ids have which tables.
   * @throws {RangeError} If `ringSize` is something else.
   */
  static allocate(ringSize: number, units: Units = ANY_UNIT): BankMemory {
    if (
      !Number.isInteger(ringSize) ||
      ringSize < MIN_RING || ringSize > MAX_RING ||
      (ringSize & (ringSize - 1)) !== 0
    ) {
      throw new RangeError(
        `Cannot use a ring of ${ringSize} bytes: it takes a power of two from ${MIN_RING} to ${MAX_RING}`,
      );
    }
    const { ids, tableCount } = units;
    let fixed = TABLES_AT + pageCount(tableCount);
    for (let table = 0; table < tableCount; table++) {
      fixed += BIT_TABLE_BYTES + wireLength(table, TABLE_SIZE);
    }
    const buffer = new SharedArrayBuffer(fixed + ringSize + 2 * MAX_RECORD);
    const words = new Int32Array(buffer);
    words[Word.ringSize] = ringSize;
    words[Word.hasUnits] = ids === undefined ? 0 : 1;
    const listed = new Uint8Array(buffer, UNITS_AT, UNITS_BYTES);
    for (const id of ids ?? []) setBits(listed, id, 1);
    return new BankMemory(buffer);
  }

  #readUnits(): Units {
    if (this.words[Word.hasUnits] === 0) return ANY_UNIT;
    const listed = new Uint8Array(this.buffer, UNITS_AT, UNITS_BYTES);
    const ids: number[] = [];
    forEachRun(listed, UNIT_IDS, (first, count) => {
      for (let id = first; id < first + count; id++) ids.push(id);
    });
    return new Units(ids);
  }
}
