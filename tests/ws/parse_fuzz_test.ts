// Random messages, and texts that are nearly messages. Whatever comes in, the
// outcome is a message whose fields keep their promises, or a ProtocolError.
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { isBitTable } from "../../src/bank/tables.ts";
import { encodeError } from "../../src/ws/encode.ts";
import {
  type ClientMessage,
  type ErrorCode,
  ProtocolError,
  type Range,
} from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import { Random } from "../testing/random.ts";

/** Every code that a message can be refused with. */
const CODES: Readonly<Record<Exclude<ErrorCode, "internal_error">, true>> = {
  invalid_json: true,
  invalid_message: true,
  unknown_type: true,
  invalid_id: true,
  invalid_unit: true,
  invalid_address: true,
  invalid_count: true,
  invalid_value: true,
  invalid_ranges: true,
  invalid_option: true,
  invalid_resume: true,
  address_out_of_range: true,
};

const BIT_TYPES = ["Coil", "Coils", "DiscreteInput", "DiscreteInputs"];
const REGISTER_TYPES = [
  "InputRegister",
  "InputRegisters",
  "HoldingRegister",
  "HoldingRegisters",
];
const TABLES = [
  "coils",
  "discreteInputs",
  "inputRegisters",
  "holdingRegisters",
];

/** What is odd for a field of any kind, as JSON. */
const ODD = [
  "null",
  "true",
  "false",
  "0",
  "-0",
  "1",
  "-1",
  "0.5",
  "1.0",
  "1e2",
  "65535",
  "65536",
  "-32768",
  "-32769",
  "255",
  "256",
  "1e400",
  "-1e400",
  "5e-324",
  "9007199254740991",
  "9007199254740993",
  '""',
  '"1"',
  '"true"',
  '"\\u0000"',
  '"\\ud800"',
  '"😀"',
  '"__proto__"',
  "[]",
  "[1]",
  "[null]",
  "[[]]",
  "[1,2]",
  "{}",
  '{"__proto__":1}',
  '{"constructor":1}',
  '{"toString":1,"toJSON":1}',
  '{"0":1,"length":1}',
];

/** Pieces that a text is broken with. */
const DEBRIS = [
  ..."{}[]\",:\\ \n\t-+.eE0123456789tfnul/*'\0\x1b\ufeff\u2028\ud800\udfff",
  "NaN",
  "Infinity",
  "undefined",
  "1e400",
  "true",
  "null",
  '"id":',
  '"type":',
  '"__proto__":',
  "😀",
  "\\u",
  "\\ud83d",
  "[[[[",
  "}}}}",
];

type Json = null | boolean | number | string | Json[] | {
  [name: string]: Json;
};

const isIntegerFrom = (
  value: Json | undefined,
  min: number,
  max: number,
): value is number =>
  typeof value === "number" && Math.floor(value) === value && value >= min &&
  value <= max;

const isRange = (address: Json | undefined, count: Json | undefined): boolean =>
  isIntegerFrom(count, 1, 65_536) && isIntegerFrom(address, 0, 65_536 - count);

/** Whether the protocol as it is described takes a message: said again, in other words than in src/ws. */
function isProtocol(message: Json): boolean {
  if (
    typeof message !== "object" || message === null || Array.isArray(message)
  ) return false;
  const { type, id, unit, address, count, value } = message;
  if (typeof type !== "string") return false;
  if (
    id !== undefined &&
    !(typeof id === "string"
      ? id.length <= 256
      : typeof id === "number" && id >= -(2 ** 53 - 1) && id <= 2 ** 53 - 1)
  ) return false;
  if (unit !== undefined && !isIntegerFrom(unit, 0, 255)) return false;
  if (type === "ping") return true;
  if (type === "subscribe") return isSubscription(message);
  const [, verb, kind] = /^(get|set)(.+)$/s.exec(type) ?? [];
  const isBits = BIT_TYPES.includes(kind ?? "") || type === "setDiscteteInputs";
  if (!isBits && !REGISTER_TYPES.includes(kind ?? "")) return false;
  if (verb === "get") return isRange(address, count);
  if (!Array.isArray(value) || !isRange(address, value.length)) return false;
  return isBits
    ? value.every((bit) => typeof bit === "boolean" || bit === 0 || bit === 1)
    : value.every((register) => isIntegerFrom(register, -32_768, 65_535));
}

