/**
 * The unit ids that a bank serves: one set of four tables for all of them, or
 * one for each of a list.
 * @module
 */
import { type Table, TABLE_KINDS, type TableKind } from "./tables.ts";

/** How many unit ids there are: they are one byte of the MBAP header. */
export const UNIT_IDS = 256;

/** What stands for a unit id that is not served. */
const NONE = -1;

/** Which tables belong to which unit id. */
export class Units {
  /** The unit ids with tables of their own, ascending; undefined: all ids have the same tables. */
  readonly ids: readonly number[] | undefined;
  /** The number of a unit's coils, by its id. */
  readonly #firstTables = new Int16Array(UNIT_IDS);

  /**
   * The units with these ids.
   *
   * @param ids From 0 to 255, each once; undefined: all ids have the same tables.
   */
  constructor(ids?: readonly number[]) {
    this.ids = ids?.toSorted((a, b) => a - b);
    if (this.ids === undefined) return;
    this.#firstTables.fill(NONE);
    for (const [i, id] of this.ids.entries()) {
      this.#firstTables[id] = i * TABLE_KINDS;
    }
  }

  /** How many tables there are: four, or four for each unit. */
  get tableCount(): number {
    return TABLE_KINDS * (this.ids?.length ?? 1);
  }

  /** The id that is meant when none is given: 0, or the first of the list. */
  get defaultId(): number {
    return this.ids?.[0] ?? 0;
  }

  /** Whether the unit with that id is served. */
  has(id: number): boolean {
    return this.#firstTables[id]! !== NONE;
  }

  /** The table of that kind of a unit that is served. */
  tableOf(id: number, kind: TableKind): Table {
    return this.#firstTables[id]! + kind;
  }

  /** The id of the unit that a table belongs to; undefined: it belongs to all. */
  idOf(table: Table): number | undefined {
    return this.ids?.[Math.floor(table / TABLE_KINDS)];
  }
}

/** All unit ids have the same tables. */
export const ANY_UNIT: Units = new Units();
