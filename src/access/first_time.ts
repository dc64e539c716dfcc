/**
 * What was seen before: so that a client that is refused again and again fills
 * no log.
 * @module
 */

/** Most keys that are remembered. */
const MOST = 1000;

/** Remembers keys, such as addresses of clients. Bounded: it forgets all when it is full. */
export class FirstTime {
  readonly #seen = new Set<string>();

  /** Whether that key is new. */
  of(key: string): boolean {
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= MOST) this.#seen.clear();
    this.#seen.add(key);
    return true;
  }
}
