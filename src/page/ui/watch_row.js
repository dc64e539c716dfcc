/**
 * A value that is watched: what is known of it, and its line in the list.
 * @module
 */
import { decode, formatValue } from "../model/interpret.js";
import { Series } from "../model/series.js";
import { tableOf } from "../model/tables.js";
import { make, setText } from "./dom.js";
import { brief } from "./trend.js";

/** @import { Heard, Live } from "./live.js" */
/** @import { Channel } from "../model/watch.js" */

/** Values of each that are kept. */
const KEPT = 20_000;

/** A line of the watch list. */
export class WatchRow {
  series = new Series(KEPT);
  name = make("input", {
    className: "watch-name",
    "aria-label": "Name",
    maxLength: 60,
  });
  remove = make("button", {
    type: "button",
    className: "remove",
    textContent: "✕",
  });
  draw = make("input", { type: "checkbox" });
  #live;
  #value = make("output", { className: "watch-value" });
  #about = make("span", { className: "about" });
  #figures = make("span", { className: "figures" });
  element;

  /**
   * @param {Channel} channel
   * @param {number} color
   * @param {Live} live
   */
  constructor(channel, color, live) {
    this.#live = live;
    this.channel = channel;
    this.color = color;
    const { item, name, address } = channel;
    const { brief: cell } = tableOf(item.table);
    const unit = item.unit === undefined ? "" : `Unit ${item.unit} · `;
    const order = item.type === "bit" ||
        channel.cells === 1 && item.type !== "ascii" && item.order === "ABCD"
      ? ""
      : ` ${item.order}`;
    this.name.value = name;
    this.name.readOnly = item.count > 1 && item.type !== "ascii";
    this.draw.checked = true;
    this.draw.setAttribute("aria-label", `Draw ${name}`);
    this.draw.disabled = item.type === "ascii";
    this.remove.setAttribute("aria-label", `Do not watch ${name}`);
    setText(this.#about, `${unit}${cell} ${address} · ${item.type}${order}`);
    this.element = make(
      "li",
      { className: "watch-row" },
      make("label", { className: `swatch trace-${color}` }, this.draw),
      this.name,
      this.#value,
      this.remove,
      this.#about,
      this.#figures,
    );
  }

  /**
   * Takes the value that the bank holds now.
   *
   * @param {number} time
   */
  read(time) {
    const { item, address, cells } = this.channel;
    const words = this.#live.mirrorOf(item.unit).read(
      item.table,
      address,
      cells,
    );
    if (words === undefined) return;
    const value = item.type === "bit"
      ? Number(words[0])
      : decode(words, item.type, item.order);
    setText(
      this.#value,
      item.type === "bit"
        ? (value === 1 ? "On" : "Off")
        : formatValue(value, item.type),
    );
    if (typeof value === "string") return;
    const number = Number(value);
    if (number !== this.series.last) this.series.add(time, number);
  }

  /**
   * @param {Pick<Heard, "table" | "address" | "values" | "owner">} change
   * @returns {boolean} Whether it is about this value.
   */
  isTouched({ table, address, values, owner }) {
    const { item, address: first, cells } = this.channel;
    return this.#live.ownerOf(item.unit) === owner && item.table === table &&
      address < first + cells &&
      first < address + values.length;
  }

  /** @param {number} now */
  showFigures(now) {
    const { min, max } = this.series;
    if (min === undefined || max === undefined) {
      return setText(this.#figures, "");
    }
    const rate = this.series.rate(now);
    const sign = Number(rate) > 0 ? "+" : "";
    const perSecond = rate === undefined
      ? "–/s"
      : `${sign}${Number(rate.toPrecision(3))}/s`;
    setText(this.#figures, `${brief(min)} … ${brief(max)} · ${perSecond}`);
  }
}
