/**
 * The fields of a subscription.
 * @module
 */
import { Table, TABLE_NAMES, type TableName } from "../bank/tables.ts";
import { ANY_UNIT, type Units } from "../bank/units.ts";
import {
  fail,
  type Fields,
  isInteger,
  parseAddress,
  parseCount,
  parseUnit,
  quote,
  tableOf,
} from "./fields.ts";
import { unitCells } from "./ranges.ts";
import type {
  Common,
  Range,
  ResumePoint,
  SubscribeMessage,
} from "./messages.ts";

/** Most ranges of one client. */
export const MAX_RANGES = 1024;

/** Longest epoch that is looked at. */
const MAX_EPOCH_LENGTH = 64;

/**
 * Checks the fields that only a subscription has.
 *
 * @param unit The unit that is meant where a range names none.
 * @param units The units that there are.
 */
export function parseSubscribe(
  fields: Fields,
  unit?: number,
  units: Units = ANY_UNIT,
): Omit<SubscribeMessage, "type" | keyof Common> {
  return {
    ranges: parseRanges(fields.ranges, unit, units),
    snapshot: parseOption(fields, "snapshot"),
    echo: parseOption(fields, "echo"),
    batch: parseOption(fields, "batch"),
    meta: parseOption(fields, "meta"),
    resume: parseResume(fields.resume),
  };
}

function parseRanges(
  ranges: unknown,
  unit: number | undefined,
  units: Units,
): readonly Range[] | undefined {
  if (ranges === undefined) {
    const all = unit === undefined || units.ids === undefined;
    return all ? undefined : unitCells(unit, units);
  }
  if (!Array.isArray(ranges) || ranges.length > MAX_RANGES) {
    const given = Array.isArray(ranges) ? ranges.length : quote(ranges);
    fail(
      "invalid_ranges",
      `"ranges" must be an array of up to ${MAX_RANGES} ranges, not ${given}`,
    );
  }
  return ranges.map((range, i) =>
    parseRange(range, `ranges[${i}]`, unit, units)
  );
}

function parseRange(
  range: unknown,
  name: string,
  common: number | undefined,
  units: Units,
): Range {
  if (!isObject(range)) {
    fail(
      "invalid_ranges",
      `"${name}" must be an object with table, address and count, not ${
        quote(range)
      }`,
    );
  }
  const { table } = range;
  if (!TABLE_NAMES.includes(table as TableName)) {
    fail(
      "invalid_ranges",
      `"${name}.table" must be one of ${TABLE_NAMES.join(", ")}, not ${
        quote(table)
      }`,
    );
  }
  const count = parseCount(range.count, `${name}.count`);
  const address = parseAddress(range.address, count, `${name}.address`);
  const unit = parseUnit(range.unit, units, `${name}.unit`) ?? common;
  const kind = Table[table as TableName];
  return { table: tableOf(unit, kind, units), address, count };
}

function parseOption(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  const what = `"${name}" must be true or false`;
  fail("invalid_option", `${what}, not ${quote(value)}`);
}

function parseResume(resume: unknown): ResumePoint | undefined {
  if (resume === undefined) return undefined;
  if (!isObject(resume)) {
    const what = '"resume" must be an object with epoch and seq';
    fail("invalid_resume", `${what}, not ${quote(resume)}`);
  }
  const { epoch, seq } = resume;
  if (typeof epoch !== "string" || epoch.length > MAX_EPOCH_LENGTH) {
    const what = '"resume.epoch" must be the text of an earlier answer';
    fail("invalid_resume", `${what}, not ${quote(epoch)}`);
  }
  if (!isInteger(seq, 0, Number.MAX_SAFE_INTEGER)) {
    const what = '"resume.seq" must be an integer from 0';
    fail("invalid_resume", `${what}, not ${quote(seq)}`);
  }
  return { epoch, seq };
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
