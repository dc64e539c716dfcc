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

/**
 * @param {View} view
 * @param {Live} live
 * @param {Grid} grid
 * @param {Clients} clients
 */
export function setUpActivity(view, live, grid, clients) {
  const log = new ActivityLog(KEPT);
  const body = find("#activity tbody", HTMLElement);
  const pause = find("#pause", HTMLButtonElement);
  const filter = find("#activity-filter", HTMLInputElement);
  const onlyChanges = find("#only-changes", HTMLInputElement);
  const scope = find("#scope", HTMLSelectElement);
  const empty = find("#activity-empty", HTMLElement);
  const count = find("#activity-count", HTMLElement);
  const rows = Array.from({ length: SHOWN }, () => new Row());
  let isPaused = false;

  const who = (/** @type {Entry} */ { source, connection }) =>
    clients.nameOf(source, connection);
  const draw = () => {
    const passes = filterOf(filter.value, who);
    const newest = log.newest(
      (entry) => (entry.isChange || !onlyChanges.checked) && passes(entry),
      SHOWN,
    );
    rows.forEach((row, i) => row.show(newest[i], who));
    empty.hidden = newest.length > 0;
    setText(
      count,
      log.count === 0 ? "" : `${log.count.toLocaleString()} so far`,
    );
  };
  const drawSoon = atMostEvery(PERIOD, () => {
    if (!isPaused) draw();
  });

  body.append(...rows.map(({ element }) => element));
  body.addEventListener("click", ({ target }) => {
    const row = target instanceof Element ? target.closest("tr") : null;
    const entry = rows.find(({ element }) => element === row)?.entry;
    if (entry === undefined) return;
    view.goTo(entry.address, entry.table, entry.owner);
    grid.reveal(entry.address, "center");
  });
  live.onChange((heard) => {
    // Current values are no change.
    if (heard.source === "bank") return;
    log.add(heard, heard.before);
    drawSoon();
  });
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    setText(pause, isPaused ? "Go on" : "Pause");
    draw();
  });
  find("#clear", HTMLButtonElement).addEventListener("click", () => {
    log.clear();
    draw();
  });
  filter.addEventListener("input", draw);
  onlyChanges.addEventListener("change", draw);
  scope.addEventListener("change", () => {
    view.change({ scope: /** @type {Scope} */ (scope.value) });
  });
  view.watch(() => scope.value = view.now.scope);
}

/** A line of the list, used again for other entries. */
class Row {
  element = make("tr", { hidden: true });
  /** @type {Entry | undefined} */
  entry;
  #time = make("td", { className: "time" });
  #where = make("td", { className: "where" });
  #values = make("td", { className: "values" });
  #who = make("td", { className: "who" });

  constructor() {
    this.element.append(this.#time, this.#where, this.#values, this.#who);
  }

  /**
   * @param {Entry | undefined} entry
   * @param {(entry: Entry) => string} who
   */
  show(entry, who) {
    this.element.hidden = entry === undefined;
    if (entry === undefined) return;
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
