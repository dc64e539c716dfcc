/**
 * The time, looked at once for all that happens together.
 * @module
 */

/**
 * A clock for many connections. Connections whose bytes have arrived together,
 * or whose answers have gone out together, have their turns right behind each
 * other, and one look at the time serves them all: two looks for each request
 * would show in how many can be answered. So what one waits for the others
 * counts as its own time, as it does for its client.
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
