/**
 * Which cells are kept, as people write it. Pure.
 * @module
 */
import { ALL_CELLS, type CellRange, cellRange } from "../bank/cell_range.ts";
import { TABLE_SIZE } from "../bank/tables.ts";

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
  const [, name = "", from = "0", to = match[2] ?? TABLE_SIZE - 1] = match;
  return cellRange(text, name, Number(from), Number(to));
}
