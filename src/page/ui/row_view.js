/**
 * A row of the grid in the document. Rows are used again for other addresses.
 * @module
 */
import { formatAddress } from "../model/notation.js";
import { formatCell } from "../model/numbers.js";
import { isSelected } from "../model/selection.js";
import { TABLE_SIZE } from "../model/tables.js";
import { make, setText } from "./dom.js";

/** @import { TableMirror } from "../model/mirror.js" */
/** @import { View } from "./view.js" */

/** Milliseconds for which a cell stays lit behind a change. */
const HOT = 700;

/** Bits beside the value in what is known to be shown. */
const KNOWN = 1 << 16;
const SELECTED = 1 << 17;
const FOCUS = 1 << 18;
const OUTSIDE = 1 << 19;
const LIT = 1 << 20;

/** A row: its address and its cells. */
export class RowView {
  /** Its number in the table; −1: none. */
  row = -1;
  /** Where it is, in pixels. */
  top = -1;
  element = make("div", { role: "row", className: "row" });
  #address = make("span", { className: "address" });
  #other = make("small");
  /** @type {HTMLElement[]} */
  #cells;
  /** What each cell shows; −1: something else. */
  #shown;
  /** When each has changed; −Infinity: not since it is in this row. */
  #changed;

  /** @param {number} columns */
  constructor(columns) {
    this.#cells = Array.from({ length: columns }, (_, i) => {
      return make("div", {
        ...{ role: "gridcell", className: "cell" },
        "aria-colindex": i + 2,
      });
    });
    this.#shown = new Int32Array(columns).fill(-1);
    this.#changed = new Float64Array(columns).fill(-Infinity);
    const header = make(
      "div",
      {
        ...{ role: "rowheader", className: "row-header", "aria-colindex": 1 },
      },
      this.#address,
      this.#other,
    );
    this.element.append(header, ...this.#cells);
  }

  /**
   * Is to show that row, anew.
   *
   * @param {number} row
   * @param {View} view
   */
  assign(row, view) {
    this.row = row;
    this.element.hidden = false;
    this.#shown.fill(-1);
    this.#changed.fill(-Infinity);
    const first = row * this.#cells.length;
    const { notation } = view.now;
    this.element.setAttribute("aria-rowindex", String(row + 2));
    setText(this.#address, String(first));
    const other = notation === "zero"
      ? ""
      : formatAddress(first, notation, view.table);
    setText(this.#other, other);
    this.#cells.forEach((cell, i) => {
      cell.id = `cell-${first + i}`;
    });
  }

  /** @param {number} top In pixels. */
  moveTo(top) {
    if (this.top === top) return;
    this.top = top;
    this.element.style.transform = `translateY(${top}px)`;
  }

  /** Shows nothing until it is assigned a row. */
  retire() {
    this.row = -1;
    this.element.hidden = true;
  }

  /**
   * Shows what has changed.
   *
   * @param {TableMirror} mirror
   * @param {View} view
   * @param {Uint8Array} changes 1 where a cell has changed; is set to 0.
   * @param {number} now
   * @returns {boolean} Whether a cell is lit, which will have to end.
   */
  paint({ values, known }, view, changes, now) {
    const { selection, format } = view.now;
    const { isBit } = view.table;
    const first = this.row * this.#cells.length;
    let isLit = false;
    this.#cells.forEach((cell, i) => {
      const address = first + i;
      let state = OUTSIDE;
      if (address < TABLE_SIZE) {
        if (changes[address] === 1) this.#changed[i] = now;
        changes[address] = 0;
        state = Number(values[address]);
        if (known[address] === 1) state |= KNOWN;
        if (isSelected(selection, address)) state |= SELECTED;
        if (selection.focus === address) state |= FOCUS;
        if (now - Number(this.#changed[i]) < HOT) state |= LIT;
      }
      isLit ||= (state & LIT) !== 0;
      if (this.#shown[i] === state) return;
      this.#shown[i] = state;
      showCell(
        cell,
        state,
        (value) => isBit ? String(value) : formatCell(value, format),
      );
    });
    return isLit;
  }

  /**
   * @param {number} address
   * @returns {HTMLElement | undefined}
   */
  cell(address) {
    return this.#cells[address - this.row * this.#cells.length];
  }
}

/**
 * @param {HTMLElement} cell
 * @param {number} state
 * @param {(value: number) => string} format
 */
function showCell(cell, state, format) {
  const value = state & 0xffff;
  const isKnown = (state & KNOWN) !== 0;
  const text = isKnown ? format(value) : "·";
  // An editor in the cell stays where it is.
  if (cell.firstElementChild === null) setText(cell, text);
  cell.hidden = (state & OUTSIDE) !== 0;
  cell.classList.toggle("zero", value === 0 || !isKnown);
  cell.classList.toggle("focus", (state & FOCUS) !== 0);
  cell.classList.toggle("hot", (state & LIT) !== 0);
  const selected = String((state & SELECTED) !== 0);
  if (cell.getAttribute("aria-selected") !== selected) {
    cell.setAttribute("aria-selected", selected);
  }
}
