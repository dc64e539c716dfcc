/**
 * Ranges as plain lists of cells: what the tests compare sets of ranges with.
 * @module
 */
import type { Table } from "../../src/bank/tables.ts";
import type { Range } from "../../src/ws/messages.ts";
import type { Random } from "../testing/random.ts";

const SIZE = 65_536;

/** Cells from `address` on. */
export function range(table: Table, address: number, count: number): Range {
  return { table, address, count };
}

/** The cells of ranges as numbers, once each, in ascending order. */
export function cellsOf(ranges: readonly Range[]): number[] {
  const cells = new Set<number>();
  for (const { table, address, count } of ranges) {
    for (let i = 0; i < count; i++) cells.add(table * SIZE + address + i);
  }
  return [...cells].sort((a, b) => a - b);
}

/** The longest runs of sorted cells. */
export function runsOf(cells: readonly number[]): Range[] {
  const runs: { table: Table; address: number; count: number }[] = [];
  for (const cell of cells) {
    const table = Math.floor(cell / SIZE) as Table;
    const address = cell % SIZE;
    const last = runs.at(-1);
    if (last?.table === table && last.address + last.count === address) {
      last.count++;
    } else runs.push({ table, address, count: 1 });
  }
  return runs;
}

/** A small range close to others that this function gives, so that they touch and overlap. */
export function nearRange(random: Random): Range {
  const count = random.between(1, random.pick([1, 3, 30]));
  const offset = random.int(60);
  const address = random.oneIn(3) ? SIZE - count - offset : offset;
  return range(random.int(4) as Table, address, count);
}

/** A range of any size anywhere. */
export function anyRange(random: Random): Range {
  const most = random.pick([1, 16, 127, 128, 129, 2100, 20_000, SIZE]);
  const count = random.between(1, most);
  const last = SIZE - count;
  const address = random.pick([0, last, random.int(last + 1)]);
  return range(random.int(4) as Table, address, count);
}

/** Whether two ranges share a cell. */
export function overlap(a: Range, b: Range): boolean {
  return a.table === b.table && a.address < b.address + b.count &&
    b.address < a.address + a.count;
}
