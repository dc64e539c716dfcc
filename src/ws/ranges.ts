/**
 * Sets of ranges: what a client has subscribed to, and who has subscribed to a cell.
 * @module
 */
import { Table, TABLE_SIZE } from "../bank/tables.ts";
import type { Units } from "../bank/units.ts";
import type { Range } from "./messages.ts";

/** Every cell of so many tables. */
export function allCells(tableCount: number): RangeSet {
  const tables = [...new Array(tableCount).keys()];
  const whole = { address: 0, count: TABLE_SIZE };
  return new RangeSet(tables.map((table) => ({ table, ...whole })));
}

/** Every cell of a unit that is served. */
export function unitCells(unit: number, units: Units): Range[] {
  return Object.values(Table).map((kind) => ({
    table: units.tableOf(unit, kind),
    address: 0,
    count: TABLE_SIZE,
  }));
}

/** The same cells in the fewest ranges, by table and address: overlapping and adjacent ones are joined. */
export function normalizeRanges(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) =>
    a.table - b.table || a.address - b.address
  );
  const joined: { table: Table; address: number; count: number }[] = [];
  for (const { table, address, count } of sorted) {
    const last = joined.at(-1);
    if (last?.table === table && last.address + last.count >= address) {
      const end = Math.max(last.address + last.count, address + count);
      last.count = end - last.address;
    } else {
      joined.push({ table, address, count });
    }
  }
  return joined;
}

/** An immutable set of cells. */
export class RangeSet {
  /** Its ranges: disjoint, not adjacent, by table and address. */
  readonly ranges: readonly Range[];
  readonly #tables: (Range[] | undefined)[] = [];

  /** The set of all cells of `ranges`, which may overlap. */
  constructor(ranges: readonly Range[]) {
    this.ranges = normalizeRanges(ranges);
    for (const range of this.ranges) {
      (this.#tables[range.table] ??= []).push(range);
    }
  }

  /** The parts of a range that are in the set, in ascending order. The range itself, when all of it is. */
  parts(range: Range): readonly Range[] {
    const { table, address, count } = range;
    const end = address + count;
    const candidates = this.#tables[table];
    if (candidates === undefined) return [];
    const parts: Range[] = [];
    for (let i = firstEndingAfter(candidates, address);; i++) {
      const candidate = candidates[i];
      if (candidate === undefined || candidate.address >= end) return parts;
      const from = Math.max(candidate.address, address);
      const to = Math.min(candidate.address + candidate.count, end);
      if (from === address && to === end) return [range];
      parts.push({ table, address: from, count: to - from });
    }
  }
}

/** Index of the first of the sorted, disjoint ranges that ends behind `address`. */
function firstEndingAfter(ranges: readonly Range[], address: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { address: start, count } = ranges[middle]!;
    if (start + count > address) high = middle;
    else low = middle + 1;
  }
  return low;
}
