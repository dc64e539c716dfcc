/**
 * A mutual exclusion lock in shared memory.
 * @module
 */

/** Tries before a thread goes to sleep: the lock is held for well under a microsecond. */
const SPINS = 200;

/**
 * A lock that threads share through one word of shared memory: 0 when free,
 * otherwise twice the owner's number, plus 1 when others may be asleep for it.
 *
 * It is not recursive, and it is held only while bytes are copied: never over
 * an `await`. The owner stands in the word, so that what a thread that was
 * killed inside has left locked can be told apart and be released.
 */
export class Mutex {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #index: number;
  readonly #owner: number;

  /**
   * One thread's access to a lock.
   *
   * @param words Shared memory that holds the lock.
   * @param index Index of the lock's word, which is 0 in fresh memory.
   * @param owner This thread's number, from 1 to 2^30 − 1; no two running threads share one.
   */
  constructor(
    words: Int32Array<SharedArrayBuffer>,
    index: number,
    owner: number,
  ) {
    this.#words = words;
    this.#index = index;
    this.#owner = owner;
  }

  /**
   * Does something while it has the lock. Where each request counts, the lock
   * is taken and given back without a function.
   */
  hold<T>(action: () => T): T {
    this.lock();
    try {
      return action();
    } finally {
      this.unlock();
    }
  }

  /** Waits for the lock and takes it. Follow it with `try { … } finally { unlock() }`. */
  lock(): void {
    const mine = this.#owner << 1;
    for (let i = 0; i < SPINS; i++) {
      if (Atomics.compareExchange(this.#words, this.#index, 0, mine) === 0) {
        return;
      }
    }
    this.#lockAsleep(mine | 1);
  }

  /** Gives the lock back and wakes one of those who wait for it. */
  unlock(): void {
    if (Atomics.exchange(this.#words, this.#index, 0) & 1) {
      Atomics.notify(this.#words, this.#index, 1);
    }
  }

  /**
   * Wakes all who wait, to look again: a thread that was killed may have taken
   * the one wake that was meant for the next with it.
   */
  wakeAll(): void {
    Atomics.notify(this.#words, this.#index);
  }

  /** The number of the thread that holds the lock, 0 when it is free. */
  get holder(): number {
    return Atomics.load(this.#words, this.#index) >>> 1;
  }

  /**
   * A thread that has slept takes the lock with the waiters' bit set, as it
   * can't know whether others still sleep: one needless wake, never a lost one.
   */
  #lockAsleep(mine: number): void {
    for (;;) {
      const seen = Atomics.compareExchange(this.#words, this.#index, 0, mine);
      if (seen === 0) return;
      const marked = seen | 1;
      if (
        seen === marked ||
        Atomics.compareExchange(this.#words, this.#index, seen, marked) === seen
      ) {
        Atomics.wait(this.#words, this.#index, marked);
      }
    }
  }
}
