/**
 * The page: some cells of each table, live, and the last changes.
 * @module
 */
import { connect } from "/client.js";

const TABLE_SIZE = 65_536;

/** Cells of each table that are shown. */
const SHOWN = 16;

/** Rows in the list of changes. */
const ROWS = 15;

const TABLES = [
  { table: "coils", title: "Coils", isBit: true },
  { table: "discreteInputs", title: "Discrete inputs", isBit: true },
  { table: "holdingRegisters", title: "Holding registers", isBit: false },
  { table: "inputRegisters", title: "Input registers", isBit: false },
];

const client = connect(new URL("/", location.href.replace(/^http/, "ws")));
/** The values of all cells, by table. */
const bank = new Map(TABLES.map(({ table, isBit }) => [
  table,
  new Array(TABLE_SIZE).fill(isBit ? false : 0),
]));
/** What shows a cell's value, by table and address. */
const cells = new Map();

for (const state of ["live", "stale", "closed"]) {
  client.addEventListener(state, () => {
    const badge = document.querySelector("#state");
    badge.textContent = state === "stale" ? "connection lost" : state;
    badge.dataset.state = state;
    document.body.toggleAttribute("data-live", state === "live");
  });
}

document.querySelector("#jump").addEventListener("submit", (event) => {
  event.preventDefault();
});
document.querySelector("#jump input").addEventListener("change", (event) => {
  if (event.target.checkValidity()) show(event.target.valueAsNumber || 0);
});
show(0);
client.subscribe(undefined, (change) => {
  const { table, address, values } = change;
  for (const [i, value] of values.entries()) {
    bank.get(table)[address + i] = value;
    cells.get(`${table} ${address + i}`)?.(value);
  }
  // Current values, which come first, are no change.
  if (change.source !== "bank") list(change);
});

/** Shows the cells from `first` on. */
function show(first) {
  const address = Math.min(first, TABLE_SIZE - SHOWN);
  cells.clear();
  const panels = TABLES.map((table) => panel(table, address));
  document.querySelector("#tables").replaceChildren(...panels);
}

function panel({ table, title, isBit }, first) {
  const section = element("section");
  const error = element("p", { className: "error", role: "alert" });
  const grid = element("div", { className: "cells" });
  const write = async (address, value) => {
    error.textContent = "";
    try {
      await client.set(table, address, [value]);
    } catch ({ message }) {
      error.textContent = message;
    }
  };
  for (let i = 0; i < SHOWN; i++) {
    const address = first + i;
    const cell = isBit ? bitCell : registerCell;
    const { control, update } = cell((value) => write(address, value));
    cells.set(`${table} ${address}`, update);
    update(bank.get(table)[address]);
    const label = element("label", { textContent: String(address) });
    label.append(control);
    grid.append(label);
  }
  section.append(element("h2", { textContent: title }), grid, error);
  return section;
}

function bitCell(write) {
  const control = element("button", { type: "button", textContent: "0" });
  let value = false;
  control.addEventListener("click", () => write(!value));
  const update = (next) => {
    value = next;
    control.textContent = next ? "1" : "0";
    control.setAttribute("aria-pressed", String(next));
  };
  return { control, update };
}

function registerCell(write) {
  const control = element("input", { inputMode: "numeric", value: "0" });
  let value = 0;
  control.addEventListener("change", () => {
    const text = control.value.trim();
    const number = text === "" ? NaN : Number(text);
    const valid = Number.isInteger(number) && number >= -32768 &&
      number <= 65535;
    control.setAttribute("aria-invalid", String(!valid));
    if (valid) write(number);
  });
  control.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") control.blur();
    if (key === "Escape") control.value = String(value);
  });
  const update = (next) => {
    value = next;
    if (document.activeElement !== control) control.value = String(next);
  };
  return { control, update };
}

/** Puts a change on top of the list. */
function list({ time, source, table, address, values }) {
  document.querySelector("#none").hidden = true;
  const shown = values.slice(0, 32).map((value) => Number(value)).join(" ");
  const texts = [
    new Date(time).toLocaleTimeString(),
    source === "modbus" ? "Modbus" : "browser",
    TABLES.find((known) => known.table === table).title,
    values.length > 1 ? `${address}–${address + values.length - 1}` : address,
    values.length > 32 ? `${shown} …` : shown,
  ];
  const row = element("tr");
  row.append(...texts.map((text) => element("td", { textContent: text })));
  const rows = document.querySelector("#changes");
  rows.prepend(row);
  if (rows.children.length > ROWS) rows.lastElementChild.remove();
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}
