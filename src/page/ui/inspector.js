/**
 * What the selected cells mean, and the way to write them as that.
 * @module
 */
import {
  decode,
  encode,
  formatValue,
  ORDERS,
  registersOf,
  TYPES,
} from "../model/interpret.js";
import { rangeOf } from "../model/selection.js";
import { TABLE_SIZE } from "../model/tables.js";
import { MOST_VALUES } from "../model/watch.js";
import { describe } from "./bank_panel.js";
import { find, make, setText } from "./dom.js";
import { atMostEvery, onFrame } from "./pace.js";

/** @import { Type } from "../model/interpret.js" */
/** @import { WatchItem } from "../model/watch.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */
/** @import { Editor } from "./editor.js" */

/** Milliseconds between two pictures of values that change. */
const PERIOD = 40;

/** Registers of a text when just one cell is selected. */
const TEXT_REGISTERS = 8;

/** @typedef {{ type: Type, row: HTMLElement, input: HTMLInputElement }} Line */

/** The panel that shows a register as all it could be. */
export class Inspector {
  #view;
  #live;
  #editor;
  #pin;
  /** @type {Line[]} */
  #lines;
  #error = find("#inspector-error", HTMLElement);
  #bits = find("#inspector-bits", HTMLElement);
  /** Has the values shown anew. */
  update = onFrame(() => this.#update());
  #updateSoon = atMostEvery(PERIOD, this.update);

  /**
   * @param {View} view
   * @param {Live} live
   * @param {Editor} editor
   * @param {(item: WatchItem) => void} pin
   */
  constructor(view, live, editor, pin) {
    this.#view = view;
    this.#live = live;
    this.#editor = editor;
    this.#pin = pin;
    this.#lines = TYPES.map((type) => this.#line(type));
    find("#types", HTMLElement).append(...this.#lines.map(({ row }) => row));
    this.#bits.append(
      ...Array.from(
        { length: 16 },
        (_, i) => make("span", { title: `Bit ${15 - i}` }),
      ),
    );
    this.#setUpOrders();
    this.#setUpBits();
    live.onChange(({ table, isShown }) => {
      if (isShown && table === view.now.table) this.#updateSoon();
    });
    view.watch((changed) => {
      if (changed("unit", "table", "selection", "order")) this.#say("");
      this.#show();
    });
  }

  #setUpOrders() {
    const group = find("#orders", HTMLElement);
    for (const order of ORDERS) {
      const radio = make("input", {
        type: "radio",
        name: "order",
        value: order,
      });
      radio.addEventListener("change", () => this.#view.change({ order }));
      group.append(make("label", {}, radio, make("span", {}, order)));
    }
  }

  #setUpBits() {
    find("#bit-on", HTMLElement).onclick = () => this.#editor.fill(1);
    find("#bit-off", HTMLElement).onclick = () => this.#editor.fill(0);
    find("#bit-toggle", HTMLElement).onclick = () => this.#editor.toggle();
    find("#bit-pin", HTMLElement).onclick = () => this.#pinAs("bit");
  }

  /**
   * @param {Type} type
   * @returns {Line}
   */
  #line(type) {
    const id = `as-${type}`;
    const input = make("input", { id, autocomplete: "off", spellcheck: false });
    const pin = make("button", {
      ...{ type: "button", className: "pin", textContent: "Watch" },
      "aria-label": `Watch as ${type}`,
    });
    pin.addEventListener("click", () => this.#pinAs(type));
    input.addEventListener("focus", () => input.select());
    input.addEventListener("blur", () => {
      delete input.dataset.edited;
      this.update();
    });
    input.addEventListener("input", () => input.dataset.edited = "");
    input.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") this.#write(type, input);
      if (key === "Escape") {
        delete input.dataset.edited;
        this.#say("");
        this.#update();
        input.select();
      }
    });
    const row = make(
      "div",
      { className: "type" },
      make("label", { htmlFor: id }, type),
      input,
      pin,
    );
    return { type, row, input };
  }

  /**
   * @param {Type} type
   * @returns {number} Registers that it would take here.
   */
  #length(type) {
    const { address, count } = rangeOf(this.#view.now.selection);
    if (type !== "ascii") return registersOf(type);
    const length = count === 1 ? TEXT_REGISTERS : count;
    return Math.min(length, TABLE_SIZE - address);
  }

  /** What belongs to the selection, and not to its values. */
  #show() {
    const { now, table } = this.#view;
    const { address, count } = rangeOf(now.selection);
    setText(find("#inspected", HTMLElement), describe(this.#view));
    find("#inspector", HTMLElement).dataset.kind = table.isBit
      ? "bit"
      : "register";
    for (const radio of document.querySelectorAll("#orders input")) {
      if (radio instanceof HTMLInputElement) {
        radio.checked = radio.value === now.order;
      }
    }
    setText(
      find("#bit-count", HTMLElement),
      count === 1 ? "" : `all ${count} selected cells`,
    );
    for (const { type, row } of this.#lines) {
      const fits = address + this.#length(type) <= TABLE_SIZE;
      row.classList.toggle("unfit", !fits);
    }
    this.update();
  }

  #update() {
    const { now, table } = this.#view;
    const { address } = rangeOf(now.selection);
    const obstacle = this.#live.obstacle;
    const [first] = this.#live.mirror.read(now.table, address, 1) ?? [];
    if (table.isBit) {
      const text = first === undefined ? "·" : first === 1 ? "On" : "Off";
      setText(find("#bit-value", HTMLElement), text);
      find("#bit-value", HTMLElement).dataset.on = String(first === 1);
      return;
    }
    Array.from(
      this.#bits.children,
      (bit, i) =>
        setText(
          bit,
          first === undefined ? "·" : String((first >> (15 - i)) & 1),
        ),
    );
    for (const { type, input } of this.#lines) {
      input.readOnly = obstacle !== undefined;
      if (input.dataset.edited !== undefined) continue;
      const words = this.#live.mirror.read(
        now.table,
        address,
        this.#length(type),
      );
      const text = words === undefined
        ? ""
        : formatValue(decode(words, type, now.order), type);
      if (input.value !== text) input.value = text;
      input.removeAttribute("aria-invalid");
    }
  }

  /**
   * @param {Type} type
   * @param {HTMLInputElement} input
   */
  async #write(type, input) {
    const { table, order, selection } = this.#view.now;
    const { address } = rangeOf(selection);
    const { value, error } = encode(
      input.value,
      type,
      order,
      this.#length(type),
    );
    if (value === undefined) {
      input.setAttribute("aria-invalid", "true");
      return this.#say(`${type}: ${error}`);
    }
    try {
      await this.#live.write(table, address, value);
      delete input.dataset.edited;
      this.#say("");
      this.update();
      input.select();
    } catch (error) {
      input.setAttribute("aria-invalid", "true");
      this.#say(/** @type {Error} */ (error).message);
    }
  }

  /** @param {Type | "bit"} type */
  #pinAs(type) {
    const { unit, table, order, selection } = this.#view.now;
    const { address, count } = rangeOf(selection);
    const size = type === "bit" ? 1 : registersOf(type);
    const most = type === "ascii"
      ? this.#length(type)
      : Math.floor(count / size);
    this.#pin({
      name: `${this.#view.table.cell} ${address}`,
      ...(unit === undefined ? {} : { unit }),
      ...{ table, address, type, order },
      count: Math.max(1, Math.min(most, MOST_VALUES)),
    });
  }

  /** @param {string} error */
  #say(error) {
    setText(this.#error, error);
  }
}
