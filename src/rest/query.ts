/**
 * The texts of paths and queries to values. Pure functions.
 * @module
 */
import {
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  type TableKind,
} from "../bank/tables.ts";
import { ANY_UNIT, type Units } from "../bank/units.ts";
import {
  fail,
  parseAddress,
  parseCount,
  parseUnit,
  quote,
  tableOf,
} from "../ws/fields.ts";
import type { Range } from "../ws/messages.ts";
import { MAX_RANGES } from "../ws/parse_subscribe.ts";
import { unitCells } from "../ws/ranges.ts";
import { RequestError } from "./request_error.ts";

/** The tables by their name in a path: `holding-registers`. */
export const PATH_NAMES: ReadonlyMap<string, TableKind> = new Map(
  TABLE_NAMES.map((name) => [
    name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    Table[name],
  ]),
);

/** The tables by that name and by the one in the JSON protocol: `holdingRegisters`. */
const ANY_NAMES: ReadonlyMap<string, TableKind> = new Map([
  ...PATH_NAMES,
  ...TABLE_NAMES.map((name) => [name, Table[name]] as const),
]);

const LAST_ADDRESS = TABLE_SIZE - 1;

/** The parameters of a query, each of them once. */
export type Query<Name extends string> = {
  readonly [name in Name]: string | undefined;
};

/**
 * The parameters of a query.
 *
 * @param names Those that there may be.
 * @throws {RequestError} If there is another, or one twice.
 */
export function parseQuery<Name extends string>(
  params: URLSearchParams,
  names: readonly Name[],
): Query<Name> {
  const given = new Set<string>();
  for (const name of params.keys()) {
    if (!names.includes(name as Name)) {
      const what = `There is no parameter ${quote(name)} here`;
      const known = names.map(quote).join(", ");
      throw new RequestError("unknown_parameter", `${what}: use ${known}`);
    }
    if (given.has(name)) {
      const what = `The parameter ${quote(name)} is given twice`;
      throw new RequestError("repeated_parameter", what);
    }
    given.add(name);
  }
  const values = names.map((name) => [name, params.get(name) ?? undefined]);
  return Object.fromEntries(values) as Query<Name>;
}

/** `count` cells from the address that a path names. */
export function parsePathRange(
  params: Readonly<Record<string, string | undefined>>,
  count: string | undefined,
): Omit<Range, "table"> & { kind: TableKind } {
  const cells = count === undefined ? 1 : parseCount(numberOf(count));
  return {
    kind: PATH_NAMES.get(params.table!)!,
    address: parseAddress(numberOf(params.address!), cells),
    count: cells,
  };
}

/** The unit id that a query names, if it names one. */
export function parseUnitParam(
  unit: string | undefined,
  units: Units = ANY_UNIT,
): number | undefined {
  return parseUnit(unit === undefined ? undefined : numberOf(unit), units);
}

/** `true` or `false`; left out it is `false`. */
export function parseFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "false") return false;
  if (text === "true") return true;
  fail("invalid_option", `"${name}" must be true or false, not ${quote(text)}`);
}

/**
 * Ranges as in `holdingRegisters:0-99,coils:7,input-registers`; undefined, when
 * there is no such text: every cell.
 *
 * @param unit The unit that is meant, if one is named.
 * @param units The units that there are.
 */
export function parseRanges(
  text: string | undefined,
  unit?: number,
  units: Units = ANY_UNIT,
): Range[] | undefined {
  if (text === undefined) {
    const all = unit === undefined || units.ids === undefined;
    return all ? undefined : unitCells(unit, units);
  }
  const items = text.split(",", MAX_RANGES + 1);
  if (items.length > MAX_RANGES) {
    fail("invalid_ranges", `"ranges" may have up to ${MAX_RANGES} ranges`);
  }
  return items.map((item) => parseRange(item, unit, units));
}

function parseRange(
  text: string,
  unit: number | undefined,
  units: Units,
): Range {
  const [, name = "", first = "0", last] =
    /^([A-Za-z-]+)(?::(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(text) ?? [];
  const kind = ANY_NAMES.get(name);
  const address = Number(first);
  const end = text.includes(":") ? Number(last ?? first) : LAST_ADDRESS;
  if (kind !== undefined && address <= end && end <= LAST_ADDRESS) {
    const table = tableOf(unit, kind, units);
    return { table, address, count: end - address + 1 };
  }
  fail(
    "invalid_ranges",
    `"ranges" takes ranges such as coils, coils:5 and holdingRegisters:0-99 with commas between, addresses from 0 to ${LAST_ADDRESS}, not ${
      quote(text)
    }`,
  );
}

/** A number; a text that is none stays one, which the checks of fields refuse. */
function numberOf(text: string): unknown {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
