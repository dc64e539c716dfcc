/**
 * Ranges of cells that are the same in every unit, as people write them. Pure.
 * @module
 */
import {
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  type TableKind,
  type TableName,
} from "./tables.ts";

/** Consecutive cells of a kind of table, in every unit. */
export interface CellRange {
  /** The kind of table. */
  readonly table: TableKind;
  /** The first cell, 0 to 65,535. */
  readonly address: number;
  /** How many cells, from 1 up to the table's end. */
  readonly count: number;
}

/** Every cell of every table. */
export const ALL_CELLS: readonly CellRange[] = TABLE_NAMES.map((name) => ({
  table: Table[name],
  address: 0,
  count: TABLE_SIZE,
}));

/**
 * The cells from `first` to `last` of the table with that name.
 *
 * @param text What they were written as, for the error's message.
 * @throws {RangeError} If there are no such cells. The message goes on after a name.
 */
export function cellRange(
  text: string,
  name: string,
  first: number,
  last: number,
): CellRange {
  if (!TABLE_NAMES.includes(name as TableName)) {
    throw new RangeError(
      `"${text}" has no table: it takes ${TABLE_NAMES.join(", ")}`,
    );
  }
  if (first > last || last >= TABLE_SIZE) {
    throw new RangeError(
      `"${text}" has no cells: addresses go from 0 to ${
        TABLE_SIZE - 1
      }, the first one first`,
    );
  }
  const table = Table[name as TableName];
  return { table, address: first, count: last - first + 1 };
}
