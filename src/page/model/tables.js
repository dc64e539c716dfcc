/**
 * The four tables of the Modbus data model, as the page calls them.
 * @module
 */

/** @import { TableName } from "/client.js" */

/** Cells of a table: addresses are 0 to 65,535. */
export const TABLE_SIZE = 65_536;

/**
 * @typedef {object} Table
 * @property {TableName} name As in messages.
 * @property {string} key One letter, for URLs.
 * @property {string} title For people.
 * @property {string} cell One of its cells, for people.
 * @property {string} brief The same where there is little room.
 * @property {boolean} isBit Whether a cell is one bit; otherwise 16.
 * @property {string} prefix First digit in the notation of data sheets: 4 of 400001.
 * @property {string} access What Modbus clients may do.
 */

/** @type {readonly Table[]} In the order of the tabs. */
export const TABLES = [
  {
    ...{ name: "coils", key: "c", title: "Coils", cell: "Coil", brief: "Coil" },
    ...{ isBit: true, prefix: "0", access: "read and write: 01, 05, 0F" },
  },
  {
    ...{ name: "discreteInputs", key: "d", title: "Discrete inputs" },
    ...{ cell: "Discrete input", brief: "Discrete", isBit: true, prefix: "1" },
    access: "read: 02",
  },
  {
    ...{ name: "inputRegisters", key: "i", title: "Input registers" },
    ...{ cell: "Input register", brief: "Input", isBit: false, prefix: "3" },
    access: "read: 04",
  },
  {
    ...{ name: "holdingRegisters", key: "h", title: "Holding registers" },
    ...{
      cell: "Holding register",
      brief: "Holding",
      isBit: false,
      prefix: "4",
    },
    access: "read and write: 03, 06, 10, 16, 17",
  },
];

/**
 * @param {string} name
 * @returns {Table} The table of that name.
 * @throws {RangeError} If there is none.
 */
export function tableOf(name) {
  const table = TABLES.find((table) => table.name === name);
  if (table !== undefined) return table;
  throw new RangeError(`There is no table ${JSON.stringify(name)}`);
}
