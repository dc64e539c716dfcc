/**
 * The page's copy of the bank, as far as it is subscribed to.
 * @module
 */
import { TABLE_SIZE, TABLES } from "./tables.js";

/** @import { Change, Range, TableName } from "/client.js" */

/** Parts of a table that the overview tells apart. */
export const BINS = 256;

/** Cells of such a part. */
export const BIN_SIZE = TABLE_SIZE / BINS;

/** A table of it. */
export class TableMirror {
  /** 0 to 65,535; bits are 0 and 1. */
  values = new Uint16Array(TABLE_SIZE);
  /** 1 where the value is known. */
  known = new Uint8Array(TABLE_SIZE);
  /** Cells that are not 0, by part. */
  nonZero = new Uint16Array(BINS);
}

/** All tables. */
export class Mirror {
  #tables = new Map(TABLES.map(({ name }) => [name, new TableMirror()]));

  /**
   * @param {TableName} name
   * @returns {TableMirror}
   */
  table(name) {
    return /** @type {TableMirror} */ (this.#tables.get(name));
  }

  /**
   * Takes over new values.
   *
   * @param {Pick<Change, "table" | "address" | "values">} change
   * @returns {(number | undefined)[]} What was there before; undefined where it is not known.
   */
  apply({ table: name, address, values }) {
    const table = this.table(name);
    return Array.from(values, (value, i) => {
      const cell = address + i;
      const next = Number(value);
      const old = Number(table.values[cell]);
      if (old !== next) {
        table.values[cell] = next;
        const bin = Math.floor(cell / BIN_SIZE);
        const change = Number(next !== 0) - Number(old !== 0);
        table.nonZero[bin] = Number(table.nonZero[bin]) + change;
      }
      if (table.known[cell] === 1) return old;
      table.known[cell] = 1;
      return undefined;
    });
  }

  /**
   * Forgets what is not told of any more: a value that may be old must not
   * look like one that is not.
   *
   * @param {readonly Range[]} ranges What is still told of.
   */
  keep(ranges) {
    for (const { name } of TABLES) {
      const { known } = this.table(name);
      const kept = new Uint8Array(TABLE_SIZE);
      for (const { table, address, count } of ranges) {
        if (table !== name) continue;
        kept.set(known.subarray(address, address + count), address);
      }
      known.set(kept);
    }
  }

  /**
   * @param {TableName} name
   * @param {number} address
   * @param {number} count
   * @returns {number[] | undefined} Undefined when one of them is not known.
   */
  read(name, address, count) {
    const { values, known } = this.table(name);
    const end = address + count;
    if (end > TABLE_SIZE) return undefined;
    if (known.subarray(address, end).includes(0)) return undefined;
    return Array.from(values.subarray(address, end));
  }
}
