/**
 * Waiting until writes are on disk.
 * @module
 */
import { type BankMemory, Word } from "./memory.ts";

interface Waiting {
  readonly seq: number;
  readonly settle: (stored: boolean) => void;
}

/**
 * What one thread's writers see of the store. However many of them wait, the
 * thread is woken once for each commit: it tells all whose writes are in it.
 */
export class Durability {
  readonly #words: Int32Array<SharedArrayBuffer>;
  #waiting: Waiting[] = [];
  #watching = false;

  /** A view for one thread on the bank in `memory`. */
  constructor(memory: BankMemory) {
    this.#words = memory.words;
  }

  /**
   * Resolves when the write with number `seq` and all before it are on disk:
   * with true; or with false as soon as storing fails: then nobody knows.
   */
  stored(seq: number): Promise<boolean> {
    const known = this.#look(seq);
    if (known !== undefined) return Promise.resolve(known);
    return new Promise((settle) => {
      this.#waiting.push({ seq, settle });
      if (!this.#watching) this.#watch();
    });
  }

  async #watch(): Promise<void> {
    this.#watching = true;
    for (;;) {
      const signal = Atomics.load(this.#words, Word.storedSignal);
      this.#settle();
      if (this.#waiting.length === 0) break;
      const waiting = Atomics.waitAsync(
        this.#words,
        Word.storedSignal,
        signal,
      );
      if (waiting.async) await waiting.value;
    }
    this.#watching = false;
  }

  #settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const one of waiting) {
      const known = this.#look(one.seq);
      if (known === undefined) this.#waiting.push(one);
      else one.settle(known);
    }
  }

  /** Undefined: not yet known. */
  #look(seq: number): boolean | undefined {
    // The numbers are never 2^31 apart: so the low 32 bits tell which is later.
    const stored = Atomics.load(this.#words, Word.stored);
    if ((stored - seq | 0) >= 0) return true;
    if (Atomics.load(this.#words, Word.storeFailing) === 1) return false;
    return undefined;
  }
}
