/**
 * All cells of a bank as JSON that people can read, edit and compare. Pure.
 *
 * Each table is a list of blocks of cells that begin at a multiple of their
 * length and stand in a line of their own, those full of zeros left out: so a
 * cell that changes changes one line. Bits are 0 or 1, registers 0 to 65,535.
 *
 * ```json
 * {
 *   "format": "modbus-ws-adapter bank",
 *   "version": 1,
 *   "coils": [
 *     { "address": 32, "value": [1,0,1,…] }
 *   ],
 *   …
 * }
 * ```
 *
 * What is read may have ranges of any length, in any order, which must not
 * overlap; bits may be booleans, registers negative (two's complement). Cells
 * that are in no range are 0. A table that is left out is not meant.
 *
 * Units with tables of their own stand by their ids in `"units"`, in place of
 * the tables that all units share: `"units": { "1": { "coils": [] } }`.
 * @module
 */
import {
  isBitTable,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  type TableName,
  wireLength,
} from "../bank/tables.ts";
import { UNIT_IDS } from "../bank/units.ts";

/** Cells of each kind of table in wire form, by its number; undefined: not meant. */
export type Tables = readonly (Uint8Array | undefined)[];

/** Tables by the id of their unit; undefined: those that all units share. */
export type Document = ReadonlyMap<number | undefined, Tables>;

/** A text is no such document. */
export class DocumentError extends Error {
  /** The message says what is wrong where, and what is allowed. */
  constructor(message: string) {
    super(message);
    this.name = "DocumentError";
  }
}

const FORMAT = "modbus-ws-adapter bank";
const VERSION = 1;

/** Cells in a line. */
const BLOCK = { bits: 32, registers: 16 } as const;

/** Writes a document, with a line break at its end. */
export function formatDocument(document: Document): string {
  return [...formatParts(document)].join("");
}

/** As {@linkcode formatDocument}, unit by unit: a unit takes some 15 ms when it is full. */
export function* formatParts(document: Document): Generator<string> {
  const members = [`"format": "${FORMAT}"`, `"version": ${VERSION}`];
  members.push(...formatTables(document.get(undefined) ?? [], "  "));
  yield `{\n  ${members.join(",\n  ")}`;
  let before = `,\n  "units": {\n`;
  let after = "";
  for (const [id, tables] of document) {
    if (id === undefined) continue;
    const lines = formatTables(tables, "      ").join(",\n      ");
    yield `${before}    "${id}": {\n      ${lines}\n    }`;
    before = ",\n";
    after = "\n  }";
  }
  yield `${after}\n}\n`;
}

/**
 * Reads a document.
 *
 * @throws {DocumentError} If it is none.
 */
export function parseDocument(text: string): Document {
  return new Map(parseParts(text));
}

/**
 * As {@linkcode parseDocument}, unit by unit.
 *
 * @throws {DocumentError} On the way, if it is none.
 */
export function* parseParts(
  text: string,
): Generator<readonly [unit: number | undefined, tables: Tables]> {
  const { format, version, units, ...shared } = object(parseJson(text), "It");
  if (format !== FORMAT) fail(`"format" must be "${FORMAT}"`);
  if (version !== VERSION) {
    fail(`"version" must be ${VERSION}: this program knows no other`);
  }
  if (Object.keys(shared).length > 0) {
    yield [undefined, parseTables(shared, "")];
  }
  for (const [id, tables] of Object.entries(object(units ?? {}, "units"))) {
    if (!/^(0|[1-9]\d{0,2})$/.test(id) || Number(id) >= UNIT_IDS) {
      fail(`"${id.slice(0, 40)}" in units is not a unit id from 0 to 255`);
    }
    const where = `units.${id}`;
    yield [Number(id), parseTables(object(tables, where), `${where}.`)];
  }
}

