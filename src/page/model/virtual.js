/**
 * Where things are in a grid of which only a part is in the document.
 * @module
 */
import { TABLE_SIZE } from "./tables.js";

/** Columns that make addresses easy to read. */
const COLUMNS = [20, 10, 5, 2];

/**
 * @param {number} width Room for the cells, in pixels.
 * @param {number} cellWidth Least width of a cell, in pixels.
 * @returns {number} The most columns that fit.
 */
export function columnsFor(width, cellWidth) {
  return COLUMNS.find((columns) => columns * cellWidth <= width) ?? 1;
}

/**
 * @param {number} columns
 * @returns {number} Rows that all cells of a table take.
 */
export function rowsFor(columns) {
  return Math.ceil(TABLE_SIZE / columns);
}

/**
 * The rows to have in the document.
 *
 * @param {object} view All in pixels.
 * @param {number} view.scrollTop
 * @param {number} view.height Of what can be seen.
 * @param {number} view.rowHeight
 * @param {number} rows How many there are.
 * @param {number} margin Rows more on either side.
 * @returns {{ readonly first: number, readonly end: number }} From `first` up to but not including `end`.
 */
export function visibleRows({ scrollTop, height, rowHeight }, rows, margin) {
  const first = Math.floor(scrollTop / rowHeight) - margin;
  const end = Math.ceil((scrollTop + height) / rowHeight) + margin;
  return {
    first: Math.max(0, Math.min(first, rows)),
    end: Math.max(0, Math.min(end, rows)),
  };
}

/**
 * Where to scroll so that a row can be seen.
 *
 * @param {object} view All in pixels.
 * @param {number} view.scrollTop
 * @param {number} view.height
 * @param {number} view.rowHeight
 * @param {number} row
 * @param {"nearest" | "center"} place `nearest` moves as little as it takes.
 * @returns {number} The new `scrollTop`.
 */
export function scrollToRow({ scrollTop, height, rowHeight }, row, place) {
  const top = row * rowHeight;
  if (place === "center") {
    return Math.max(0, top - Math.floor((height - rowHeight) / 2));
  }
  if (top < scrollTop) return top;
  const bottom = top + rowHeight - height;
  return bottom > scrollTop ? bottom : scrollTop;
}
