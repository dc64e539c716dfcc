/**
 * Which cells are kept, as people write it. Pure.
 * @module
 */
import {
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  type TableName,
} from "../bank/tables.ts";
import { ALL_CELLS, type CellRange } from "./retention.ts";

/**
 * Ranges such as `holdingRegisters:0-999,coils`: a table, its first and last
 * cell; all of the table without them; `all` for all tables.
 *
 * @throws {RangeError} If it is something else. The message goes on after a name.
 */
export function parseRetain(text: string): readonly CellRange[] {
  return text === "all" ? ALL_CELLS : text.split(",").map(parseRange);
}

function parseRange(text: string): CellRange {
  const match = /^(\w+)(?::(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(text.trim());
  if (match === null) {
    throw new RangeError(
      `"${text}" is not a range of cells: it takes forms such as coils, coils:7 or holdingRegisters:0-999, with commas between, or all`,
    );
  }
  const [, name, from, to = from] = match;
  if (!TABLE_NAMES.includes(name as TableName)) {
    throw new RangeError(
      `"${text}" has no table: it takes ${TABLE_NAMES.join(", ")}`,
    );
  }
  const table = Table[name as TableName];
  const first = Number(from ?? 0);
  const last = Number(to ?? TABLE_SIZE - 1);
  if (first > last || last >= TABLE_SIZE) {
    throw new RangeError(
      `"${text}" has no cells: addresses go from 0 to ${
        TABLE_SIZE - 1
      }, the first one first`,
    );
  }
  return { table, address: first, count: last - first + 1 };
}
