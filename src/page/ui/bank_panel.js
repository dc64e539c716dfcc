/**
 * What is around the grid: tabs, the way to an address, filter, formats.
 * @module
 */
import { formatAddress, parseAddress } from "../model/notation.js";
import { rangeOf } from "../model/selection.js";
import { TABLES } from "../model/tables.js";
import { find, make, setText } from "./dom.js";

/** @import { Notation } from "../model/notation.js" */
/** @import { RegisterFormat } from "../model/numbers.js" */
/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** @type {Readonly<Record<Notation, string>>} What to type into the jump field. */
const HINTS = {
  zero: "Address from 0, or 0x…",
  one: "Address from 1, or 0x…",
  prefixed: "Such as 400001",
};

/**
 * @param {View} view
 * @param {Live} live
 * @param {Grid} grid
 */
export function setUpBankPanel(view, live, grid) {
  setUpUnits(view, live);
  setUpTabs(view);
  setUpJump(view, grid);
  const filter = find("#nonzero", HTMLInputElement);
  const format = find("#format", HTMLSelectElement);
  const notation = find("#notation", HTMLSelectElement);
  filter.addEventListener("change", () => {
    view.change({ isFiltered: filter.checked });
  });
  format.addEventListener("change", () => {
    view.change({ format: /** @type {RegisterFormat} */ (format.value) });
  });
  notation.addEventListener("change", () => {
    view.change({ notation: /** @type {Notation} */ (notation.value) });
  });
  const where = find("#where", HTMLElement);
  view.watch((changed) => {
    const { now, table } = view;
    filter.checked = now.isFiltered;
    format.value = now.format;
    format.disabled = table.isBit;
    notation.value = now.notation;
    if (changed("table", "selection", "notation")) {
      setText(where, describe(view));
    }
  });
}

/**
 * @param {View} view
 * @returns {string} What is selected, in all notations.
 */
export function describe({ now, table }) {
  const { address, count } = rangeOf(now.selection);
  const cells = count === 1 ? "" : ` – ${address + count - 1} (${count} cells)`;
  const others = now.notation === "zero"
    ? ""
    : ` · ${formatAddress(address, now.notation, table)}`;
  return `${table.cell} ${address}${cells}${others}`;
}

/**
 * @param {string} title
 * @returns {(string | Node)[]} The first word alone where there is little room.
 */
function labelOf(title) {
  const [first = "", ...others] = title.split(" ");
  const rest = others.map((word) => ` ${word}`).join("");
  return [first, make("span", { className: "when-wide" }, rest)];
}

/**
 * The choice of a unit, where units have cells of their own.
 *
 * @param {View} view
 * @param {Live} live
 */
function setUpUnits(view, live) {
  const select = find("#unit", HTMLSelectElement);
  view.watch(() => {
    select.value = String(view.now.unit ?? live.units?.[0]);
  });
  live.addEventListener("state", () => {
    const { units, isLive } = live;
    if (!isLive) return;
    find("#unit-choice", HTMLElement).hidden = units === undefined;
    select.replaceChildren(
      ...(units ?? []).map((unit) => new Option(`Unit ${unit}`, String(unit))),
    );
    const isServed = units?.includes(Number(view.now.unit)) === true;
    view.change({ unit: isServed ? view.now.unit : undefined });
  });
  select.addEventListener("change", () => {
    view.change({ unit: Number(select.value) });
  });
}

/** @param {View} view */
function setUpTabs(view) {
  const list = find("#tabs", HTMLElement);
  const tabs = TABLES.map(({ name, title, access }) => {
    const tab = make(
      "button",
      {
        ...{ type: "button", role: "tab", id: `tab-${name}` },
        ...{ title: `Modbus clients: ${access}`, "aria-controls": "grid" },
      },
      ...labelOf(title),
      make("span", { className: "dot" }),
    );
    tab.addEventListener("click", () => view.goTo(places.get(name) ?? 0, name));
    return tab;
  });
  /** @type {Map<string, number>} Where the user was in each table. */
  const places = new Map();
  list.append(...tabs);
  list.addEventListener("keydown", (event) => {
    const step = Number(event.key === "ArrowRight") -
      Number(event.key === "ArrowLeft");
    if (step === 0) return;
    const at = TABLES.findIndex(({ name }) => name === view.now.table);
    const to = (at + step + TABLES.length) % TABLES.length;
    tabs[to]?.click();
    tabs[to]?.focus();
    event.preventDefault();
  });
  view.watch(() => {
    const { table, selection } = view.now;
    places.set(table, selection.focus);
    TABLES.forEach(({ name }, i) => {
      const isSelected = name === table;
      tabs[i]?.setAttribute("aria-selected", String(isSelected));
      tabs[i]?.setAttribute("tabindex", isSelected ? "0" : "-1");
    });
  });
}

/**
 * @param {View} view
 * @param {Grid} grid
 */
function setUpJump(view, grid) {
  const form = find("#jump", HTMLFormElement);
  const input = find("#jump input", HTMLInputElement);
  const complain = (/** @type {string} */ error) => {
    input.setCustomValidity(error);
    input.setAttribute("aria-invalid", String(error !== ""));
  };
  input.addEventListener("input", () => complain(""));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value, error } = parseAddress(
      ...[input.value, view.now.notation, view.table],
    );
    complain(error ?? "");
    if (value === undefined) return input.reportValidity();
    view.goTo(value.address, value.table.name);
    grid.reveal(value.address, "center");
    grid.element.focus({ preventScroll: true });
    return undefined;
  });
  grid.element.addEventListener("keydown", ({ key, target, ctrlKey }) => {
    if (target !== grid.element || ctrlKey || key !== "g") return;
    setTimeout(() => input.select());
  });
  view.watch(() => {
    input.placeholder = HINTS[view.now.notation];
  });
}
