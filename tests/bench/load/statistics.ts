/**
 * What is made of many measured numbers. Pure.
 * @module
 */

/** The middle one of `values`, or the mean of the two in the middle; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >>> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Each of `values` divided by the one at the same place of `bases`; places that only one has are left out. */
export function ratios(
  values: readonly (number | undefined)[],
  bases: readonly (number | undefined)[],
): number[] {
  return values.flatMap((value, i) => {
    const base = bases[i];
    return value === undefined || base === undefined ? [] : [value / base];
  });
}

/** Bits of a value that decide its bucket: buckets are at most 1/64 wide. */
const PRECISION = 6;

/** Units in a millisecond: durations are kept in tenths of a microsecond. */
const UNITS = 10_000;

/** Longest duration, in units: 7 minutes. */
const MAX_UNITS = 2 ** 32 - 1;

/** Counts durations in buckets whose width grows with the duration; recording allocates nothing. */
export class Histogram {
  readonly #buckets = new Uint32Array(bucketOf(MAX_UNITS) + 1);
  #count = 0;

  /** How many durations have been recorded. */
  get count(): number {
    return this.#count;
  }

  /** Records a duration in milliseconds. */
  record(milliseconds: number): void {
    const units = Math.min(Math.max(milliseconds * UNITS, 0), MAX_UNITS) >>> 0;
    this.#buckets[bucketOf(units)]!++;
    this.#count++;
  }

  /** Forgets everything. */
  clear(): void {
    this.#buckets.fill(0);
    this.#count = 0;
  }

  /**
   * The duration in milliseconds, to 1 in 64, that the part `part` of all does not exceed.
   *
   * @param part From 0 to 1: 0.99 for the 99th percentile.
   * @returns NaN when nothing has been recorded.
   */
  percentile(part: number): number {
    const rank = Math.max(1, Math.ceil(part * this.#count));
    let seen = 0;
    for (let i = 0; i < this.#buckets.length; i++) {
      seen += this.#buckets[i]!;
      if (seen >= rank) return middleOf(i) / UNITS;
    }
    return NaN;
  }
}

function bucketOf(units: number): number {
  const shift = Math.max(0, 31 - Math.clz32(units) - PRECISION);
  return (shift << PRECISION) + (units >>> shift);
}

function middleOf(bucket: number): number {
  const shift = Math.max(0, (bucket >>> PRECISION) - 1);
  const first = (bucket - (shift << PRECISION)) * 2 ** shift;
  return first + (2 ** shift - 1) / 2;
}
