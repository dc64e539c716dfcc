/**
 * The pages in which a store keeps the tables: pieces of their cells in wire
 * form, numbered through all tables. Pure.
 * @module
 */
import {
  isBitTable,
  kindOf,
  Table,
  TABLE_KINDS,
  TABLE_NAMES,
} from "./tables.ts";

/** Bytes of a page: three of them share a page of SQLite, so that a commit of one writes little. */
export const PAGE_SIZE = 1024;

/** Cells of a page, as a power of two: 8192 bits or 512 registers. */
const CELLS_LOG2 = { bits: 13, registers: 9 } as const;

/** Pages of one table. */
const PAGES = { bits: 8, registers: 128 } as const;

/** The first page of each table, and behind the last table the number of all pages. */
const FIRST_PAGES: readonly number[] = TABLE_NAMES.reduce(
  (firsts, name) => [...firsts, firsts.at(-1)! + pagesOf(Table[name])],
  [0],
);

/** Number of the pages of one unit's tables. */
export const PAGE_COUNT: number = FIRST_PAGES.at(-1)!;

/** Number of the pages of so many tables, the four of one unit after the other. */
export function pageCount(tables: number): number {
  return tables / TABLE_KINDS * PAGE_COUNT;
}

/** The page that holds a cell. */
export function pageOf(table: Table, address: number): number {
  const log2 = isBitTable(table) ? CELLS_LOG2.bits : CELLS_LOG2.registers;
  const kind = kindOf(table);
  const first = (table - kind) / TABLE_KINDS * PAGE_COUNT;
  return first + FIRST_PAGES[kind]! + (address >>> log2);
}

/** Where a page lies: its table, and its first byte among the bytes of that. */
export function placeOf(page: number): { table: Table; at: number } {
  const own = page % PAGE_COUNT;
  const kind = FIRST_PAGES.findLastIndex((first) => first <= own);
  return {
    table: (page - own) / PAGE_COUNT * TABLE_KINDS + kind,
    at: (own - FIRST_PAGES[kind]!) * PAGE_SIZE,
  };
}

function pagesOf(table: Table): number {
  return isBitTable(table) ? PAGES.bits : PAGES.registers;
}
