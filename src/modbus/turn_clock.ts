/**
 * The time, looked at once for all that happens together.
 * @module
 */

/**
 * A clock for many connections. A look at the time takes as long as half of
 * what is to be done for a request, and connections whose bytes have arrived
 * together, or whose answers have gone out together, have their turns at the
 * same time: one look serves them all. So what one waits for the others counts
 * as its own time, as it does for its client.
 */
export class TurnClock {
  readonly #look: () => number;
  readonly #forget = () => {
    this.#now = undefined;
  };
  #now: number | undefined;

  /** A clock that goes by `look`, in milliseconds that never go back. */
  constructor(look: () => number = () => performance.now()) {
    this.#look = look;
  }

  /** The time when the first of those that have their turns together asked for it, in milliseconds. */
  now(): number {
    if (this.#now === undefined) {
      this.#now = this.#look();
      // Behind those whose turns have come, before what they bring about.
      queueMicrotask(this.#forget);
    }
    return this.#now;
  }
}
