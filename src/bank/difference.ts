/**
 * Where two tables of cells differ. Pure.
 * @module
 */
import { isBitTable, type Table } from "./tables.ts";

/** Consecutive cells. */
export interface Run {
  /** The first cell. */
  readonly address: number;
  /** How many cells. */
  readonly count: number;
}

/** Equal bytes between two differences that make one run: told together they are shorter than apart. */
const GAP = 16;

/**
 * The runs of cells in which two tables differ, in ascending order. They begin
 * and end at bytes, so that those of bits may have some that are equal.
 */
export function differences(
  table: Table,
  before: Uint8Array,
  after: Uint8Array,
): Run[] {
  // Bytes of the smallest run, and cells in them.
  const [unit, cells] = isBitTable(table) ? [1, 8] : [2, 1];
  const runs: Run[] = [];
  const add = (from: number, to: number) => {
    const first = Math.floor(from / unit) * cells;
    const end = Math.ceil(to / unit) * cells;
    runs.push({ address: first, count: end - first });
  };
  let from = -1;
  let to = -1;
  for (let i = 0; i < after.length; i++) {
    if (before[i] === after[i]) continue;
    if (from >= 0 && i - to > GAP) {
      add(from, to);
      from = i;
    } else if (from < 0) from = i;
    to = i + 1;
  }
  if (from >= 0) add(from, to);
  return runs;
}
