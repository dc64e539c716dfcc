/**
 * Finds who has subscribed to a cell without asking everybody.
 * @module
 */
import { TABLE_SIZE } from "../bank/tables.ts";
import type { Range } from "./messages.ts";

/** Cells in a bucket: about the size of a large Modbus write. */
const BUCKET = 128;

/** A range over more buckets than this is looked at for every change of its table: it is probably meant. */
const WIDE = 16;

/** Owners of ranges of one table. */
class TableIndex<Owner> {
  /** In buckets of neighbouring cells. */
  readonly buckets: (Set<Owner> | undefined)[] = new Array(TABLE_SIZE / BUCKET);
  /** Those with ranges over many buckets. */
  readonly wide: Set<Owner> = new Set();
}

/** Owners of ranges, in buckets of neighbouring cells. */
export class RangeIndex<Owner> {
  readonly #tables: (TableIndex<Owner> | undefined)[] = [];

  /** Enters an owner with its ranges. */
  add(owner: Owner, ranges: readonly Range[]): void {
    for (const range of ranges) {
      const { first, last } = bucketsOf(range);
      const { buckets, wide } = this.#tables[range.table] ??= new TableIndex();
      if (last - first >= WIDE) wide.add(owner);
      for (let i = first; i <= last && last - first < WIDE; i++) {
        (buckets[i] ??= new Set()).add(owner);
      }
    }
  }

  /** Takes an owner out; `ranges` are those that it was entered with. */
  remove(owner: Owner, ranges: readonly Range[]): void {
    for (const range of ranges) {
      const { first, last } = bucketsOf(range);
      const { buckets, wide } = this.#tables[range.table]!;
      wide.delete(owner);
      for (let i = first; i <= last && last - first < WIDE; i++) {
        buckets[i]?.delete(owner);
        if (buckets[i]?.size === 0) buckets[i] = undefined;
      }
    }
  }

  /** Everyone who may have a cell of `range`, once; some who have none of it are among them. */
  near(range: Range): Iterable<Owner> {
    const { first, last } = bucketsOf(range);
    const table = this.#tables[range.table];
    if (table === undefined) return [];
    const { buckets, wide } = table;
    if (first === last && wide.size === 0) return buckets[first] ?? [];
    const found = new Set(wide);
    for (let i = first; i <= last; i++) {
      buckets[i]?.forEach((owner) => found.add(owner));
    }
    return found;
  }
}

function bucketsOf(
  { address, count }: Range,
): { first: number; last: number } {
  return {
    first: Math.floor(address / BUCKET),
    last: Math.floor((address + count - 1) / BUCKET),
  };
}
