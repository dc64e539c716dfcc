/**
 * The writing side of the change log. Everything here is called with the
 * bank's mutex held.
 *
 * A write has three steps: its record goes into the ring (`reserve`, then the
 * values), the record is marked as pending (`begin`), and it is applied and
 * published (`finish`). Each part of the last step can be done twice without
 * harm, so the write of a thread that was killed in its midst is completed by
 * whoever finds it: no write is ever there by half, or there and not in the log.
 * @module
 */
import { packBits, setBits } from "./bits.ts";
import type { Writer } from "./change.ts";
import {
  type BankMemory,
  Num,
  Pending,
  RECORD_HEADER,
  Word,
} from "./memory.ts";
import { pageOf } from "./pages.ts";
import {
  addressOf,
  advance,
  countOf,
  originOf,
  putHeader,
  recordSize,
  seqOf,
  tableOf,
} from "./record.ts";
import { isBitTable, type Table } from "./tables.ts";

/** Appends writes to the log of one bank, and applies them to its tables. */
export class ChangeLog {
  readonly #memory: BankMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  #recordAt = 0;

  /** A writer for the bank in `memory`; each thread has its own. */
  constructor(memory: BankMemory) {
    this.#memory = memory;
    this.#words = memory.words;
  }

  /**
   * Makes room for a record and writes its header.
   *
   * @returns The offset in `memory.bytes` at which the values belong.
   */
  reserve(
    table: Table,
    address: number,
    count: number,
    writer: Writer,
  ): number {
    const memory = this.#memory;
    const head = this.#words[Word.head]!;
    const free = memory.ringSize - this.#fill(head);
    // Once one record is lost to the ring, all must go the same way until the
    // reader has caught up: else a later write would be told before an earlier.
    const fits = recordSize(table, count) <= free &&
      this.#words[Word.overflowed] === 0;
    this.#recordAt = fits
      ? memory.ringAt + (head & (memory.ringSize - 1))
      : memory.spareAt;
    const seq = memory.nums[Num.seq]! + 1;
    putHeader(
      memory,
      this.#recordAt,
      seq,
      Date.now(),
      table,
      address,
      count,
      writer,
    );
    return this.#recordAt + RECORD_HEADER;
  }

  /** Marks the reserved record as complete: from here on the write will happen, whoever finishes it. */
  begin(): void {
    this.#words[Word.pendingAt] = this.#words[Word.head]!;
    Atomics.store(
      this.#words,
      Word.pending,
      this.#recordAt === this.#memory.spareAt ? Pending.spare : Pending.ring,
    );
  }

  /** Applies and publishes the pending record, if there is one, and wakes the reader if it wants that. */
  finish(): void {
    const memory = this.#memory;
    const words = this.#words;
    const pending = words[Word.pending]!;
    if (pending === Pending.none) return;
    const start = words[Word.pendingAt]!;
    const inRing = pending === Pending.ring;
    const at = inRing
      ? memory.ringAt + (start & (memory.ringSize - 1))
      : memory.spareAt;
    const table = tableOf(memory, at);
    const count = countOf(memory, at);
    const address = addressOf(memory, at);
    this.#apply(at + RECORD_HEADER, table, address, count);
    this.#mark(table, address, count);
    if (inRing) {
      const size = recordSize(table, count);
      Atomics.store(words, Word.head, advance(start, size, memory.ringSize));
    } else {
      setBits(memory.dirty[table]!, address, count);
      memory.nums[Num.overflows]!++;
      Atomics.store(words, Word.overflowed, 1);
    }
    const seq = seqOf(memory, at);
    // Not again when what a killed thread has left is done once more.
    if (memory.nums[Num.seq] !== seq) {
      memory.nums[Num.writes + originOf(memory, at)]!++;
    }
    memory.nums[Num.seq] = seq;
    Atomics.store(words, Word.pending, Pending.none);
    this.#wake();
    if (Atomics.load(words, Word.storeArmed) === 1) this.#wakeStore();
  }

  /** Does what is left of the write of a thread that was killed in it. */
  recover(): void {
    this.finish();
    // It may have been killed in waking the others, when nothing is pending any more.
    this.#signal();
    this.#wakeStore();
  }

  #apply(from: number, table: Table, address: number, count: number): void {
    const cells = this.#memory.tables[table]!;
    const bytes = this.#memory.bytes;
    if (isBitTable(table)) {
      packBits(bytes, from, cells, address, count);
    } else {
      // Within one view, so that no second one has to be made.
      bytes.copyWithin(
        cells.byteOffset + address * 2,
        from,
        from + count * 2,
      );
    }
  }

  #mark(table: Table, address: number, count: number): void {
    const { marks } = this.#memory;
    const last = pageOf(table, address + count - 1);
    for (let page = pageOf(table, address); page <= last; page++) {
      marks[page] = 1;
    }
  }

  #fill(head: number): number {
    return (head - Atomics.load(this.#words, Word.tail)) >>> 0;
  }

  #wake(): void {
    const words = this.#words;
    const wakeAt = Atomics.load(words, Word.wakeAt);
    if (wakeAt === 0) return;
    if (
      this.#fill(words[Word.head]!) < wakeAt && words[Word.overflowed] === 0
    ) return;
    this.#signal();
  }

  #signal(): void {
    Atomics.store(this.#words, Word.wakeAt, 0);
    Atomics.add(this.#words, Word.signal, 1);
    Atomics.notify(this.#words, Word.signal);
  }

  #wakeStore(): void {
    Atomics.store(this.#words, Word.storeArmed, 0);
    Atomics.add(this.#words, Word.storeSignal, 1);
    Atomics.notify(this.#words, Word.storeSignal);
  }
}
