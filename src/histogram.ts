/**
 * A histogram with fixed buckets, in memory of the caller's choice: one thread
 * records, any thread reads.
 * @module
 */

/** What a histogram holds. */
export interface HistogramValues {
  /** Upper bounds of the buckets, rising; one more bucket has none. */
  readonly bounds: readonly number[];
  /** Values in each bucket, that without a bound the last. */
  readonly counts: readonly number[];
  /** The sum of all values. */
  readonly sum: number;
}

/** Counts values by how large they are. Recording allocates nothing. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** The counts of the buckets, then the sum. */
  readonly #memory: Float64Array;

  /**
   * A histogram of values up to each of `bounds`, which are inclusive and rise.
   *
   * @param memory Where it lies: {@linkcode Histogram.sizeOf} numbers, 0 or from before.
   */
  constructor(
    bounds: readonly number[],
    memory: Float64Array = new Float64Array(Histogram.sizeOf(bounds)),
  ) {
    this.#bounds = bounds;
    this.#memory = memory;
  }

  /** Numbers that a histogram with these bounds takes. */
  static sizeOf(bounds: readonly number[]): number {
    return bounds.length + 2;
  }

  /** Counts `count` values of that size. */
  record(value: number, count = 1): void {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.#memory[bucket]! += count;
    this.#memory[bounds.length + 1]! += value * count;
  }

  /** What it holds now. */
  read(): HistogramValues {
    const counts = [...this.#memory.subarray(0, this.#bounds.length + 1)];
    return {
      bounds: this.#bounds,
      counts,
      sum: this.#memory[this.#bounds.length + 1]!,
    };
  }
}
