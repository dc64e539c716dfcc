/**
 * Addresses as people write them.
 * @module
 */
import { TABLE_SIZE, TABLES } from "./tables.js";
import { ok, wrong } from "./result.js";

/** @import { Result } from "./result.js" */
/** @import { Table } from "./tables.js" */

/**
 * `zero`: as on the wire, 0 to 65,535. `one`: 1 to 65,536, as people count.
 * `prefixed`: as in data sheets, the table's digit before five more: 400001.
 * @typedef {"zero" | "one" | "prefixed"} Notation
 */

/** @type {readonly Notation[]} */
export const NOTATIONS = ["zero", "one", "prefixed"];

/**
 * @param {number} address Zero-based.
 * @param {Notation} notation
 * @param {Table} table
 * @returns {string}
 */
export function formatAddress(address, notation, table) {
  switch (notation) {
    case "zero":
      return String(address);
    case "one":
      return String(address + 1);
    case "prefixed":
      return table.prefix + String(address + 1).padStart(5, "0");
  }
}

/**
 * Reads an address. Hexadecimal (`0x64`) is zero-based in every notation, as
 * data sheets that use it mean the wire.
 *
 * @param {string} text
 * @param {Notation} notation
 * @param {Table} table Where a number without a table's digit lies.
 * @returns {Result<{ readonly table: Table, readonly address: number }>}
 */
export function parseAddress(text, notation, table) {
  const digits = text.trim();
  if (/^0x[0-9a-f]+$/i.test(digits)) return place(table, Number(digits), 0);
  if (!/^\d+$/.test(digits)) {
    return wrong(`An address is a number, such as 100 or 0x64`);
  }
  const number = Number(digits);
  if (notation === "zero") return place(table, number, 0);
  if (notation === "one") return place(table, number, 1);
  // Older data sheets have four digits behind the table's: 40001.
  if (digits.length < 5) return place(table, number, 1);
  const other = TABLES.find(({ prefix }) => prefix === digits[0]);
  if (other !== undefined && digits.length <= 6) {
    return place(other, Number(digits.slice(1)), 1);
  }
  return wrong("0, 1, 3 or 4 and then 4 or 5 digits, such as 400001");
}

/**
 * @param {Table} table
 * @param {number} number
 * @param {0 | 1} first The number of the first cell.
 * @returns {Result<{ readonly table: Table, readonly address: number }>}
 */
function place(table, number, first) {
  const address = number - first;
  if (address >= 0 && address < TABLE_SIZE) return ok({ table, address });
  return wrong(`Addresses are ${first} to ${TABLE_SIZE - 1 + first}`);
}
