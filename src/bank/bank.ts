/**
 * The data bank: four tables of 65,536 cells in shared memory, with atomic
 * reads and writes for any number of threads and a log of the changes.
 * @module
 */
import { copyBytes, unpackBits } from "./bits.ts";
import type { Writer } from "./change.ts";
import { ChangeLog } from "./change_log.ts";
import { ChangeReader } from "./change_reader.ts";
import { allowedDifferences, cut, type Run } from "./difference.ts";
import { Durability } from "./durability.ts";
import { BankMemory, Num, Word } from "./memory.ts";
import { Mutex } from "./mutex.ts";
import { StoreSide } from "./store_side.ts";
import { assertRange, isBitTable, Table, wireLength } from "./tables.ts";
import { ANY_UNIT, type Units } from "./units.ts";

/** Bytes of the change log's ring unless said otherwise: some 16,000 small writes. */
export const DEFAULT_RING_SIZE = 1 << 20;

/** Threads that share a bank have numbers; this is the one that made it. */
export const MAIN_THREAD = 1;

/**
 * One thread's access to a bank. All values go in and out in wire form (bits
 * packed from the least significant bit of the first byte, registers
 * big-endian), so that for a Modbus request they are only copied.
 *
 * Each method is atomic: no other thread sees a part of it. Every write is
 * appended to the change log, whether it changes a value or not.
 */
export class Bank {
  readonly #memory: BankMemory;
  readonly #mutex: Mutex;
  readonly #log: ChangeLog;
  readonly #register = new Uint8Array(2);
  #lastThread = MAIN_THREAD;
  #durability: Durability | undefined;

  /** Sequence number of the last write by this thread, 0 before the first. */
  written = 0;

  private constructor(memory: BankMemory, thread: number) {
    this.#memory = memory;
    this.#mutex = new Mutex(memory.words, Word.lock, thread);
    this.#log = new ChangeLog(memory);
  }

  /**
   * Makes a new bank, all cells 0.
   *
   * @param ringSize Bytes for changes not yet read: a power of two from 1 KiB to 1 GiB.
   * @param units Which unit ids have which tables.
   * @throws {RangeError} If `ringSize` is something else.
   */
  static create(
    ringSize: number = DEFAULT_RING_SIZE,
    units: Units = ANY_UNIT,
  ): Bank {
    return new Bank(BankMemory.allocate(ringSize, units), MAIN_THREAD);
  }

  /**
   * Opens a bank that another thread made.
   *
   * @param buffer What {@linkcode Bank.buffer} of the other thread's bank gave.
   * @param thread This thread's number: from 2, unique among the threads that share the bank, and never used again.
   */
  static open(buffer: SharedArrayBuffer, thread: number): Bank {
    return new Bank(new BankMemory(buffer), thread);
  }

  /** The shared memory, to be posted to another thread for {@linkcode Bank.open}. */
  get buffer(): SharedArrayBuffer {
    return this.#memory.buffer;
  }

  /** Which unit ids have which tables. */
  get units(): Units {
    return this.#memory.units;
  }

  /** A number for a thread that is to open the bank, never given before. Only the thread that made the bank asks. */
  nextThread(): number {
    return ++this.#lastThread;
  }

