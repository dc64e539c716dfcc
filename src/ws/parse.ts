/**
 * Text from a client to messages, as pure functions.
 * @module
 */
import { isBitTable, Table, TABLE_SIZE, wireLength } from "../bank/tables.ts";
import {
  type ClientMessage,
  type ErrorCode,
  type MessageId,
  ProtocolError,
  type Range,
  TYPE_SUFFIXES,
} from "./messages.ts";

type Fields = Readonly<Record<string, unknown>>;

const LAST_ADDRESS = TABLE_SIZE - 1;
const MIN_REGISTER = -0x8000;
const MAX_REGISTER = 0xffff;
const MAX_UNIT = 0xff;

/** An id is sent back: it is not a place to store things. */
const MAX_ID_LENGTH = 256;

/** Most characters of a wrong value that an error message repeats. */
const MAX_QUOTE = 40;

/** Tables by message type, accepted spellings included. */
const WRITES = tablesByType("set");
const READS = tablesByType("get");
// The misspelling stands in an example of the original's README.
WRITES.set("setDiscteteInputs", Table.discreteInputs);

function tablesByType(verb: string): Map<string, Table> {
  return new Map(TYPE_SUFFIXES.flatMap((suffix, table) => [
    [verb + suffix, table as Table],
    [verb + suffix.slice(0, -1), table as Table],
  ]));
}

/**
 * Understands what a client has sent.
 *
 * @throws {ProtocolError} If it is not a message of the protocol.
 */
export function parseMessage(text: string): ClientMessage {
  const fields = parseObject(text);
  const id = parseId(fields.id);
  try {
    return parseFields(fields, id);
  } catch (error) {
    if (error instanceof ProtocolError) error.id = id;
    throw error;
  }
}

function parseFields(fields: Fields, id: MessageId | undefined): ClientMessage {
  const { type } = fields;
  if (typeof type !== "string") {
    fail("invalid_message", `"type" must be a string, not ${quote(type)}`);
  }
  const common = { id, unit: parseUnit(fields.unit) };
  if (type === "ping") return { type, ...common };
  const written = WRITES.get(type);
  if (written !== undefined) {
    return { type: "write", ...common, ...parseWrite(fields, written) };
  }
  const read = READS.get(type);
  if (read !== undefined) {
    const count = parseCount(fields.count);
    const address = parseAddress(fields.address, count);
    return { type: "read", ...common, table: read, address, count };
  }
  fail(
    "unknown_type",
    `"type" ${quote(type)} is not known: it is one of ${knownTypes()}`,
  );
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    fail("invalid_json", `The message is not JSON: ${shorten(message, 120)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const what = `A message is one JSON object, not ${quote(value)}`;
    fail("invalid_message", what);
  }
  return value as Fields;
}

function parseId(id: unknown): MessageId | undefined {
  if (id === undefined || typeof id === "number") return id;
  if (typeof id === "string" && id.length <= MAX_ID_LENGTH) return id;
  fail(
    "invalid_id",
    `"id" must be a number or a string of up to ${MAX_ID_LENGTH} characters, not ${
      quote(id)
    }`,
  );
}

function parseUnit(unit: unknown): number | undefined {
  if (unit === undefined || isInteger(unit, 0, MAX_UNIT)) return unit;
  const what = `"unit" must be an integer from 0 to ${MAX_UNIT}`;
  fail("invalid_unit", `${what}, not ${quote(unit)}`);
}

function parseWrite(
  fields: Fields,
  table: Table,
): Range & { values: Uint8Array } {
  const { value } = fields;
  if (!Array.isArray(value)) {
    const what = `"value" must be an array, also for a single cell`;
    fail("invalid_value", `${what}, not ${quote(value)}`);
  }
  const count = value.length;
  if (count < 1 || count > TABLE_SIZE) {
    const what = `"value" must have 1 to ${TABLE_SIZE} elements`;
    fail("invalid_value", `${what}, not ${count}`);
  }
  const address = parseAddress(fields.address, count);
  const values = isBitTable(table) ? parseBits(value) : parseRegisters(value);
  return { table, address, count, values };
}

function parseAddress(address: unknown, count: number): number {
  const allowed = `an integer from 0 to ${LAST_ADDRESS}`;
  if (typeof address !== "number" || !Number.isInteger(address)) {
    fail(
      "invalid_address",
      `"address" must be ${allowed}, not ${quote(address)}`,
    );
  }
  if (address < 0 || address > LAST_ADDRESS) {
    fail("address_out_of_range", `"address" ${address} is not ${allowed}`);
  }
  if (address + count > TABLE_SIZE) {
    fail(
      "address_out_of_range",
      `"address" ${address} and ${count} cells end at ${
        address + count - 1
      }: the last cell is ${LAST_ADDRESS}`,
    );
  }
  return address;
}

function parseCount(count: unknown): number {
  if (isInteger(count, 1, TABLE_SIZE)) return count;
  const what = `"count" must be an integer from 1 to ${TABLE_SIZE}`;
  fail("invalid_count", `${what}, not ${quote(count)}`);
}

function parseBits(value: readonly unknown[]): Uint8Array {
  const values = new Uint8Array(wireLength(Table.coils, value.length));
  for (let i = 0; i < value.length; i++) {
    const bit = value[i];
    if (bit === true || bit === 1) {
      values[i >>> 3]! |= 1 << (i & 7);
    } else if (bit !== false && bit !== 0) {
      const what = `"value[${i}]" must be true, false, 1 or 0`;
      fail("invalid_value", `${what}, not ${quote(bit)}`);
    }
  }
  return values;
}

function parseRegisters(value: readonly unknown[]): Uint8Array {
  const values = new Uint8Array(value.length * 2);
  for (let i = 0; i < value.length; i++) {
    const register = value[i];
    if (!isInteger(register, MIN_REGISTER, MAX_REGISTER)) {
      const what =
        `"value[${i}]" must be an integer from ${MIN_REGISTER} to ${MAX_REGISTER}`;
      fail("invalid_value", `${what}, not ${quote(register)}`);
    }
    values[2 * i] = register >>> 8;
    values[2 * i + 1] = register;
  }
  return values;
}

function isInteger(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) &&
    value >= min && value <= max;
}

function knownTypes(): string {
  return TYPE_SUFFIXES.map((suffix) => `set${suffix}, get${suffix}`)
    .concat("ping").join(", ");
}

function quote(value: unknown): string {
  if (value === undefined) return "left out";
  return shorten(JSON.stringify(value), MAX_QUOTE);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

function fail(code: ErrorCode, message: string): never {
  throw new ProtocolError(code, message);
}
