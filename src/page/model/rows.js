/**
 * Which rows of a table the grid shows: all, or those with something in them.
 * @module
 */
import { rowsFor } from "./virtual.js";

/**
 * Rows in ascending order.
 *
 * @typedef {object} RowList
 * @property {number} length How many.
 * @property {(place: number) => number} at The row at a place, 0 to `length` − 1.
 * @property {(row: number) => number} placeOf Its place, or that of the next one after it: 0 to `length`.
 */

/**
 * @param {number} columns
 * @returns {RowList} All rows.
 */
export function allRows(columns) {
  const length = rowsFor(columns);
  return {
    length,
    at: (place) => place,
    placeOf: (row) => Math.min(row, length),
  };
}

/**
 * The rows that have, or have had since this list was made, a cell that is not
 * 0. Rows are only ever added, so that nothing vanishes under the user's hands.
 *
 * @implements {RowList}
 */
export class NonZeroRows {
  #columns;
  /** @type {Uint8Array} By row. */
  #has;
  /** @type {number[]} */
  #rows = [];

  /**
   * @param {Uint16Array} values All cells of the table.
   * @param {number} columns
   */
  constructor(values, columns) {
    this.#columns = columns;
    this.#has = new Uint8Array(rowsFor(columns));
    this.add(0, values);
  }

  /** How many. */
  get length() {
    return this.#rows.length;
  }

  /**
   * Takes note of new values.
   *
   * @param {number} address Of the first.
   * @param {ArrayLike<number | boolean>} values
   * @returns {boolean} Whether there are more rows now.
   */
  add(address, values) {
    const had = this.#rows.length;
    for (let i = 0; i < values.length; i++) {
      if (!values[i]) continue;
      const row = Math.floor((address + i) / this.#columns);
      if (this.#has[row] === 1) continue;
      this.#has[row] = 1;
      this.#rows.push(row);
    }
    if (this.#rows.length === had) return false;
    this.#rows.sort((a, b) => a - b);
    return true;
  }

  /**
   * @param {number} place
   * @returns {number}
   */
  at(place) {
    return /** @type {number} */ (this.#rows[place]);
  }

  /**
   * @param {number} row
   * @returns {number}
   */
  placeOf(row) {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.at(middle) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
