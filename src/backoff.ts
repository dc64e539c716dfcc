/**
 * How long to wait before something that failed is tried again.
 * @module
 */

/** Longest wait, in milliseconds. */
const LAST = 5000;

/** Waits, each twice as long as the one before, up to 5 s. */
export class Backoff {
  readonly #first: number;
  #next: number;

  /** The first wait is of so many milliseconds. */
  constructor(first: number) {
    this.#first = first;
    this.#next = first;
  }

  /** The next wait, in milliseconds. */
  next(): number {
    const wait = this.#next;
    this.#next = Math.min(wait * 2, LAST);
    return wait;
  }

  /** Notes that something went well: the next wait is the first again. */
  reset(): void {
    this.#next = this.#first;
  }

  /** Notes for how many milliseconds something went well. Only what fails soon, time after time, has to wait. */
  wentWellFor(milliseconds: number): void {
    if (milliseconds > LAST) this.reset();
  }
}
