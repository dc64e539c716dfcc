/**
 * A bank as its store sees it.
 * @module
 */
import { type BankMemory, Num, Word } from "./memory.ts";
import type { Mutex } from "./mutex.ts";
import { PAGE_SIZE, placeOf } from "./pages.ts";
import type { Units } from "./units.ts";

/** The pages that have changed, and the write up to which they have: all read at one moment. */
export interface PageBatch {
  /** Sequence number of the last write that the pages contain. */
  readonly seq: number;
  /** The cells in wire form, by the number of their page. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** Fills a bank at the start, takes what changes, and tells the writers what is on disk. A bank has one. */
export class StoreSide {
  readonly #memory: BankMemory;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #mutex: Mutex;
  #closed = false;

  /** See `Bank.storeSide`. */
  constructor(memory: BankMemory, mutex: Mutex) {
    this.#memory = memory;
    this.#words = memory.words;
    this.#mutex = mutex;
  }

  /**
   * Puts in what was stored. For a bank that nobody uses yet.
   *
   * @param strict Whether writers are to wait until their writes are on disk.
   */
  load({ seq, pages }: PageBatch, strict: boolean): void {
    this.#mutex.hold(() => {
      for (const [page, bytes] of pages) {
        const { table, at } = placeOf(page);
        this.#memory.tables[table]!.set(bytes, at);
      }
      this.#memory.nums[Num.seq] = seq;
    });
    Atomics.store(this.#words, Word.strict, strict ? 1 : 0);
    this.stored(seq);
  }

  /** Which unit ids have which tables. */
  get units(): Units {
    return this.#memory.units;
  }

  /** Takes the pages that have changed since they were last taken; undefined when none has. */
  take(): PageBatch | undefined {
    const { marks, nums, tables } = this.#memory;
    return this.#mutex.hold(() => {
      const pages = new Map<number, Uint8Array>();
      for (let page = marks.indexOf(1); page >= 0;) {
        const { table, at } = placeOf(page);
        pages.set(page, tables[table]!.slice(at, at + PAGE_SIZE));
        marks[page] = 0;
        page = marks.indexOf(1, page + 1);
      }
      return pages.size === 0 ? undefined : { seq: nums[Num.seq]!, pages };
    });
  }

  /** A copy of the four tables at one moment, by their numbers, in wire form. */
  copyTables(): Uint8Array[] {
    return this.#mutex.hold(() =>
      this.#memory.tables.map((cells) => cells.slice())
    );
  }

  /** Has pages taken again: they could not be stored. */
  putBack(pages: Iterable<number>): void {
    this.#mutex.hold(() => {
      for (const page of pages) this.#memory.marks[page] = 1;
    });
    this.#wake();
  }

  /** Has all pages taken again: nobody knows which are stored. */
  putAllBack(): void {
    this.putBack(this.#memory.marks.keys());
  }

  /**
   * Resolves when something may have changed since it was last taken, or the side is closed.
   *
   * @returns Whether nothing had changed before.
   */
  async wait(): Promise<boolean> {
    const words = this.#words;
    const signal = Atomics.load(words, Word.storeSignal);
    Atomics.store(words, Word.storeArmed, 1);
    // Looked at after arming: a write before that may have seen no one asleep.
    if (this.#closed || this.#hasChanged()) {
      Atomics.store(words, Word.storeArmed, 0);
      return false;
    }
    const waiting = Atomics.waitAsync(words, Word.storeSignal, signal);
    if (waiting.async) await waiting.value;
    return true;
  }

  /** Ends a pending {@linkcode StoreSide.wait}, and all later ones at once. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /** Tells the writers that all up to the write `seq` is on disk. */
  stored(seq: number): void {
    Atomics.store(this.#words, Word.stored, seq | 0);
    Atomics.store(this.#words, Word.storeFailing, 0);
    this.#tellWriters();
  }

  /** Tells the writers that storing fails, until something is {@linkcode StoreSide.stored} again. */
  failed(): void {
    Atomics.store(this.#words, Word.storeFailing, 1);
    this.#tellWriters();
  }

  /** Sequence numbers of the last write, and of the last that is on disk. */
  get progress(): { seq: number; storedSeq: number } {
    const seq = this.#mutex.hold(() => this.#memory.nums[Num.seq]!);
    const behind = (seq | 0) - Atomics.load(this.#words, Word.stored) | 0;
    // Something may have been stored since the first look.
    return { seq, storedSeq: seq - Math.max(behind, 0) };
  }

  #wake(): void {
    Atomics.add(this.#words, Word.storeSignal, 1);
    Atomics.notify(this.#words, Word.storeSignal);
  }

  #tellWriters(): void {
    Atomics.add(this.#words, Word.storedSignal, 1);
    Atomics.notify(this.#words, Word.storedSignal);
  }

  #hasChanged(): boolean {
    return this.#mutex.hold(() => this.#memory.marks.includes(1));
  }
}