function isSubscription(
  { ranges, snapshot, echo, batch, meta, resume }: { [name: string]: Json },
): boolean {
  const isOption = (option: Json | undefined) =>
    option === undefined || typeof option === "boolean";
  if (![snapshot, echo, batch, meta].every(isOption)) return false;
  if (resume !== undefined) {
    if (
      typeof resume !== "object" || resume === null || Array.isArray(resume)
    ) return false;
    if (typeof resume.epoch !== "string" || resume.epoch.length > 64) {
      return false;
    }
    if (!isIntegerFrom(resume.seq, 0, 2 ** 53 - 1)) return false;
  }
  if (ranges === undefined) return true;
  return Array.isArray(ranges) && ranges.length <= 1024 &&
    ranges.every((range) =>
      typeof range === "object" && range !== null && !Array.isArray(range) &&
      typeof range.table === "string" && TABLES.includes(range.table) &&
      isRange(range.address, range.count)
    );
}

/** A message, right in most of its fields. */
function randomMessage(random: Random): string {
  const odd = (right: () => string, oneIn: number) =>
    random.oneIn(oneIn) ? random.pick(ODD) : right();
  const integer = (max: number) =>
    `${random.pick([0, 1, 7, 8, random.between(0, max), max])}`;
  const list = (item: () => string, most: number) =>
    `[${Array.from({ length: random.between(0, most) }, item).join()}]`;
  const range = () =>
    `{"table":${odd(() => `"${random.pick(TABLES)}"`, 20)},"address":${
      odd(() => integer(65_535), 20)
    },"count":${odd(() => integer(65_536), 20)}}`;
  const kind = random.pick([...BIT_TYPES, ...REGISTER_TYPES]);
  const cell = BIT_TYPES.includes(kind)
    ? () => random.pick(["true", "false", "0", "1"])
    : () => `${random.between(-32_768, 65_535)}`;
  const type = random.pick([
    `set${kind}`,
    `set${kind}`,
    `get${kind}`,
    "subscribe",
    "ping",
    "setDiscteteInputs",
    "setDisctete",
  ]);
  const fields: Record<string, () => string> = {
    type: () => `"${type}"`,
    id: () => random.oneIn(2) ? integer(1e9) : '"a"',
    unit: () => integer(255),
    address: () => integer(65_535),
    count: () => integer(65_536),
    value: () => list(() => odd(cell, 30), 20),
    ...(type === "subscribe"
      ? {
        ranges: () => list(() => odd(range, 20), 4),
        snapshot: () => "true",
        echo: () => "false",
        batch: () => "true",
        meta: () => "false",
        resume: () =>
          `{"epoch":${odd(() => '"e"', 8)},"seq":${odd(() => integer(9), 8)}}`,
      }
      : {}),
  };
  const names = Object.keys(fields).filter((name) =>
    !random.oneIn(["type", "address", "value", "count"].includes(name) ? 30 : 2)
  );
  return `{${
    names.map((name) => `"${name}":${odd(fields[name]!, 25)}`).join()
  }}`;
}

/** A text with a few places broken. */
function broken(random: Random, text: string): string {
  for (let times = random.between(1, 4); times > 0; times--) {
    const at = random.int(text.length + 1);
    const to = Math.min(text.length, at + random.int(random.oneIn(4) ? 40 : 3));
    const put = random.pick([
      () => "",
      () => random.pick(DEBRIS),
      () => random.pick(ODD),
      () => text.slice(at, to).repeat(2),
      () => text.slice(random.int(text.length + 1)).slice(0, 20),
    ])();
    text = text.slice(0, at) + put + text.slice(to);
  }
  return text;
}

