/**
 * The last changes: when, where, what, who.
 * @module
 */
import { ActivityLog, filterOf } from "../model/activity.js";
import { tableOf } from "../model/tables.js";
import { find, make, setText } from "./dom.js";
import { atMostEvery } from "./pace.js";

/** @import { CellChange, Entry } from "../model/activity.js" */
/** @import { Scope } from "../model/interest.js" */
/** @import { Clients } from "./clients_panel.js" */
/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** Changes that are kept, and those that are in the document. */
const KEPT = 2000;
const SHOWN = 60;

/** Milliseconds between two pictures: nobody reads faster. */
const PERIOD = 200;

/** The list of what has happened. */
export class ActivityPanel {
  #log = new ActivityLog(KEPT);
  #rows = Array.from({ length: SHOWN }, () => new Row());
  #body = find("#activity tbody", HTMLElement);
  #filter = find("#activity-filter", HTMLInputElement);
  #onlyChanges = find("#only-changes", HTMLInputElement);
  #empty = find("#activity-empty", HTMLElement);
  #count = find("#activity-count", HTMLElement);
  /** The last entry that is shown while the list is paused. */
  #last = Infinity;
  #view;
  #grid;
  #clients;
  #drawSoon = atMostEvery(PERIOD, () => this.#draw());

  /**
   * @param {View} view
   * @param {Live} live
   * @param {Grid} grid
   * @param {Clients} clients
   */
  constructor(view, live, grid, clients) {
    this.#view = view;
    this.#grid = grid;
    this.#clients = clients;
    live.onChange((heard) => {
      // Current values are no change.
      if (heard.source === "bank") return;
      this.#log.add(heard, heard.before);
      this.#drawSoon();
    });
    this.#filter.addEventListener("input", this.#drawSoon);
    this.#onlyChanges.addEventListener("change", this.#drawSoon);
    this.#setUpButtons();
    this.#setUpRows();
    this.#setUpScope();
    this.#setUpHint(live);
  }

  /**
   * Says where Modbus clients find the adapter, as soon as it tells.
   *
   * @param {Live} live
   */
  #setUpHint(live) {
    const look = async () => {
      if (!live.isLive) return;
      live.removeEventListener("state", look);
      const health = await live.fetch("/health").catch(() => undefined);
      // Those who have shown no token are not told.
      const address = health?.listeners?.modbus;
      if (address === undefined) return;
      const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(address) ?? [];
      const isEverywhere = host === "0.0.0.0" || host === "::";
      setText(find("#modbus-port", HTMLElement), port ?? "");
      setText(
        find("#modbus-host", HTMLElement),
        isEverywhere ? location.hostname : host ?? "",
      );
    };
    live.addEventListener("state", look);
  }

  #setUpButtons() {
    const pause = find("#pause", HTMLButtonElement);
    pause.addEventListener("click", () => {
      const isPaused = this.#last === Infinity;
      this.#last = isPaused ? this.#log.count : Infinity;
      pause.setAttribute("aria-pressed", String(isPaused));
      setText(pause, isPaused ? "Go on" : "Pause");
      this.#drawSoon();
    });
    find("#clear", HTMLButtonElement).addEventListener("click", () => {
      this.#log.clear();
      this.#drawSoon();
    });
  }

  #setUpRows() {
    this.#body.append(...this.#rows.map(({ element }) => element));
    this.#body.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest("tr") : null;
      const entry = this.#rows.find(({ element }) => element === row)?.entry;
      if (entry === undefined) return;
      this.#view.goTo(entry.address, entry.table, entry.owner);
      this.#grid.reveal(entry.address, "center");
    });
  }

  #setUpScope() {
    const scope = find("#scope", HTMLSelectElement);
    scope.addEventListener("change", () => {
      this.#view.change({ scope: /** @type {Scope} */ (scope.value) });
    });
    this.#view.watch(() => scope.value = this.#view.now.scope);
  }

  /**
   * @param {Entry} entry
   * @returns {string}
   */
  #who = ({ source, connection }) => this.#clients.nameOf(source, connection);

  /**
   * Moves rows from the end to the top for what is new, so that the others stay
   * as they are.
   *
   * @param {readonly Entry[]} newest
   */
  #makeRoom(newest) {
    const first = this.#rows[0]?.entry;
    const count = first === undefined ? -1 : newest.indexOf(first);
    if (count <= 0) return;
    const moved = this.#rows.splice(-count);
    this.#rows.unshift(...moved);
    this.#body.prepend(...moved.map(({ element }) => element));
  }

  #draw() {
    const passes = filterOf(this.#filter.value, this.#who);
    const newest = this.#log.newest(
      (entry) =>
        entry.key <= this.#last &&
        (entry.isChange || !this.#onlyChanges.checked) && passes(entry),
      SHOWN,
    );
    this.#makeRoom(newest);
    this.#rows.forEach((row, i) => row.show(newest[i], this.#who));
    this.#empty.hidden = newest.length > 0;
    const { count } = this.#log;
    setText(this.#count, count === 0 ? "" : `${count.toLocaleString()} so far`);
  }
}

/** A line of the list, used again for other entries. */
class Row {
  element = make("tr", { hidden: true });
  /** @type {Entry | undefined} */
  entry;
  #time = make("td", { className: "time" });
  #where = make("button", { type: "button", className: "where" });
  #values = make("td", { className: "values" });
  #who = make("td", { className: "who" });

  constructor() {
    const where = make("td", {}, this.#where);
    this.element.append(this.#time, where, this.#values, this.#who);
  }

  /**
   * @param {Entry | undefined} entry
   * @param {(entry: Entry) => string} who
   */
  show(entry, who) {
    this.element.hidden = entry === undefined;
    if (entry === undefined) {
      this.entry = undefined;
      return;
    }
    setText(this.#who, who(entry));
    this.#who.title = entry.unit === undefined ? "" : `Unit id ${entry.unit}`;
    if (this.entry === entry) return;
    this.entry = entry;
    const { address, count, isChange } = entry;
    const { brief } = tableOf(entry.table);
    const owner = entry.owner === undefined ? "" : `${entry.owner}: `;
    this.#time.replaceChildren(...timeOf(entry.time));
    setText(
      this.#where,
      `${owner}${brief} ${address}${
        count > 1 ? `–${address + count - 1}` : ""
      }`,
    );
    this.#values.replaceChildren(...entry.cells.flatMap(partsOf(entry)));
    this.element.classList.toggle("same", !isChange);
  }
}

/**
 * @param {Entry} entry
 * @returns {(cell: CellChange) => (string | Node)[]} `41 → 42`, with the address where there are several.
 */
function partsOf({ count, isChange }) {
  return ({ address, before, after }) => {
    const place = count > 1 ? `${address}: ` : "";
    if (!isChange) {
      return [make("span", { className: "part" }, `${place}${after}`)];
    }
    const old = make(
      "span",
      { className: "old" },
      `${place}${before ?? "?"} → `,
    );
    return [make("span", { className: "part" }, old, String(after))];
  };
}

/**
 * @param {number} time
 * @returns {(string | Node)[]} With milliseconds, where there is room.
 */
function timeOf(time) {
  const date = new Date(time);
  const fraction = String(date.getMilliseconds()).padStart(3, "0");
  return [
    date.toTimeString().slice(0, 8),
    make("span", { className: "fraction" }, `.${fraction}`),
  ];
}
