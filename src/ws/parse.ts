/**
 * Text from a client to messages, as pure functions.
 * @module
 */
import {
  isBitTable,
  Table,
  TABLE_SIZE,
  type TableKind,
  wireLength,
} from "../bank/tables.ts";
import { ANY_UNIT, type Units } from "../bank/units.ts";
import {
  fail,
  type Fields,
  isInteger,
  parseAddress,
  parseCount,
  parseUnit,
  quote,
  shorten,
  tableOf,
} from "./fields.ts";
import {
  type ClientMessage,
  type MessageId,
  ProtocolError,
  type Range,
  TYPE_SUFFIXES,
} from "./messages.ts";
import { parseSubscribe } from "./parse_subscribe.ts";

const MIN_REGISTER = -0x8000;
const MAX_REGISTER = 0xffff;

/** An id is sent back: it is not a place to store things. */
const MAX_ID_LENGTH = 256;

/** A larger number would come back as another one, to a client that counts in 64-bit integers. */
const MAX_ID = Number.MAX_SAFE_INTEGER;

/** Tables by message type, accepted spellings included. */
const WRITES = tablesByType("set");
const READS = tablesByType("get");
// The misspelling stands in an example of the original's README.
WRITES.set("setDiscteteInputs", Table.discreteInputs);

function tablesByType(verb: string): Map<string, TableKind> {
  return new Map(TYPE_SUFFIXES.flatMap((suffix, kind) => [
    [verb + suffix, kind as TableKind],
    [verb + suffix.slice(0, -1), kind as TableKind],
  ]));
}

/**
 * Understands what a client has sent.
 *
 * @param units The units that there are.
 * @throws {ProtocolError} If it is not a message of the protocol.
 */
export function parseMessage(
  text: string,
  units: Units = ANY_UNIT,
): ClientMessage {
  const fields = parseObject(text);
  const id = parseId(fields.id);
  try {
    return parseFields(fields, id, units);
  } catch (error) {
    if (error instanceof ProtocolError) error.id = id;
    throw error;
  }
}

function parseFields(
  fields: Fields,
  id: MessageId | undefined,
  units: Units,
): ClientMessage {
  const { type } = fields;
  if (typeof type !== "string") {
    fail("invalid_message", `"type" must be a string, not ${quote(type)}`);
  }
  const unit = parseUnit(fields.unit, units);
  const common = { id, unit };
  if (type === "ping") return { type, ...common };
  if (type === "auth") {
    return { type, ...common, token: parseToken(fields.token) };
  }
  if (type === "subscribe") {
    return { type, ...common, ...parseSubscribe(fields, unit, units) };
  }
  const written = WRITES.get(type);
  if (written !== undefined) {
    const table = tableOf(unit, written, units);
    return { type: "write", ...common, ...parseWrite(fields, table) };
  }
  const read = READS.get(type);
  if (read !== undefined) {
    const count = parseCount(fields.count);
    const address = parseAddress(fields.address, count);
    const table = tableOf(unit, read, units);
    return { type: "read", ...common, table, address, count };
  }
  fail(
    "unknown_type",
    `"type" ${quote(type)} is not known: it is ${knownTypes()}`,
  );
}

/**
 * The fields of a JSON object.
 *
 * @param what What the text is called in an error message.
 */
export function parseObject(text: string, what = "message"): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    fail("invalid_json", `The ${what} is not JSON: ${shorten(message, 120)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    fail(
      "invalid_message",
      `A ${what} is one JSON object, not ${quote(value)}`,
    );
  }
  return value as Fields;
}

function parseId(id: unknown): MessageId | undefined {
  if (id === undefined) return id;
  if (typeof id === "string" && id.length <= MAX_ID_LENGTH) return id;
  if (typeof id === "number" && Math.abs(id) <= MAX_ID) return id;
  const what =
    `"id" must be a string of up to ${MAX_ID_LENGTH} characters or a number within ±${MAX_ID}`;
  fail("invalid_id", `${what}, not ${quote(id)}`);
}

/** A token. What is none may be one all the same, and is not repeated. */
function parseToken(token: unknown): string {
  if (typeof token === "string") return token;
  fail("invalid_token", '"token" must be a string');
}

/** The cells that `address` and `value` say, and their values in wire form. */
export function parseWrite(
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

function knownTypes(): string {
  const kinds = TYPE_SUFFIXES.join(", ");
  return `subscribe, ping, auth, or set and get with one of ${kinds} behind`;
}
