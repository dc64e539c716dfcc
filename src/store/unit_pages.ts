/**
 * Numbers of pages in a data file. In a bank they depend on which units are
 * served; in the file a unit keeps its numbers. Pure.
 * @module
 */
import { PAGE_COUNT } from "../bank/pages.ts";
import { UNIT_IDS, type Units } from "../bank/units.ts";

/** Behind the last number of a page in a file: those of all units together, then those of each. */
export const FILE_PAGES: number = (1 + UNIT_IDS) * PAGE_COUNT;

/** The number in the file of a page of a bank with these units. */
export function filePageOf(page: number, { ids }: Units): number {
  if (ids === undefined) return page;
  const own = page % PAGE_COUNT;
  return (ids[(page - own) / PAGE_COUNT]! + 1) * PAGE_COUNT + own;
}

/** The page of a bank with these units that has a number in the file; undefined: it is of a unit that is not served. */
export function bankPageOf(
  filePage: number,
  { ids }: Units,
): number | undefined {
  const id = unitOf(filePage);
  if (id === undefined || ids === undefined) {
    return id === ids ? filePage : undefined;
  }
  const index = ids.indexOf(id);
  if (index < 0) return undefined;
  return index * PAGE_COUNT + filePage % PAGE_COUNT;
}

/** The id of the unit that a page in a file is of; undefined: all units together. */
export function unitOf(filePage: number): number | undefined {
  const set = Math.floor(filePage / PAGE_COUNT);
  return set === 0 ? undefined : set - 1;
}
