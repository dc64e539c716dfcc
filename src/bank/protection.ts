/**
 * Cells that some clients may not write.
 * @module
 */
import type { CellRange } from "./cell_range.ts";
import type { Run } from "./difference.ts";
import { kindOf, type Table, TABLE_NAMES, TABLE_SIZE } from "./tables.ts";

/**
 * The cells that the clients of one side may not write. It never changes, so
 * that a look at it before a write needs no lock: a write that touches one of
 * these cells is refused as a whole before the bank sees it.
 */
export class Protection {
  /** Whether every cell is protected. */
  readonly isTotal: boolean;
  /** For each table with protected cells: by address the first of them from there on. */
  readonly #next: readonly (Uint32Array | undefined)[];

  /** Protects all cells of `ranges`, which may overlap. */
  constructor(ranges: readonly CellRange[]) {
    const next = TABLE_NAMES.map((_, table) =>
      nextOf(ranges.filter((range) => range.table === table))
    );
    this.#next = next;
    this.isTotal = next.every((addresses) =>
      addresses?.every((protectedAt, address) => protectedAt === address)
    );
  }

  /** The first protected one among `count` cells from `address`; undefined: they may be written. */
  firstIn(table: Table, address: number, count: number): number | undefined {
    const first = this.#next[kindOf(table)]?.[address];
    return first !== undefined && first < address + count ? first : undefined;
  }

  /** The parts of a run between its protected cells. */
  unprotected(table: Table, { address, count }: Run): Run[] {
    const runs: Run[] = [];
    const end = address + count;
    for (let from = address; from < end;) {
      const next = this.firstIn(table, from, end - from) ?? end;
      if (next > from) runs.push({ address: from, count: next - from });
      from = next + 1;
    }
    return runs;
  }
}

/** Protects nothing. */
export const NO_PROTECTION: Protection = new Protection([]);

/** Behind the last protected cell, an address that no range reaches. */
const NONE = 0xffff_ffff;

function nextOf(ranges: readonly CellRange[]): Uint32Array | undefined {
  if (ranges.length === 0) return undefined;
  const next = new Uint32Array(TABLE_SIZE).fill(NONE);
  for (const { address, count } of ranges) {
    for (let i = address; i < address + count; i++) next[i] = i;
  }
  for (let i = TABLE_SIZE - 2; i >= 0; i--) {
    if (next[i] === NONE) next[i] = next[i + 1]!;
  }
  return next;
}