  /** What tells when a write is on disk; undefined unless writers have to wait for that. */
  get durability(): Durability | undefined {
    if (this.#memory.words[Word.strict] === 0) return undefined;
    return this.#durability ??= new Durability(this.#memory);
  }

  /** The bank as its store sees it. */
  storeSide(): StoreSide {
    return new StoreSide(this.#memory, this.#mutex);
  }

  /** Sequence number of the last write, 0 before the first. */
  get seq(): number {
    return this.#mutex.hold(() => this.#memory.nums[Num.seq]!);
  }

  /** How many writes have found the change log full, ever. */
  get overflows(): number {
    return this.#mutex.hold(() => this.#memory.nums[Num.overflows]!);
  }

  /**
   * Copies `count` cells from `address` to `target` at byte `to`.
   *
   * @returns Sequence number of the last write that the values contain.
   * @throws {RangeError} If the range leaves the table.
   */
  read(
    table: Table,
    address: number,
    count: number,
    target: Uint8Array,
    to: number,
  ): number {
    assertRange(address, count);
    this.#mutex.lock();
    try {
      this.#copyOut(table, address, count, target, to);
      return this.#memory.nums[Num.seq]!;
    } finally {
      this.#mutex.unlock();
    }
  }

  /**
   * Writes `count` cells from `address` with the bytes of `source` from byte `from`.
   *
   * @returns The write's sequence number.
   * @throws {RangeError} If the range leaves the table.
   */
  write(
    table: Table,
    address: number,
    count: number,
    source: Uint8Array,
    from: number,
    writer: Writer,
  ): number {
    assertRange(address, count);
    this.#mutex.lock();
    try {
      this.#commit(table, address, count, source, from, writer);
      return this.#memory.nums[Num.seq]!;
    } finally {
      this.#mutex.unlock();
    }
  }

  /**
   * Sets the holding register at `address` of the writer's unit to (value AND `and`) OR (`or` AND
   * NOT `and`), as function 16 hex does (Application Protocol V1.1b3, 6.16).
   *
   * @throws {RangeError} If there is no such register.
   */
  maskWrite(address: number, and: number, or: number, writer: Writer): void {
    assertRange(address, 1);
    const table = this.#holdingRegistersOf(writer);
    const register = this.#register;
    this.#mutex.lock();
    try {
      const cells = this.#memory.tables[table]!;
      const old = (cells[address * 2]! << 8) | cells[address * 2 + 1]!;
      const value = (old & and) | (or & ~and);
      register[0] = value >>> 8;
      register[1] = value;
      this.#commit(table, address, 1, register, 0, writer);
    } finally {
      this.#mutex.unlock();
    }
  }

  /**
   * Writes holding registers of the writer's unit, then reads such, with nothing in
   * between (function 17 hex, Application Protocol V1.1b3, 6.17).
   *
   * @throws {RangeError} If a range leaves the table; then nothing is written.
   */
  writeAndRead(
    address: number,
    count: number,
    source: Uint8Array,
    from: number,
    writer: Writer,
    readAddress: number,
    readCount: number,
    target: Uint8Array,
    to: number,
  ): void {
    assertRange(address, count);
    assertRange(readAddress, readCount);
    const table = this.#holdingRegistersOf(writer);
    this.#mutex.lock();
    try {
      this.#commit(table, address, count, source, from, writer);
      this.#copyOut(table, readAddress, readCount, target, to);
    } finally {
      this.#mutex.unlock();
    }
  }

  /**
   * Gives the cells of a table new values, as writes of those that differ.
   *
   * @param cells The values in wire form.
   * @param allowed The parts of a run that may be written; other cells stay as they are.
   */
  replace(
    table: Table,
    cells: Uint8Array,
    writer: Writer,
    allowed: (run: Run) => readonly Run[],
  ): void {
    this.#mutex.hold(() => {
      const now = this.#memory.tables[table]!;
      for (const run of allowedDifferences(table, now, cells, allowed)) {
        const values = cut(table, cells, run);
        this.#commit(table, run.address, run.count, values, 0, writer);
      }
    });
  }

  /** The reader of the change log. A bank has one at a time, in one thread. */
  reader(): ChangeReader {
    const copy = (table: Table, address: number, count: number) => {
      const values = new Uint8Array(wireLength(table, count));
      this.#copyOut(table, address, count, values, 0);
      return values;
    };
    return new ChangeReader(this.#memory, this.#mutex, copy);
  }

  /**
   * Releases what a thread that is dead for certain held: completes the write
   * it was killed in, and unlocks.
   *
   * @param thread The number that the dead thread had opened the bank with.
   */
  recover(thread: number): void {
    if (this.#mutex.holder === thread) {
      try {
        this.#log.recover();
      } finally {
        this.#mutex.unlock();
      }
    }
    this.#mutex.wakeAll();
  }

  #holdingRegistersOf({ unitId }: Writer): Table {
    return this.units.tableOf(unitId, Table.holdingRegisters);
  }

  #commit(
    table: Table,
    address: number,
    count: number,
    source: Uint8Array,
    from: number,
    writer: Writer,
  ): void {
    const to = this.#log.reserve(table, address, count, writer);
    const length = wireLength(table, count);
    copyBytes(source, from, this.#memory.bytes, to, length);
    // Whatever the writer has in the unused bits of the last byte, readers get 0.
    const unused = isBitTable(table) ? -count & 7 : 0;
    if (unused !== 0) this.#memory.bytes[to + length - 1]! &= 0xff >>> unused;
    this.#log.begin();
    this.#log.finish();
    this.written = this.#memory.nums[Num.seq]!;
  }

  #copyOut(
    table: Table,
    address: number,
    count: number,
    target: Uint8Array,
    to: number,
  ): void {
    const cells = this.#memory.tables[table]!;
    if (isBitTable(table)) unpackBits(cells, address, target, to, count);
    else copyBytes(cells, address * 2, target, to, count * 2);
  }
}
