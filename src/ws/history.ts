/**
 * The last changes, for clients that come back.
 * @module
 */
import type { Change } from "../bank/change.ts";

/** What a change costs on top of its values, in bytes: measured as resident memory, 690 with 20 bytes of values. */
const OVERHEAD = 670;

/** Changes in the order of the writes, the oldest forgotten first. */
export class History {
  readonly #limit: number;
  /** The forgotten ones are undefined, up to `#first`. */
  #changes: (Change | undefined)[] = [];
  #first = 0;
  #bytes = 0;
  #floor: number;

  /**
   * An empty history.
   *
   * @param limit Bytes to keep, roughly.
   * @param seq Sequence number of the last write before its first one.
   */
  constructor(limit: number, seq: number) {
    this.#limit = limit;
    this.#floor = seq;
  }

  /** Appends the change that follows the last one. */
  add(change: Change): void {
    this.#changes.push(change);
    this.#bytes += cost(change);
    while (this.#bytes > this.#limit) this.#forget();
    // Cut off in blocks: shifting for each change would move all others.
    if (this.#first > 1024 && this.#first * 2 > this.#changes.length) {
      this.#changes.splice(0, this.#first);
      this.#first = 0;
    }
  }

  /** Begins anew behind the write with number `seq`: what came before can't be told change by change. */
  restart(seq: number): void {
    this.#changes = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#floor = seq;
  }

  /** The changes behind the write with number `seq`, undefined when one of them is forgotten. */
  since(seq: number): readonly Change[] | undefined {
    if (seq < this.#floor) return undefined;
    return this.#changes.slice(this.#first + seq - this.#floor) as Change[];
  }

  #forget(): void {
    const change = this.#changes[this.#first]!;
    // Let go at once: its values may be large, and the array is cut off later.
    this.#changes[this.#first++] = undefined;
    this.#bytes -= cost(change);
    this.#floor = change.seq;
  }
}

function cost({ values }: Change): number {
  return OVERHEAD + values.length;
}
