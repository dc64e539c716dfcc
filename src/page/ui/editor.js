/**
 * Changes cells in their place, and says at the cell when that did not work.
 * @module
 */
import { formatCell, formatRegister, parseRegister } from "../model/numbers.js";
import { rangeOf } from "../model/selection.js";
import { TABLE_SIZE } from "../model/tables.js";
import { find, make } from "./dom.js";

/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** What a bit may be called. */
const BITS = new Map(Object.entries({
  ...{ "1": 1, "on": 1, "true": 1, "0": 0, "off": 0, "false": 0 },
}));

/** Writes what the user wants. */
export class Editor {
  #view;
  #live;
  #grid;
  #error = find("#cell-error", HTMLElement);
  /** @type {HTMLInputElement | undefined} */
  #input;

  /**
   * @param {View} view
   * @param {Live} live
   * @param {Grid} grid
   */
  constructor(view, live, grid) {
    this.#view = view;
    this.#live = live;
    this.#grid = grid;
    grid.element.addEventListener("scroll", () => this.#followScroll());
    view.watch((changed) => {
      if (changed("table", "selection")) this.close();
    });
  }

  /** Whether the user types. */
  get isOpen() {
    return this.#input !== undefined;
  }

  /**
   * Lets the user type a value for the selected registers.
   *
   * @param {string} [text] What there is to begin with; the value unless given.
   */
  open(text) {
    const { table, selection, format } = this.#view.now;
    const cell = this.#grid.cell(selection.focus);
    if (cell === undefined || this.#refuse()) return;
    const [value = 0] = this.#live.mirror.read(table, selection.focus, 1) ?? [];
    const { count } = rangeOf(selection);
    const input = make("input", {
      ...{
        className: "cell-editor",
        value: text ?? formatRegister(value, format),
      },
      ...{ autocomplete: "off", spellcheck: false },
      "aria-label": count === 1
        ? `Value of ${selection.focus}`
        : `Value of ${count} cells`,
    });
    this.#input = input;
    cell.append(input);
    input.focus();
    if (text === undefined) input.select();
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
      if (event.key === "Enter") this.#commit(input);
      if (event.key === "Enter" || event.key === "Escape") {
        event.preventDefault();
      }
    });
    input.addEventListener("pointerdown", (event) => event.stopPropagation());
    input.addEventListener("blur", () => {
      if (this.#input === input) this.close();
    });
  }

  /** Ends it without writing. */
  close() {
    const input = this.#input;
    this.#input = undefined;
    this.#hideError();
    if (input === undefined) return;
    const hadFocus = document.activeElement === input;
    const cell = input.parentElement;
    const address = this.#grid.addressOf(cell);
    const { table, format } = this.#view.now;
    const [value] = this.#live.mirror.read(table, address ?? 0, 1) ?? [];
    input.remove();
    if (cell !== null && value !== undefined) {
      cell.textContent = formatCell(value, format);
    }
    if (hadFocus) this.#grid.element.focus({ preventScroll: true });
    this.#grid.repaint();
  }

  /** Turns the selected bits round: all to what the focused one is not. */
  async toggle() {
    const { table, selection } = this.#view.now;
    const [value = 0] = this.#live.mirror.read(table, selection.focus, 1) ?? [];
    await this.fill(1 - value);
  }

  /**
   * Writes one value to all selected cells.
   *
   * @param {number} value
   */
  async fill(value) {
    const { address, count } = rangeOf(this.#view.now.selection);
    await this.write(address, new Array(count).fill(value));
  }

  /**
   * Writes values one after the other, from the first selected cell on.
   *
   * @param {string} text
   */
  async paste(text) {
    const { isBit } = this.#view.table;
    const { address } = rangeOf(this.#view.now.selection);
    const values = [];
    for (const word of text.trim().split(/[\s,;]+/)) {
      const { value, error } = isBit ? parseBit(word) : parseRegister(word);
      if (value === undefined) return this.#show(`“${word}”: ${error}`);
      values.push(value);
    }
    if (address + values.length > TABLE_SIZE) {
      return this.#show(`${values.length} values do not fit behind ${address}`);
    }
    await this.write(address, values);
  }

  /**
   * @param {number} address
   * @param {readonly number[]} values
   * @returns {Promise<boolean>} Whether it was done; otherwise the cell says why not.
   */
  async write(address, values) {
    this.#hideError();
    const { table, isBit } = {
      table: this.#view.now.table,
      isBit: this.#view.table.isBit,
    };
    try {
      await this.#live.write(
        table,
        address,
        isBit ? values.map(Boolean) : values,
      );
      return true;
    } catch (error) {
      this.#show(/** @type {Error} */ (error).message);
      return false;
    }
  }

  /** What has scrolled out of sight is not edited any more. */
  #followScroll() {
    this.#hideError();
    const place = this.#input?.getBoundingClientRect();
    const frame = this.#grid.element.getBoundingClientRect();
    if (place === undefined) return;
    if (place.bottom < frame.top || place.top > frame.bottom) this.close();
  }

  /** @param {HTMLInputElement} input */
  async #commit(input) {
    const { value, error } = parseRegister(input.value);
    if (value === undefined) return this.#invalid(input, error);
    const { address, count } = rangeOf(this.#view.now.selection);
    const isDone = await this.write(address, new Array(count).fill(value));
    if (this.#input !== input) return;
    if (isDone) this.close();
    else input.setAttribute("aria-invalid", "true");
  }

  /**
   * @param {HTMLInputElement} input
   * @param {string} error
   */
  #invalid(input, error) {
    input.setAttribute("aria-invalid", "true");
    this.#show(error);
  }

  #refuse() {
    const { obstacle } = this.#live;
    if (obstacle !== undefined) this.#show(obstacle);
    return obstacle !== undefined;
  }

  /** @param {string} message */
  #show(message) {
    const cell = this.#grid.cell(this.#view.now.selection.focus);
    const place = (cell ?? this.#grid.element).getBoundingClientRect();
    this.#error.textContent = message;
    this.#error.hidden = false;
    const frame = this.#error.offsetParent?.getBoundingClientRect();
    if (frame === undefined) return;
    const { width, height } = this.#error.getBoundingClientRect();
    const left = Math.max(
      8,
      Math.min(place.left - frame.left, frame.width - width - 8),
    );
    const below = place.bottom - frame.top + 6;
    const top = below + height < frame.height
      ? below
      : place.top - frame.top - height - 6;
    this.#error.style.left = `${left}px`;
    this.#error.style.top = `${top}px`;
  }

  #hideError() {
    this.#error.hidden = true;
    this.#error.textContent = "";
  }
}

/**
 * @param {string} word
 * @returns {{ value?: number | undefined, error: string }}
 */
function parseBit(word) {
  return { value: BITS.get(word.toLowerCase()), error: "A bit is 0 or 1" };
}
