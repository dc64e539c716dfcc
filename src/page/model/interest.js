/**
 * What to subscribe to.
 * @module
 */
import { TABLE_SIZE, TABLES } from "./tables.js";

/** @import { Range, TableName } from "/client.js" */

/**
 * How much the page follows: all tables of the unit, the table that is shown, or only
 * the cells that are shown. What is watched is followed in any case.
 *
 * @typedef {"bank" | "table" | "view"} Scope
 */

/** @type {readonly Scope[]} */
export const SCOPES = ["bank", "table", "view"];

/**
 * @param {object} interest
 * @param {Scope} interest.scope
 * @param {Range} interest.view The cells that are shown, with some around them.
 * @param {boolean} interest.isFiltered Whether the grid shows what is not 0: for that it must know the table.
 * @param {readonly Range[]} interest.watched
 * @returns {Range[]}
 */
export function wanted({ scope, view, isFiltered, watched }) {
  const { table, unit } = view;
  const seen = scope === "bank"
    ? TABLES.map(({ name }) => whole(name, unit))
    : [scope === "table" || isFiltered ? whole(table, unit) : view];
  return [...seen, ...watched.filter((range) => !covers(seen, [range]))];
}

/**
 * @param {readonly Range[]} have
 * @param {readonly Range[]} want
 * @returns {boolean} Whether each of `want` lies in one of `have`.
 */
export function covers(have, want) {
  return want.every((inner) =>
    have.some((outer) =>
      outer.table === inner.table && outer.unit === inner.unit &&
      outer.address <= inner.address &&
      outer.address + outer.count >= inner.address + inner.count
    )
  );
}

/**
 * @param {readonly Range[]} a
 * @param {readonly Range[]} b
 * @returns {boolean} Whether both are the same cells, range by range.
 */
export function same(a, b) {
  return a.length === b.length && covers(a, b) && covers(b, a);
}

/**
 * @param {TableName} table
 * @param {number | undefined} unit
 * @returns {Range}
 */
function whole(table, unit) {
  return { table, address: 0, count: TABLE_SIZE, unit };
}
