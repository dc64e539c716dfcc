/**
 * One timer for all that is to be done soon.
 * @module
 */

/** Calls a function once after the shortest of the delays asked for. */
export class Alarm {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** After how many milliseconds the timer fires; infinite when none runs. */
  #delay = Infinity;

  /** An alarm that calls `ring`. */
  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Has it ring after so many milliseconds, unless it does earlier anyway. */
  within(delay: number): void {
    // A timer that fires early enough is left alone: else one who calls often would put it off for ever.
    if (this.#delay <= delay) return;
    this.clear();
    this.#delay = delay;
    this.#timer = setTimeout(() => {
      this.#delay = Infinity;
      this.#ring();
    }, delay);
  }

  /** Has it not ring. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#delay = Infinity;
  }
}
