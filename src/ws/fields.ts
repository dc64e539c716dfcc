/**
 * Fields of a client's message: each is checked, or refused with a
 * {@linkcode ProtocolError} that names it and says what is allowed.
 * @module
 */
import { type Table, TABLE_SIZE, type TableKind } from "../bank/tables.ts";
import { formatUnitIds } from "../bank/unit_ids.ts";
import { UNIT_IDS, type Units } from "../bank/units.ts";
import { type ErrorCode, ProtocolError } from "./messages.ts";

/** A message before its fields are checked. */
export type Fields = Readonly<Record<string, unknown>>;

const LAST_ADDRESS = TABLE_SIZE - 1;
const LAST_UNIT = UNIT_IDS - 1;

/** Most characters of a wrong value that an error message repeats. */
const MAX_QUOTE = 40;

/**
 * The first address of `count` cells.
 *
 * @param name What the field is called in an error message.
 */
export function parseAddress(
  address: unknown,
  count: number,
  name = "address",
): number {
  const allowed = `an integer from 0 to ${LAST_ADDRESS}`;
  if (typeof address !== "number" || !Number.isInteger(address)) {
    fail(
      "invalid_address",
      `"${name}" must be ${allowed}, not ${quote(address)}`,
    );
  }
  if (address < 0 || address > LAST_ADDRESS) {
    fail("address_out_of_range", `"${name}" ${address} is not ${allowed}`);
  }
  if (address + count > TABLE_SIZE) {
    fail(
      "address_out_of_range",
      `"${name}" ${address} and ${count} cells end at ${
        address + count - 1
      }: the last cell is ${LAST_ADDRESS}`,
    );
  }
  return address;
}

/** A number of cells. */
export function parseCount(count: unknown, name = "count"): number {
  if (isInteger(count, 1, TABLE_SIZE)) return count;
  const what = `"${name}" must be an integer from 1 to ${TABLE_SIZE}`;
  fail("invalid_count", `${what}, not ${quote(count)}`);
}

/** Whether a value is an integer from `min` to `max`. */
export function isInteger(
  value: unknown,
  min: number,
  max: number,
): value is number {
  return typeof value === "number" && Number.isInteger(value) &&
    value >= min && value <= max;
}

/**
 * A wrong value as an error message repeats it: not all of a long text, and
 * nothing of what is in an array or object, which may be deeper than the stack.
 */
export function quote(value: unknown): string {
  if (value === undefined) return "left out";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string"
    ? shorten(JSON.stringify(value.slice(0, MAX_QUOTE)), MAX_QUOTE)
    : String(value);
}

/** The first `most` characters of a text; of one that takes two places never a half, which is not Unicode. */
export function shorten(text: string, most: number): string {
  const start = text.slice(0, most).toWellFormed();
  return text.length <= most ? start : `${start}…`;
}

/** Refuses the message. */
export function fail(code: ErrorCode, message: string): never {
  throw new ProtocolError(code, message);
}

/**
 * A unit id.
 *
 * @param units The units that there are.
 * @param name What the field is called in an error message.
 */
export function parseUnit(
  unit: unknown,
  units: Units,
  name = "unit",
): number | undefined {
  if (unit === undefined) return undefined;
  if (isInteger(unit, 0, LAST_UNIT) && units.has(unit)) return unit;
  const { ids } = units;
  const allowed = ids === undefined
    ? `an integer from 0 to ${LAST_UNIT}`
    : `one of ${formatUnitIds(ids)} (--units)`;
  fail("invalid_unit", `"${name}" must be ${allowed}, not ${quote(unit)}`);
}

/** The table of that kind that a message means. */
export function tableOf(
  unit: number | undefined,
  kind: TableKind,
  units: Units,
): Table {
  return units.tableOf(unit ?? units.defaultId, kind);
}
