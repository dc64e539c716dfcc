/**
 * The watch list, with trend, extremes, export and import.
 * @module
 */
import { toCsv } from "../model/csv.js";
import { channelsOf, fromJson, MOST_ITEMS, toJson } from "../model/watch.js";
import { download, find, setText } from "./dom.js";
import { onFrame } from "./pace.js";
import { COLORS, Trend } from "./trend.js";
import { WatchRow } from "./watch_row.js";

/** @import { WatchItem } from "../model/watch.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** Milliseconds between two pictures of the trend. */
const PERIOD = 250;

/** Most curves at a time. */
const MOST_TRACES = 16;

/** What the user keeps an eye on. */
export class WatchPanel {
  #view;
  #live;
  #trend = new Trend();
  #list = find("#watch-list", HTMLElement);
  #span = find("#span", HTMLSelectElement);
  #ownScales = find("#own-scales", HTMLInputElement);
  #message = find("#watch-message", HTMLElement);
  /** @type {WatchRow[]} */
  #rows = [];

  /**
   * @param {View} view
   * @param {Live} live
   */
  constructor(view, live) {
    this.#view = view;
    this.#live = live;
    live.onChange((change) => {
      for (const row of this.#rows) {
        if (row.isTouched(change)) row.read(change.time);
      }
    });
    live.addEventListener("state", () => {
      for (const row of this.#rows) {
        if (live.isLive) row.read(live.now);
        else row.series.gap(live.now);
      }
    });
    view.watch((changed) => {
      if (changed("watch")) this.#build();
    });
    this.#setUpButtons();
    new ResizeObserver(() => this.#trend.reset()).observe(
      find("#trend", HTMLElement),
    );
    const draw = onFrame(() => this.#draw());
    setInterval(() => {
      if (!document.hidden) draw();
    }, PERIOD);
  }

  /** Colours have changed. */
  recolor() {
    this.#trend.reset();
  }

  /** @param {WatchItem} item */
  add(item) {
    const { watch } = this.#view.now;
    if (watch.length >= MOST_ITEMS) {
      return setText(this.#message, `A list has at most ${MOST_ITEMS} items`);
    }
    this.#view.change({ watch: [...watch, item] });
    setText(this.#message, `Watching ${item.name} as ${item.type}`);
    this.#list.lastElementChild?.scrollIntoView({ block: "nearest" });
  }

  #build() {
    const { watch } = this.#view.now;
    const old = this.#rows;
    this.#rows = watch.flatMap((item) => channelsOf(item)).map((channel, i) => {
      const kept = old.find((row) =>
        row.channel.item === channel.item &&
        row.channel.address === channel.address
      );
      const row = new WatchRow(channel, i % COLORS, this.#live);
      if (kept !== undefined) {
        [row.series, row.draw.checked] = [kept.series, kept.draw.checked];
      }
      this.#wire(row);
      row.read(this.#live.now);
      return row;
    });
    this.#list.replaceChildren(...this.#rows.map(({ element }) => element));
    find("#watch", HTMLElement).classList.toggle(
      "empty",
      this.#rows.length === 0,
    );
    this.#draw();
  }

  /** @param {WatchRow} row */
  #wire({ name, remove, channel: { item } }) {
    name.addEventListener("change", () => {
      const renamed = { ...item, name: name.value };
      this.#replace(item, [renamed]);
    });
    remove.addEventListener("click", () => this.#replace(item, []));
  }

  /**
   * @param {WatchItem} item
   * @param {readonly WatchItem[]} others
   */
  #replace(item, others) {
    const { watch } = this.#view.now;
    this.#view.change({
      watch: watch.flatMap((one) => one === item ? others : [one]),
    });
  }

  #setUpButtons() {
    const file = find("#watch-file", HTMLInputElement);
    const on = (/** @type {string} */ id, /** @type {() => void} */ action) => {
      find(id, HTMLButtonElement).addEventListener("click", action);
    };
    on("#watch-reset", () => {
      for (const { series } of this.#rows) series.reset();
      this.#draw();
    });
    on("#watch-csv", () => {
      const columns = this.#rows.filter(({ channel }) =>
        channel.item.type !== "ascii"
      )
        .map(({ channel, series }) => ({
          name: channel.name,
          entries: series.entries(),
        }));
      download("watch.csv", toCsv(columns), "text/csv");
    });
    on("#watch-export", () => {
      download("watch.json", toJson(this.#view.now.watch), "application/json");
    });
    on("#watch-import", () => file.click());
    file.addEventListener("change", async () => {
      const [chosen] = file.files ?? [];
      if (chosen === undefined) return;
      const { value, error } = fromJson(await chosen.text());
      file.value = "";
      if (value === undefined) return setText(this.#message, error);
      this.#view.change({ watch: value });
      setText(this.#message, `${value.length} items from ${chosen.name}`);
    });
  }

  #draw() {
    const { now } = this.#live;
    for (const row of this.#rows) row.showFigures(now);
    const traces = this.#rows.filter(({ draw, series }) =>
      draw.checked && series.length > 0
    )
      .slice(0, MOST_TRACES)
      .map(({ channel, color, series }) => ({
        name: channel.name,
        color,
        series,
      }));
    const span = Number(this.#span.value) * 1000;
    if (this.#rows.length > 0) {
      this.#trend.draw(traces, now - span, now, !this.#ownScales.checked);
    }
  }
}
