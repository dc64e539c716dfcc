/**
 * The reading side of the change log: one reader per bank.
 * @module
 */
import { forEachRun } from "./bits.ts";
import { type Change, Origin } from "./change.ts";
import { type BankMemory, Num, Word } from "./memory.ts";
import type { Mutex } from "./mutex.ts";
import {
  addressOf,
  advance,
  countOf,
  getChange,
  type RecordSink,
  recordSize,
  tableOf,
} from "./record.ts";
import { type Table, TABLE_SIZE } from "./tables.ts";
import type { BankView } from "./view.ts";

/** Reads a range of the bank in wire form; the mutex is held already. */
export type ReadLocked = (
  table: Table,
  address: number,
  count: number,
) => Uint8Array;

/** Who "writes" current values. */
const RESYNC = { origin: Origin.resync, connection: 0, unitId: 0 } as const;

/** Takes the changes of one bank out of its log, in the order of the writes. */
export class ChangeReader {
  readonly #memory: BankMemory;
  readonly #mutex: Mutex;
  readonly #readLocked: ReadLocked;
  #closed = false;

  /**
   * A reader; see `Bank.reader`.
   *
   * @param memory The bank's memory.
   * @param mutex The bank's mutex.
   * @param readLocked How to read cells for the dirty ranges.
   */
  constructor(memory: BankMemory, mutex: Mutex, readLocked: ReadLocked) {
    this.#memory = memory;
    this.#mutex = mutex;
    this.#readLocked = readLocked;
  }

  /**
   * Takes up to `max` changes. When the ring has overflowed and all of it is
   * read, the current values of the dirty ranges follow, as changes of origin
   * {@linkcode Origin.resync}; these can be more than `max`.
   *
   * @param keep Gets the records of the writes, too.
   * @returns The changes, none when nothing has been written since.
   */
  take(max: number, keep?: RecordSink): Change[] {
    const { words } = this.#memory;
    const changes: Change[] = [];
    const head = Atomics.load(words, Word.head);
    let tail = words[Word.tail]!;
    while (tail !== head && changes.length < max) {
      const at = this.#recordAt(tail);
      const change = getChange(this.#memory, at);
      changes.push(change);
      keep?.append(this.#memory, at);
      tail = this.#next(tail, change.table, change.count);
    }
    Atomics.store(words, Word.tail, tail);
    if (tail === head && Atomics.load(words, Word.overflowed) === 1) {
      this.#takeDirty(changes);
    }
    return changes;
  }

  /**
   * Takes all records, and makes no changes of them: when nobody is to be told,
   * objects for each write are the greater part of what it costs.
   *
   * @returns Whether nothing is left; otherwise the ring has overflowed, and
   * {@linkcode ChangeReader.take} has the rest.
   */
  skim(keep: RecordSink): boolean {
    const memory = this.#memory;
    const { words } = memory;
    const head = Atomics.load(words, Word.head);
    let tail = words[Word.tail]!;
    while (tail !== head) {
      const at = this.#recordAt(tail);
      keep.append(memory, at);
      tail = this.#next(tail, tableOf(memory, at), countOf(memory, at));
    }
    Atomics.store(words, Word.tail, tail);
    return Atomics.load(words, Word.overflowed) === 0;
  }

  /**
   * Waits until something can be taken, or the reader is closed.
   *
   * @param fill Bytes in the ring from which on to wake: 1 for every change.
   * A reader in no hurry names more, and costs the writers fewer wakes. It may
   * return early: look whether there is something.
   */
  async wait(fill = 1): Promise<void> {
    const { words, ringSize } = this.#memory;
    const wakeAt = Math.min(fill, ringSize / 2);
    const signal = Atomics.load(words, Word.signal);
    Atomics.store(words, Word.wakeAt, wakeAt);
    // Looked at after arming: a write before that may have seen no reader.
    if (this.#closed || this.#fill() >= wakeAt) return;
    if (Atomics.load(words, Word.overflowed) === 1) return;
    const waiting = Atomics.waitAsync(words, Word.signal, signal);
    if (waiting.async) await waiting.value;
  }

  /** Ends a pending {@linkcode ChangeReader.wait}, whatever the fill. */
  wake(): void {
    Atomics.add(this.#memory.words, Word.signal, 1);
    Atomics.notify(this.#memory.words, Word.signal);
  }

  /** Ends a pending wait, and all later ones at once. */
  close(): void {
    this.#closed = true;
    this.wake();
  }

  /**
   * Runs `action` while nothing can be written. It should do no more than
   * copy: every other thread waits for it.
   */
  atOnce<T>(action: (view: BankView) => T): T {
    const { words, nums } = this.#memory;
    return this.#mutex.hold(() =>
      action({
        seq: nums[Num.seq]!,
        overflowed: words[Word.overflowed] === 1,
        read: this.#readLocked,
        forEachPending: (visit) => this.#forEachPending(visit),
      })
    );
  }

  #forEachPending(
    visit: (table: Table, address: number, count: number) => void,
  ): void {
    const memory = this.#memory;
    const head = memory.words[Word.head]!;
    for (let at = memory.words[Word.tail]!; at !== head;) {
      const record = this.#recordAt(at);
      const table = tableOf(memory, record);
      const count = countOf(memory, record);
      visit(table, addressOf(memory, record), count);
      at = this.#next(at, table, count);
    }
  }

  /** Offset of the record at a position of the ring. */
  #recordAt(position: number): number {
    return this.#memory.ringAt + (position & (this.#memory.ringSize - 1));
  }

  /** Position behind a record. */
  #next(position: number, table: Table, count: number): number {
    return advance(position, recordSize(table, count), this.#memory.ringSize);
  }

  #fill(): number {
    const { words } = this.#memory;
    return (Atomics.load(words, Word.head) - words[Word.tail]!) >>> 0;
  }

  #takeDirty(changes: Change[]): void {
    const { words, dirty } = this.#memory;
    const time = Date.now();
    this.atOnce(({ seq, read }) => {
      // Records that came between the last look and the lock are older than
      // the values in the tables now; they are taken first, in the next round.
      if (words[Word.head] !== words[Word.tail]) return;
      for (const [index, cells] of dirty.entries()) {
        const table = index as Table;
        forEachRun(cells, TABLE_SIZE, (address, count) => {
          const values = read(table, address, count);
          changes.push({ ...RESYNC, seq, time, table, address, count, values });
        });
        cells.fill(0);
      }
      Atomics.store(words, Word.overflowed, 0);
    });
  }
}
