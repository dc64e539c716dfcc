/**
 * A set of cells that stays small however many writes are put into it.
 * @module
 */
import { forEachRun, setBits } from "../bank/bits.ts";
import { TABLE_SIZE } from "../bank/tables.ts";
import type { Range } from "./messages.ts";

/** Cells to remember: at most one bit for each of the bank, 32 KiB for a unit. */
export class CellSet {
  readonly #tables: (Uint8Array | undefined)[] = [];

  /** The set of the cells in `ranges`. */
  constructor(ranges: readonly Range[] = []) {
    for (const range of ranges) this.add(range);
  }

  /** Puts a range in. */
  add({ table, address, count }: Range): void {
    this.#tables[table] ??= new Uint8Array(TABLE_SIZE / 8);
    setBits(this.#tables[table], address, count);
  }

  /** Its cells in the fewest ranges, by table and address. */
  ranges(): Range[] {
    const ranges: Range[] = [];
    for (const [table, cells] of this.#tables.entries()) {
      if (cells === undefined) continue;
      forEachRun(cells, TABLE_SIZE, (address, count) => {
        ranges.push({ table, address, count });
      });
    }
    return ranges;
  }
}
