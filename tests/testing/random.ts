/**
 * Random numbers that are the same in every run, for property tests.
 * @module
 */

/** A seeded generator (xorshift32): small, fast, and no more random than tests need. */
export class Random {
  #state: number;

  /** A generator whose numbers depend on `seed` alone. */
  constructor(seed: number) {
    // Neighbouring seeds are spread, and the state must never be 0.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
    for (let i = 0; i < 8; i++) this.int(1);
  }

  /** An integer from 0 to `limit` − 1; `limit` is at most 2^32. */
  int(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return Math.floor((x >>> 0) / 2 ** 32 * limit);
  }

  /** An integer from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + this.int(to - from + 1);
  }

  /** True in one of `n` cases. */
  oneIn(n: number): boolean {
    return this.int(n) === 0;
  }

  /** One of `items`. */
  pick<T>(items: readonly T[]): T {
    return items[this.int(items.length)]!;
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.int(256));
  }
}
