/**
 * The golden vectors in `tests/vectors`, checked and decoded.
 * @module
 */
import { TABLE_NAMES, type TableName } from "../../src/bank/tables.ts";
import type { DeviceIdentity } from "../../src/modbus/identity.ts";
import { TEST_IDENTITY } from "./modbus_identity.ts";
import deviceIdentification from "../vectors/device_identification.json" with {
  type: "json",
};
import diagnostics from "../vectors/diagnostics.json" with { type: "json" };
import exceptions from "../vectors/exceptions.json" with { type: "json" };
import framing from "../vectors/framing.json" with { type: "json" };
import maskWrite from "../vectors/mask_write.json" with { type: "json" };
import readBits from "../vectors/read_bits.json" with { type: "json" };
import readRegisters from "../vectors/read_registers.json" with {
  type: "json",
};
import readWrite from "../vectors/read_write.json" with { type: "json" };
import reportServerId from "../vectors/report_server_id.json" with {
  type: "json",
};
import writeMultiple from "../vectors/write_multiple.json" with {
  type: "json",
};
import writeSingle from "../vectors/write_single.json" with { type: "json" };

/** The vector files by name, as they were read. */
export const VECTOR_FILES: Readonly<Record<string, unknown>> = {
  "device_identification.json": deviceIdentification,
  "diagnostics.json": diagnostics,
  "exceptions.json": exceptions,
  "framing.json": framing,
  "mask_write.json": maskWrite,
  "read_bits.json": readBits,
  "read_registers.json": readRegisters,
  "read_write.json": readWrite,
  "report_server_id.json": reportServerId,
  "write_multiple.json": writeMultiple,
  "write_single.json": writeSingle,
};

/** Cells of one table. */
export interface VectorCells {
  /** Name of the table. */
  readonly table: TableName;
  /** The first cell, zero-based. */
  readonly address: number;
  /** One 0 or 1 per bit in the order of the addresses, or four hex digits per register; spaces mean nothing. */
  readonly values: string;
}

/** One request, or more, and all that it must lead to. */
export interface Vector {
  /** What it shows; unique in its file. */
  readonly name: string;
  /** Clause of the standard: AP is the Application Protocol V1.1b3, IG the Implementation Guide V1.0b. */
  readonly clause: string;
  /** `standard`: an example printed there; `rule`: follows from the clause; else the client that sent it, and how. */
  readonly source: string;
  /** What else a reader should know. */
  readonly note?: string;
  /** What the server says of itself; where it is missing, `TEST_IDENTITY`. */
  readonly identity?: DeviceIdentity;
  /** The cells that are not 0 at first. */
  readonly before: readonly VectorCells[];
  /** Bytes of the client, in hex. */
  readonly request: string;
  /** Bytes of the server, in hex. */
  readonly response: string;
  /** Why the stream can't be followed any further; where it is missing, it can. */
  readonly violation?: "protocol id" | "length";
  /** Whether the request ends within an ADU. */
  readonly incomplete?: boolean;
  /** The cells that differ from `before`. */
  readonly after: "unchanged" | readonly VectorCells[];
  /** What is told of the writes, in order. */
  readonly changes: readonly (VectorCells & { readonly unitId: number })[];
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, { check: Check; optional?: boolean }>>;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isInt = (most: number): Check => (value) =>
  Number.isInteger(value) && (value as number) >= 0 &&
  (value as number) <= most;
const isHex: Check = (value) =>
  typeof value === "string" && /^([0-9a-f]{2})*$/.test(compact(value));
const listOf = (check: Check): Check => (value) =>
  Array.isArray(value) && value.every(check);

const CELLS: Shape = {
  table: { check: (value) => TABLE_NAMES.includes(value as TableName) },
  address: { check: isInt(0xffff) },
  values: { check: isText },
};
const CHANGE: Shape = { unitId: { check: isInt(0xff) }, ...CELLS };
const IDENTITY: Shape = Object.fromEntries(
  Object.keys(TEST_IDENTITY).map((key) => [key, {
    check: (value: unknown) => typeof value === "string",
  }]),
);
const VECTOR: Shape = {
  name: { check: isText },
  clause: {
    check: (value) =>
      typeof value === "string" && /^(AP|IG) \d+(\.\d+)*$/.test(value),
  },
  source: {
    check: (value) =>
      typeof value === "string" &&
      /^(rule|standard( \(.+\))?|(modbus-serial|jsmodbus|mbpoll) \d.+: .+)$/
        .test(value),
  },
  note: { check: isText, optional: true },
  identity: { check: (value) => isShaped(value, IDENTITY), optional: true },
  before: { check: listOf(isCells) },
  request: { check: isHex },
  response: { check: isHex },
  violation: {
    check: (value) => value === "protocol id" || value === "length",
    optional: true,
  },
  incomplete: { check: (value) => value === true, optional: true },
  after: {
    check: (value) => value === "unchanged" || listOf(isCells)(value),
  },
  changes: {
    check: listOf((value) => isShaped(value, CHANGE) && hasValues(value)),
  },
};

/** The vectors of one file. */
export function vectorsOf(file: string): readonly Vector[] {
  return checkVectors(file, VECTOR_FILES[file]);
}

/**
 * What was read from a file, as vectors.
 *
 * @throws {Error} If it has another shape; the message says where.
 */
export function checkVectors(file: string, list: unknown): readonly Vector[] {
  if (!Array.isArray(list)) throw new Error(`${file} is not a list`);
  const names = new Set<unknown>();
  for (const [index, value] of list.entries()) {
    const where = `${file}, vector ${index} (${value?.name})`;
    const wrong = wrongKey(value, VECTOR);
    if (wrong !== undefined) throw new Error(`${where}: ${wrong}`);
    if (names.has(value.name)) throw new Error(`${where}: name used before`);
    names.add(value.name);
  }
  return list;
}

/** All vectors of all files. */
export function allVectors(): readonly Vector[] {
  return Object.keys(VECTOR_FILES).flatMap(vectorsOf);
}

/** The values as single cells: 0 or 1, or 0 to 65,535. */
export function cellsOf({ table, values }: VectorCells): number[] {
  const text = compact(values);
  const isBits = table === "coils" || table === "discreteInputs";
  return text.match(isBits ? /./g : /.{4}/g)!.map((cell) =>
    parseInt(cell, isBits ? 2 : 16)
  );
}

function isCells(value: unknown): boolean {
  return isShaped(value, CELLS) && hasValues(value);
}

function hasValues(value: unknown): boolean {
  const { table, values } = value as VectorCells;
  const isBits = table === "coils" || table === "discreteInputs";
  return (isBits ? /^[01]+$/ : /^([0-9a-f]{4})+$/).test(compact(values));
}

function isShaped(value: unknown, shape: Shape): boolean {
  return wrongKey(value, shape) === undefined;
}

/** What is wrong with an object, or undefined. */
function wrongKey(value: unknown, shape: Shape): string | undefined {
  if (typeof value !== "object" || value === null) return "not an object";
  for (const [key, { check, optional }] of Object.entries(shape)) {
    if (!(key in value)) {
      if (!optional) return `"${key}" is missing`;
    } else if (!check((value as Record<string, unknown>)[key])) {
      return `"${key}" is wrong`;
    }
  }
  const unknown = Object.keys(value).find((key) => !(key in shape));
  return unknown === undefined ? undefined : `"${unknown}" is unknown`;
}

function compact(text: string): string {
  return text.replace(/ /g, "");
}
