/**
 * The values of one thing over time: for trend, extremes and rate of change.
 * @module
 */

/** Span that a rate of change is taken over, in milliseconds. */
const RATE_SPAN = 10_000;

/** Values with their times, the last so many. A value holds until the next. */
export class Series {
  /** @type {number[]} In milliseconds. */
  #times = [];
  /** @type {number[]} NaN: from here on nothing is known. */
  #values = [];
  #most;
  /** The smallest value since the last reset; undefined before the first. @type {number | undefined} */
  min;
  /** The largest. @type {number | undefined} */
  max;

  /** @param {number} most Values that are kept. */
  constructor(most) {
    this.#most = most;
  }

  /** How many values there are. */
  get length() {
    return this.#times.length;
  }

  /** The last value; undefined before the first, NaN in a gap. */
  get last() {
    return this.#values.at(-1);
  }

  /**
   * @param {number} time Not before the last one; otherwise it counts as that.
   * @param {number} value
   */
  add(time, value) {
    this.#push(time, value);
    if (Number.isNaN(value)) return;
    this.min = Math.min(this.min ?? value, value);
    this.max = Math.max(this.max ?? value, value);
  }

  /**
   * From here on nothing is known.
   *
   * @param {number} time
   */
  gap(time) {
    if (this.length > 0 && !Number.isNaN(this.last)) this.#push(time, NaN);
  }

  /** Begins anew with the extremes. */
  reset() {
    const { last } = this;
    this.min = this.max = last === undefined || Number.isNaN(last)
      ? undefined
      : last;
  }

  /**
   * @param {number} now In milliseconds.
   * @returns {number | undefined} Change per second over the last 10 seconds, or since the first value or gap.
   */
  rate(now) {
    const from = now - RATE_SPAN;
    let i = this.length - 1;
    if (i < 0 || Number.isNaN(this.last)) return undefined;
    while (
      i > 0 && Number(this.#times[i]) > from &&
      !Number.isNaN(this.#values[i - 1])
    ) i--;
    const span = now - Math.max(from, Number(this.#times[i]));
    if (span <= 0) return undefined;
    return (Number(this.last) - Number(this.#values[i])) / span * 1000;
  }

  /**
   * What a curve of so many pixels needs: for each of them the first and the
   * last value, or the extremes between, so that no peak is lost.
   *
   * @param {number} from In milliseconds.
   * @param {number} to
   * @param {number} parts
   * @returns {(number | null)[]} Two values for each part, in order of time; null where nothing is known.
   */
  sample(from, to, parts) {
    const width = (to - from) / parts;
    let i = this.#firstAfter(from);
    let held = i > 0 ? Number(this.#values[i - 1]) : NaN;
    /** @type {(number | null)[]} */
    const result = [];
    for (let part = 1; part <= parts; part++) {
      let low = held;
      let high = held;
      let isFalling = false;
      for (
        ;
        i < this.length && Number(this.#times[i]) <= from + part * width;
        i++
      ) {
        held = Number(this.#values[i]);
        if (Number.isNaN(held)) continue;
        if (!(held <= high)) [high, isFalling] = [held, false];
        if (!(held >= low)) [low, isFalling] = [held, true];
      }
      const pair = isFalling ? [high, low] : [low, high];
      for (const value of pair) result.push(Number.isNaN(value) ? null : value);
    }
    return result;
  }

  /** @returns {Generator<[time: number, value: number]>} */
  *entries() {
    for (let i = 0; i < this.length; i++) {
      yield [Number(this.#times[i]), Number(this.#values[i])];
    }
  }

  /**
   * @param {number} time
   * @returns {number} The first value after it.
   */
  #firstAfter(time) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Number(this.#times[middle]) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * @param {number} time
   * @param {number} value
   */
  #push(time, value) {
    this.#times.push(Math.max(time, this.#times.at(-1) ?? time));
    this.#values.push(value);
    // Not one by one: moving the rest costs.
    if (this.length < this.#most * 2) return;
    this.#times = this.#times.slice(-this.#most);
    this.#values = this.#values.slice(-this.#most);
  }
}
