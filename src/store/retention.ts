/**
 * Which cells are kept. Pure.
 * @module
 */
import { setBits } from "../bank/bits.ts";
import type { CellRange } from "../bank/cell_range.ts";
import { PAGE_COUNT, PAGE_SIZE, placeOf } from "../bank/pages.ts";
import {
  isBitTable,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../bank/tables.ts";

/** Cuts pages to the cells that are kept. */
export class Retention {
  /** Whether all cells are kept. */
  readonly complete: boolean;
  /** Ones where a page is kept, by its number; undefined: none of it is. */
  readonly #masks: readonly (Uint8Array | undefined)[];

  /** Keeps the cells of these ranges, which may overlap. */
  constructor(ranges: readonly CellRange[]) {
    const tables = TABLE_NAMES.map((name) =>
      new Uint8Array(wireLength(Table[name], TABLE_SIZE))
    );
    for (const { table, address, count } of ranges) {
      const bits = isBitTable(table) ? 1 : 16;
      setBits(tables[table]!, address * bits, count * bits);
    }
    this.complete = tables.every((mask) => mask.every((bits) => bits === 0xff));
    this.#masks = Array.from({ length: PAGE_COUNT }, (_, page) => {
      const { table, at } = placeOf(page);
      const mask = tables[table]!.subarray(at, at + PAGE_SIZE);
      return mask.some((bits) => bits !== 0) ? mask : undefined;
    });
  }

  /** The page with 0 in the cells that are not kept, undefined when none is: the same cells of each unit. */
  cut(page: number, bytes: Uint8Array): Uint8Array | undefined {
    const mask = this.#masks[page % PAGE_COUNT];
    if (mask === undefined || this.complete) return mask && bytes;
    return bytes.map((byte, i) => byte & mask[i]!);
  }
}