/** The members for tables, each but for the first line indented. */
function formatTables(tables: Tables, indent: string): string[] {
  return TABLE_NAMES.flatMap((name) => {
    const cells = tables[Table[name]];
    if (cells === undefined) return [];
    const lines = blocksOf(Table[name], cells).map((line) => indent + line);
    const list = lines.length === 0 ? "" : `\n${lines.join(",\n")}\n${indent}`;
    return `"${name}": [${list}]`;
  });
}

function parseTables(members: Record<string, unknown>, path: string): Tables {
  for (const name of Object.keys(members)) {
    if (!TABLE_NAMES.includes(name as TableName)) {
      fail(`"${path}${name.slice(0, 40)}" is not known`);
    }
  }
  return TABLE_NAMES.map((name) =>
    members[name] === undefined
      ? undefined
      : parseTable(Table[name], members[name], path + name)
  );
}

function blocksOf(table: Table, cells: Uint8Array): string[] {
  const length = isBitTable(table) ? BLOCK.bits : BLOCK.registers;
  const bytes = wireLength(table, length);
  const lines: string[] = [];
  for (let address = 0; address < TABLE_SIZE; address += length) {
    if (isZero(cells, address / length * bytes, bytes)) continue;
    let values = `${get(table, cells, address)}`;
    for (let i = 1; i < length; i++) {
      values += `,${get(table, cells, address + i)}`;
    }
    lines.push(`  { "address": ${address}, "value": [${values}] }`);
  }
  return lines;
}

/** Looks at bytes, not at cells: most of most banks is empty, and the main thread stands still meanwhile. */
function isZero(cells: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (cells[i] !== 0) return false;
  return true;
}

function parseTable(table: Table, list: unknown, path: string): Uint8Array {
  if (!Array.isArray(list)) fail(`"${path}" must be an array`);
  const cells = new Uint8Array(wireLength(table, TABLE_SIZE));
  const seen = new Uint8Array(TABLE_SIZE);
  for (const [i, range] of list.entries()) {
    const where = `${path}[${i}]`;
    const { address, value, ...rest } = object(range, where);
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) {
      fail(`${where} has "${unknown.slice(0, 40)}", which is not known`);
    }
    const last = TABLE_SIZE - 1;
    if (!isInteger(address, 0, last)) {
      fail(`${where}.address must be an integer from 0 to ${last}`);
    }
    if (!Array.isArray(value) || value.length === 0) {
      fail(`${where}.value must be an array of values`);
    }
    if (address + value.length > TABLE_SIZE) {
      fail(`${where} goes beyond the last address, ${last}`);
    }
    for (const [k, cell] of value.entries()) {
      if (seen[address + k] === 1) {
        fail(`${where} has address ${address + k} again`);
      }
      seen[address + k] = 1;
      set(table, cells, address + k, cell, `${where}.value[${k}]`);
    }
  }
  return cells;
}

function get(table: Table, cells: Uint8Array, address: number): number {
  return isBitTable(table)
    ? (cells[address >>> 3]! >>> (address & 7)) & 1
    : (cells[address * 2]! << 8) | cells[address * 2 + 1]!;
}

function set(
  table: Table,
  cells: Uint8Array,
  address: number,
  value: unknown,
  where: string,
): void {
  if (isBitTable(table)) {
    if (value !== true && value !== false && !isInteger(value, 0, 1)) {
      fail(`${where} must be 0, 1, false or true`);
    }
    cells[address >>> 3]! |= Number(value) << (address & 7);
    return;
  }
  if (!isInteger(value, -32_768, 65_535)) {
    fail(`${where} must be an integer from -32768 to 65535`);
  }
  cells[address * 2] = value >>> 8;
  cells[address * 2 + 1] = value;
}

function isInteger(
  value: unknown,
  min: number,
  max: number,
): value is number {
  return Number.isInteger(value) && (value as number) >= min &&
    (value as number) <= max;
}

function object(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  fail(`${what} must be a JSON object`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    fail(`It is not JSON: ${(error as Error).message}`);
  }
}

function fail(message: string): never {
  throw new DocumentError(message);
}