function checkRange({ table, address, count }: Range): void {
  assert([0, 1, 2, 3].includes(table));
  assert(Number.isInteger(address) && Number.isInteger(count));
  assert(address >= 0 && count >= 1 && address + count <= 65_536);
}

function checkMessage(
  message: ClientMessage,
  json: { [name: string]: Json },
): void {
  assertEquals(message.id, json.id as ClientMessage["id"]);
  assertEquals(message.unit, json.unit as ClientMessage["unit"]);
  switch (message.type) {
    case "ping":
      return assertEquals(json.type, "ping");
    case "read":
      return checkRange(message);
    case "write": {
      checkRange(message);
      const { table, count, values } = message;
      const value = json.value as (boolean | number)[];
      assertEquals(count, value.length);
      assertEquals(
        values.length,
        isBitTable(table) ? Math.ceil(count / 8) : count * 2,
      );
      const view = new DataView(values.buffer, values.byteOffset);
      const read = value.map((_, i) =>
        isBitTable(table)
          ? (values[i >> 3]! >> (i & 7)) & 1
          : view.getUint16(2 * i)
      );
      assertEquals(read, value.map((each) => (Number(each) + 65_536) % 65_536));
      return;
    }
    case "subscribe": {
      message.ranges?.forEach(checkRange);
      for (const name of ["snapshot", "echo", "batch", "meta"] as const) {
        assertEquals(message[name], json[name] === true);
      }
      const { epoch, seq } = (json.resume ?? {}) as {
        epoch?: Json;
        seq?: Json;
      };
      return assertEquals([message.resume?.epoch, message.resume?.seq], [
        epoch,
        seq,
      ]);
    }
  }
}

/** Parses and checks the outcome. Returns the code of the error, "ok" without one. */
function checkOutcome(text: string): string {
  let json: Json | undefined;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const expected = json !== undefined && isProtocol(json);
  let message: ClientMessage;
  try {
    message = parseMessage(text);
  } catch (error) {
    assertInstanceOf(error, ProtocolError);
    assert(!expected, `Refused: ${error.message}`);
    assertEquals(error.code === "invalid_json", json === undefined);
    assert(error.code in CODES, error.code);
    assert(error.message.length > 20 && error.message.length < 400);
    assert(error.message.isWellFormed());
    const { code, message } = error;
    const answer = JSON.parse(encodeError(error));
    assertEquals([answer.code, answer.message], [code, message]);
    return code;
  }
  assert(expected, "It was accepted");
  checkMessage(message, json as { [name: string]: Json });
  return "ok";
}

function fuzz(
  runs: number,
  seed: number,
  make: (random: Random) => string,
): Map<string, number> {
  const outcomes = new Map<string, number>();
  for (let run = 0; run < runs; run++) {
    const text = make(new Random(seed + run));
    try {
      const outcome = checkOutcome(text);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    } catch (error) {
      throw new Error(`Seed ${seed + run}: ${JSON.stringify(text)}`, {
        cause: error,
      });
    }
  }
  return outcomes;
}

Deno.test({
  name:
    "parseMessage() takes random messages when they are right, refuses them otherwise",
  permissions: "none",
  fn() {
    const outcomes = fuzz(20_000, 1, randomMessage);
    // The generator is worth something: it meets all outcomes that JSON can have.
    const { invalid_json: _, ...met } = CODES;
    assertEquals(
      [...outcomes.keys()].sort(),
      [...Object.keys(met), "ok"].sort(),
    );
    assert(outcomes.get("ok")! > 4000, `Only ${outcomes.get("ok")} were right`);
  },
});

Deno.test({
  name: "parseMessage() takes broken texts for messages only when they are",
  permissions: "none",
  fn() {
    const outcomes = fuzz(
      20_000,
      100_000,
      (random) => broken(random, randomMessage(random)),
    );
    assertEquals(
      [...outcomes.keys()].sort(),
      [...Object.keys(CODES), "ok"].sort(),
    );
  },
});
