/**
 * The last changes, and which of them the user wants to see.
 * @module
 */
import { tableOf } from "./tables.js";

/** @import { Change, TableName } from "/client.js" */

/** Cells of a change that are kept and shown. */
const SHOWN = 8;

/**
 * @typedef {object} CellChange
 * @property {number} address
 * @property {number | undefined} before Undefined where it was not known.
 * @property {number} after
 */

/**
 * @typedef {object} Entry
 * @property {number} key Counts up.
 * @property {number} time In milliseconds since 1970.
 * @property {TableName} table
 * @property {number} address
 * @property {number} count Cells that were written.
 * @property {readonly CellChange[]} cells The first that are different now; if none is, the first that were written.
 * @property {boolean} isChange Whether anything is different now.
 * @property {Change["source"]} source
 * @property {number | undefined} connection
 * @property {number | undefined} unit The unit id that was addressed.
 * @property {number | undefined} owner The unit whose cells these are, where it is not the first.
 */

/** The last entries, the newest first. */
export class ActivityLog {
  /** @type {Entry[]} The newest last. */
  #entries = [];
  #key = 0;
  #most;

  /** @param {number} most Entries that are kept. */
  constructor(most) {
    this.#most = most;
  }

  /** How many there have been. */
  get count() {
    return this.#key;
  }

  /**
   * @param {Change & { readonly owner?: number | undefined }} change
   * @param {readonly (number | undefined)[]} before
   */
  add(
    { time, table, address, values, source, connection, unit, owner },
    before,
  ) {
    const written = Array.from(values, (value, i) => {
      return { address: address + i, before: before[i], after: Number(value) };
    });
    const changed = written.filter((cell) => cell.before !== cell.after);
    const isChange = changed.length > 0;
    const cells = (isChange ? changed : written).slice(0, SHOWN);
    this.#entries.push({
      ...{ key: ++this.#key, time, table, address, count: values.length },
      ...{ cells, isChange, source, connection, unit, owner },
    });
    // Not one by one: moving the rest costs.
    if (this.#entries.length < this.#most * 2) return;
    this.#entries = this.#entries.slice(-this.#most);
  }

  /**
   * @param {(entry: Entry) => boolean} filter
   * @param {number} most
   * @returns {Entry[]} The newest that pass, the newest first.
   */
  newest(filter, most) {
    const found = [];
    const oldest = Math.max(0, this.#entries.length - this.#most);
    for (let i = this.#entries.length - 1; i >= oldest; i--) {
      if (found.length === most) break;
      const entry = /** @type {Entry} */ (this.#entries[i]);
      if (filter(entry)) found.push(entry);
    }
    return found;
  }

  /** Forgets all. */
  clear() {
    this.#entries = [];
  }
}

/**
 * A filter of words: a number or `from-to` means addresses, every other word
 * has to occur in the table's name or in who it was. All words must fit.
 *
 * @param {string} text
 * @param {(entry: Entry) => string} who
 * @returns {(entry: Entry) => boolean}
 */
export function filterOf(text, who) {
  const tests = text.toLowerCase().split(/\s+/).filter(Boolean)
    .map((word) => testOf(word, who));
  return (entry) => tests.every((test) => test(entry));
}

/**
 * @param {string} word
 * @param {(entry: Entry) => string} who
 * @returns {(entry: Entry) => boolean}
 */
function testOf(word, who) {
  const [, from, to = from] = /^(\d+)(?:[-–](\d+))?$/.exec(word) ?? [];
  if (from !== undefined) {
    return ({ address, count }) =>
      address <= Number(to) && address + count > Number(from);
  }
  return (entry) =>
    `${tableOf(entry.table).title} ${who(entry)}`.toLowerCase().includes(word);
}
