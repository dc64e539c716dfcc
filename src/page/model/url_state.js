/**
 * What the page shows, in the part of its URL behind `#`: a link shows others
 * the same.
 * @module
 */
import { NOTATIONS, parseAddress } from "./notation.js";
import { REGISTER_FORMATS } from "./numbers.js";
import { TABLES } from "./tables.js";
import { fromText, toText } from "./watch.js";

/** @import { TableName } from "/client.js" */
/** @import { Notation } from "./notation.js" */
/** @import { RegisterFormat } from "./numbers.js" */
/** @import { WatchItem } from "./watch.js" */

/**
 * @typedef {object} UrlState
 * @property {number | undefined} unit The unit id, where units have cells of their own.
 * @property {TableName} table
 * @property {number} address The selected cell.
 * @property {Notation} notation
 * @property {RegisterFormat} format
 * @property {boolean} isFiltered
 * @property {readonly WatchItem[]} watch
 */

/** @type {{ notation?: string, format?: string, nonzero?: string }} */
const DEFAULTS = { notation: "zero", format: "unsigned", nonzero: "0" };

/**
 * @param {UrlState} state
 * @returns {string} Begins with `#`.
 */
export function toHash(
  { unit, table, address, notation, format, isFiltered, watch },
) {
  const params = new URLSearchParams({ table, address: String(address) });
  if (notation !== "zero") params.set("notation", notation);
  if (format !== "unsigned") params.set("format", format);
  if (unit !== undefined) params.set("unit", String(unit));
  if (isFiltered) params.set("nonzero", "1");
  // Not by `params`, which would escape the escapes.
  const list = watch.length === 0 ? "" : `&watch=${toText(watch)}`;
  return `#${params}${list}`;
}

/**
 * @param {string} hash
 * @returns {Partial<UrlState>} What it says, without what makes no sense.
 */
export function fromHash(hash) {
  const [, list] = /[#&]watch=([^&]*)/.exec(hash) ?? [];
  const params = new URLSearchParams(hash.slice(1));
  /** @type {Partial<UrlState>} */
  const state = {};
  const table = TABLES.find(({ name }) => name === params.get("table"));
  if (table !== undefined) {
    state.table = table.name;
    const unit = params.get("unit") ?? "";
    state.unit = /^\d{1,3}$/.test(unit) ? Number(unit) : undefined;
    const { value } = parseAddress(params.get("address") ?? "0", "zero", table);
    if (value !== undefined) state.address = value.address;
  }
  // What is left out then is as it is at first.
  const rest = table === undefined ? {} : DEFAULTS;
  const notation = params.get("notation") ?? rest.notation;
  const format = params.get("format") ?? rest.format;
  const nonzero = params.get("nonzero") ?? rest.nonzero;
  const knownNotation = NOTATIONS.find((one) => one === notation);
  if (knownNotation !== undefined) state.notation = knownNotation;
  const knownFormat = REGISTER_FORMATS.find((one) => one === format);
  if (knownFormat !== undefined) state.format = knownFormat;
  if (nonzero !== undefined) state.isFiltered = nonzero === "1";
  if (list !== undefined) {
    const { value } = fromText(list);
    if (value !== undefined) state.watch = value;
  }
  return state;
}
