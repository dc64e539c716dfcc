/**
 * Where two tables of cells differ. Pure.
 * @module
 */
import { copyBytes, unpackBits } from "./bits.ts";
import { isBitTable, type Table, wireLength } from "./tables.ts";

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

/**
 * The runs of cells in which two tables differ, as far as they may be written.
 *
 * @param allowed The parts of a run that may.
 */
export function allowedDifferences(
  table: Table,
  before: Uint8Array,
  after: Uint8Array,
  allowed: (run: Run) => readonly Run[],
): Run[] {
  return differences(table, before, after).flatMap((run) => allowed(run))
    .filter((run) => differ(table, before, after, run));
}

/** Whether one of the cells of a run differs. */
export function differ(
  table: Table,
  before: Uint8Array,
  after: Uint8Array,
  { address, count }: Run,
): boolean {
  const isBit = isBitTable(table);
  for (let cell = address; cell < address + count; cell++) {
    const differs = isBit
      ? ((before[cell >>> 3]! ^ after[cell >>> 3]!) >>> (cell & 7)) & 1
      : (before[cell * 2]! ^ after[cell * 2]!) |
        (before[cell * 2 + 1]! ^ after[cell * 2 + 1]!);
    if (differs !== 0) return true;
  }
  return false;
}

/** The cells of a run alone, in wire form. */
export function cut(
  table: Table,
  cells: Uint8Array,
  { address, count }: Run,
): Uint8Array {
  const values = new Uint8Array(wireLength(table, count));
  if (isBitTable(table)) unpackBits(cells, address, values, 0, count);
  else copyBytes(cells, address * 2, values, 0, count * 2);
  return values;
}
