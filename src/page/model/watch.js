/**
 * What the user watches: ranges with a name, a type and an order.
 * @module
 */
import { ORDERS, registersOf, TYPES } from "./interpret.js";
import { ok, wrong } from "./result.js";
import { TABLE_SIZE, tableOf, TABLES } from "./tables.js";

/** @import { Range, TableName } from "/client.js" */
/** @import { Order, Type } from "./interpret.js" */
/** @import { Result } from "./result.js" */

/** Most items of a list, and values of an item: the server takes 1,024 ranges. */
export const MOST_ITEMS = 100;
export const MOST_VALUES = 32;

/** Most characters of a name. */
const MOST_CHARACTERS = 60;

/**
 * @typedef {object} WatchItem
 * @property {string} name
 * @property {number} [unit] The unit id, where units have cells of their own; their first unless given.
 * @property {TableName} table
 * @property {number} address Of the first cell, zero-based.
 * @property {Type | "bit"} type `bit` for coils and discrete inputs.
 * @property {Order} order
 * @property {number} count Values one after the other; of a text, registers.
 */

/**
 * One value of an item.
 *
 * @typedef {object} Channel
 * @property {WatchItem} item
 * @property {string} name
 * @property {number} address
 * @property {number} cells
 */

/**
 * @param {WatchItem} item
 * @returns {Range} The cells that it takes.
 */
export function cellsOf({ unit, table, address, type, count }) {
  const size = type === "bit" ? 1 : registersOf(type);
  return { table, address, count: count * size, unit };
}

/**
 * @param {WatchItem} item
 * @returns {Channel[]} Its values one by one; a text is one.
 */
export function channelsOf(item) {
  const { name, address, type, count } = item;
  if (type === "ascii") return [{ item, name, address, cells: count }];
  const cells = type === "bit" ? 1 : registersOf(type);
  return Array.from({ length: count }, (_, i) => ({
    item,
    name: count === 1 ? name : `${name}[${i}]`,
    address: address + i * cells,
    cells,
  }));
}

/**
 * Checks an item that comes from outside.
 *
 * @param {any} item
 * @returns {Result<WatchItem>}
 */
export function checkItem(item) {
  const { name, table, address, type } = item ?? {};
  const { unit, order = "ABCD", count = 1 } = item ?? {};
  const known = TABLES.find((one) => one.name === table);
  if (known === undefined) {
    return wrong(
      `"table" is not one of ${TABLES.map((t) => t.name).join(", ")}`,
    );
  }
  if (typeof name !== "string" || name.length > MOST_CHARACTERS) {
    return wrong(`"name" is not a text of up to ${MOST_CHARACTERS} characters`);
  }
  const types = known.isBit ? ["bit"] : TYPES;
  if (!types.includes(type)) {
    return wrong(`"type" of ${table} is not one of ${types.join(", ")}`);
  }
  if (!ORDERS.includes(order)) {
    return wrong(`"order" is not one of ${ORDERS.join(", ")}`);
  }
  if (!Number.isInteger(count) || count < 1 || count > MOST_VALUES) {
    return wrong(`"count" is not an integer from 1 to ${MOST_VALUES}`);
  }
  if (
    unit !== undefined && !(Number.isInteger(unit) && unit >= 0 && unit <= 255)
  ) {
    return wrong(`"unit" is not an integer from 0 to 255`);
  }
  const place = unit === undefined ? { table } : { unit, table };
  const checked = { name, ...place, address, type, order, count };
  const { count: cells } = cellsOf(checked);
  if (
    !Number.isInteger(address) || address < 0 || address + cells > TABLE_SIZE
  ) {
    const most = TABLE_SIZE - cells;
    return wrong(`"address" is not an integer from 0 to ${most}`);
  }
  return ok(checked);
}

/**
 * @param {readonly WatchItem[]} items
 * @returns {string} As a JSON file.
 */
export function toJson(items) {
  return JSON.stringify({ version: 1, watch: items }, undefined, 2) + "\n";
}

/**
 * @param {string} text
 * @returns {Result<WatchItem[]>}
 */
export function fromJson(text) {
  /** @type {any} */
  let file;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return wrong(`Not JSON: ${/** @type {Error} */ (error).message}`);
  }
  if (file?.version !== 1 || !Array.isArray(file.watch)) {
    return wrong('Not a watch list: it has no "version": 1 and "watch": […]');
  }
  return checkAll(file.watch);
}

/**
 * @param {readonly unknown[]} items
 * @returns {Result<WatchItem[]>}
 */
function checkAll(items) {
  if (items.length > MOST_ITEMS) return wrong(`At most ${MOST_ITEMS} items`);
  const checked = [];
  for (const [i, item] of items.entries()) {
    const { value, error } = checkItem(item);
    if (value === undefined) return wrong(`Item ${i + 1}: ${error}`);
    checked.push(value);
  }
  return ok(checked);
}

/**
 * @param {readonly WatchItem[]} items
 * @returns {string} Short, for a URL: `h100.float32.CDAB.1.Speed~c3.bit.ABCD.1.Run`; with a unit id before it, `5h100`.
 */
export function toText(items) {
  return items.map(({ name, unit, table, address, type, order, count }) => {
    const place = `${unit ?? ""}${tableOf(table).key}${address}`;
    // Tildes stand between items: of all characters this one is escaped twice.
    const text = encodeURIComponent(name).replaceAll("~", "%7E");
    return [place, type, order, count, text].join(".");
  }).join("~");
}

/**
 * @param {string} text As {@linkcode toText} writes it.
 * @returns {Result<WatchItem[]>}
 */
export function fromText(text) {
  return checkAll(
    text.split("~").filter(Boolean).map((part) => {
      const [place = "", type, order, count, ...name] = part.split(".");
      return {
        name: decode(name.join(".")),
        table: TABLES.find(({ key }) => key === place[0])?.name,
        address: Number(place.slice(1)),
        ...{ type, order, count: Number(count) },
      };
    }),
  );
}

/**
 * @param {string} text
 * @returns {string}
 */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
