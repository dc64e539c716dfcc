/**
 * The selected cells of a table, and how keys move them.
 * @module
 */
import { TABLE_SIZE } from "./tables.js";

/** @import { RowList } from "./rows.js" */

/**
 * All cells between the two, in the order of the addresses: what one message
 * can write.
 *
 * @typedef {object} Selection
 * @property {number} anchor Address where it began.
 * @property {number} focus Address where the user is.
 */

/**
 * @param {Selection} selection
 * @returns {{ readonly address: number, readonly count: number }}
 */
export function rangeOf({ anchor, focus }) {
  const address = Math.min(anchor, focus);
  return { address, count: Math.abs(anchor - focus) + 1 };
}

/**
 * @param {Selection} selection
 * @param {number} address
 * @returns {boolean} Whether that cell is selected.
 */
export function isSelected({ anchor, focus }, address) {
  return (anchor <= address && address <= focus) ||
    (focus <= address && address <= anchor);
}

/**
 * Where a key leads.
 *
 * @param {number} focus Address where the user is.
 * @param {object} press
 * @param {string} press.key As in a keyboard event.
 * @param {boolean} press.ctrl
 * @param {object} grid
 * @param {RowList} grid.rows
 * @param {number} grid.columns
 * @param {number} grid.page Rows that a page key moves by.
 * @returns {number | undefined} The new address; undefined when that key does not move.
 */
export function moved(focus, { key, ctrl }, { rows, columns, page }) {
  const row = Math.floor(focus / columns);
  const column = focus % columns;
  const last = rows.length - 1;
  if (last < 0) return undefined;
  const place = rows.placeOf(row);
  /** @param {number} to @param {number} [at] */
  const go = (to, at = column) => {
    const bounded = Math.max(0, Math.min(to, last));
    return Math.min(rows.at(bounded) * columns + at, TABLE_SIZE - 1);
  };
  switch (key) {
    case "ArrowLeft":
      if (column > 0) return focus - 1;
      return place > 0 ? go(place - 1, columns - 1) : focus;
    case "ArrowRight":
      if (column < columns - 1) return Math.min(focus + 1, TABLE_SIZE - 1);
      return place < last ? go(place + 1, 0) : focus;
    case "ArrowUp":
      return go(place - 1);
    case "ArrowDown":
      return go(place + 1);
    case "PageUp":
      return go(place - page);
    case "PageDown":
      return go(place + page);
    case "Home":
      return ctrl ? go(0, 0) : go(place, 0);
    case "End":
      return ctrl ? go(last, columns - 1) : go(place, columns - 1);
    default:
      return undefined;
  }
}

/**
 * A selection that ends where hidden cells would begin: what can't be seen is
 * not written.
 *
 * @param {Selection} selection
 * @param {RowList} rows
 * @param {number} columns
 * @returns {Selection}
 */
export function clipped({ anchor, focus }, rows, columns) {
  const step = focus < anchor ? -1 : 1;
  let row = Math.floor(anchor / columns);
  const end = Math.floor(focus / columns);
  while (row !== end) {
    const next = row + step;
    const place = rows.placeOf(next);
    if (place >= rows.length || rows.at(place) !== next) {
      const edge = step < 0 ? row * columns : row * columns + columns - 1;
      return { anchor, focus: edge };
    }
    row = next;
  }
  return { anchor, focus };
}
