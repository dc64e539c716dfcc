import { assert, assertEquals } from "@std/assert";
import { ProtocolError } from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import {
  isClientMessage,
  isMessage,
  isServerMessage,
  SCHEMA,
} from "../testing/schema.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

test("the schema is one of the dialect that it names", () => {
  assertEquals(SCHEMA.$schema, "https://json-schema.org/draft/2020-12/schema");
  // A message that either side can send is a message, too.
  assert(isMessage({ type: "setCoils", address: 3, value: [true] }));
  assert(isMessage({ type: "ping" }));
  assert(isMessage({ type: "pong" }));
  assert(!isMessage({ type: "hello" }));
});

const SET_BITS = ["setCoils", "setCoil", "setDiscreteInputs"];
const SET_REGISTERS = ["setInputRegisters", "setHoldingRegister"];
const GETS = ["getCoils", "getDiscreteInput", "getHoldingRegisters"];
const RANGE = { table: "coils", address: 0, count: 16 };

/** Messages that a client may send: those of the design and of the issue, and the bounds of each field. */
const VALID: readonly Json[] = [
  { type: "setCoils", address: 3, value: [true, false, true] },
  { type: "setDiscteteInputs", address: 3, value: [true, false, true] },
  ...SET_BITS.map((type) => ({ type, address: 65_535, value: [1], unit: 255 })),
  ...SET_BITS.map((type) => ({ type, address: 0, value: [0, true], id: "" })),
  ...SET_REGISTERS.flatMap((type) => [
    { type, address: 0, value: [-32_768, 65_535], unit: 0, id: 7 },
    { type, address: 65_535, value: [0], id: "x".repeat(256) },
    { type, address: 0, value: new Array(65_536).fill(1) },
  ]),
  { type: "getHoldingRegisters", address: 0, count: 10, id: 7 },
  ...GETS.map((type) => ({ type, address: 0, count: 65_536, id: -0.5 })),
  ...GETS.map((type) => ({ type, address: 65_535, count: 1, more: "fields" })),
  { type: "ping" },
  { type: "ping", id: 9_007_199_254_740_991, unit: 1 },
  { type: "auth", token: "" },
  { type: "auth", token: "0123456789abcdef", id: 1, unit: 1 },
  { type: "subscribe" },
  { type: "subscribe", ranges: [] },
  { type: "subscribe", ranges: [RANGE], snapshot: true },
  { type: "subscribe", snapshot: false, echo: true, batch: true, meta: true },
  { type: "subscribe", ranges: new Array(1024).fill(RANGE) },
  { type: "subscribe", resume: { epoch: "e", seq: 0 }, id: 1 },
  {
    type: "subscribe",
    resume: { epoch: "e".repeat(64), seq: 9_007_199_254_740_991 },
  },
];

/** Messages that a client may not send, and the schema can say why. */
const INVALID: readonly Json[] = [
  null,
  [],
  "ping",
  1,
  {},
  [{ type: "ping" }],
  { type: "hello" },
  { type: null },
  { type: "Ping" },
  { type: "pong" },
  { type: "coils", address: 0, value: [true] },
  { type: "subscribed" },
  { type: "auth" },
  { type: "auth", token: 7 },
  { type: "auth", token: null },
  { type: "auth", token: "t", id: {} },
  { type: "ping", id: null },
  { type: "ping", id: [] },
  { type: "ping", id: "x".repeat(257) },
  { type: "ping", id: 9_007_199_254_740_992 },
  { type: "ping", id: -9_007_199_254_740_992 },
  ...[-1, 256, 0.5, "1", null].map((unit) => ({ type: "ping", unit })),
  ...[...SET_BITS, ...SET_REGISTERS].flatMap((type) => [
    { type, value: [1] },
    { type, address: 0 },
    { type, address: 0, value: [] },
    { type, address: 0, value: 1 },
    { type, address: 0, value: { 0: 1 } },
    { type, address: 0, value: [null] },
    { type, address: 0, value: ["1"] },
    { type, address: 0, value: [0.5] },
    { type, address: 0, value: [1, [1]] },
    { type, address: 65_536, value: [1] },
    { type, address: -1, value: [1] },
    { type, address: 0.5, value: [1] },
    { type, address: "0", value: [1] },
    { type, address: 0, value: new Array(65_537).fill(1) },
  ]),
  ...SET_BITS.map((type) => ({ type, address: 0, value: [2] })),
  ...SET_REGISTERS.flatMap((type) =>
    [true, 65_536, -32_769].map((one) => ({ type, address: 0, value: [one] }))
  ),
  ...GETS.flatMap((type) => [
    { type, address: 0 },
    { type, count: 1 },
    { type, address: 0, count: 0 },
    { type, address: 0, count: 65_537 },
    { type, address: 0, count: 1.5 },
    { type, address: 65_536, count: 1 },
  ]),
  ...[null, RANGE, "all", 0].map((ranges) => ({ type: "subscribe", ranges })),
  ...[
    null,
    [],
    {},
    { ...RANGE, table: "Coils" },
    { ...RANGE, table: 0 },
    { ...RANGE, address: -1 },
    { ...RANGE, count: 0 },
    { table: "coils", address: 0 },
  ].map((range) => ({ type: "subscribe", ranges: [RANGE, range] })),
  { type: "subscribe", ranges: new Array(1025).fill(RANGE) },
  ...["snapshot", "echo", "batch", "meta"].flatMap((option) =>
    [null, 0, "true", []].map((value) => ({
      type: "subscribe",
      [option]: value,
    }))
  ),
  ...[
    null,
    [],
    "e",
    {},
    { epoch: "e" },
    { seq: 1 },
    { epoch: 1, seq: 1 },
    { epoch: "e".repeat(65), seq: 1 },
    { epoch: "e", seq: -1 },
    { epoch: "e", seq: 0.5 },
    { epoch: "e", seq: 9_007_199_254_740_992 },
  ].map((resume) => ({ type: "subscribe", resume })),
];

/** Messages that are refused for what JSON Schema can't say. */
const BEYOND: readonly Json[] = [
  // A sum of two fields, or of a field and a length.
  { type: "setCoils", address: 65_535, value: [1, 1] },
  { type: "setHoldingRegisters", address: 1, value: new Array(65_536).fill(1) },
  { type: "getCoils", address: 65_535, count: 2 },
  { type: "subscribe", ranges: [{ ...RANGE, address: 65_521 }] },
  // Its lengths count characters, ours the places that they take in UTF-16.
  { type: "ping", id: "🙂".repeat(129) },
  { type: "subscribe", resume: { epoch: "🙂".repeat(33), seq: 1 } },
];

function accepts(message: Json): boolean {
  try {
    parseMessage(JSON.stringify(message));
    return true;
  } catch (error) {
    assert(error instanceof ProtocolError, `${error}`);
    return false;
  }
}

function short(message: Json): string {
  return JSON.stringify(message).slice(0, 200);
}

test("client messages: what the schema allows is accepted", () => {
  for (const message of VALID) {
    assert(isClientMessage(message), `schema: ${short(message)}`);
    assert(accepts(message), `parseMessage(): ${short(message)}`);
  }
});

test("client messages: what the schema forbids is refused", () => {
  for (const message of INVALID) {
    assert(!isClientMessage(message), `schema: ${short(message)}`);
    assert(!accepts(message), `parseMessage(): ${short(message)}`);
  }
});

test("client messages: what JSON Schema can't say is refused, too", () => {
  for (const message of BEYOND) {
    assert(isClientMessage(message), `schema: ${short(message)}`);
    assert(isBeyond(message), short(message));
    assert(!accepts(message), `parseMessage(): ${short(message)}`);
  }
});

/** Whether a message that the schema allows is to be refused all the same. */
// deno-lint-ignore no-explicit-any
function isBeyond(message: any): boolean {
  const { type, address, value, count, ranges, resume, id } = message;
  const ends: number[] = [];
  if (type.startsWith("set")) ends.push(address + value.length);
  if (type.startsWith("get")) ends.push(address + count);
  if (type === "subscribe") {
    for (const range of ranges ?? []) ends.push(range.address + range.count);
  }
  const long = typeof id === "string" && id.length > 256;
  const longEpoch = type === "subscribe" && resume?.epoch.length > 64;
  return long || longEpoch || ends.some((end) => end > 65_536);
}

/** Values that fields have, should not have, or nearly have. */
const ODD: readonly Json[] = [
  ...[null, true, false, "", "0", "coils", "e", "🙂".repeat(100), [], {}],
  ...[0, 1, 2, -1, 0.5, 16, 255, 256, 1024, 1e300, -0],
  ...[65_520, 65_535, 65_536, 65_537, -32_768, -32_769],
  ...[9_007_199_254_740_991, 9_007_199_254_740_992],
  ...[[0], [1, 0], [true], [65_535], [null], [RANGE], [RANGE, RANGE], RANGE],
  ...["x".repeat(64), "x".repeat(65), "x".repeat(256), "x".repeat(257)],
  ...["setCoils", "setHoldingRegisters", "getCoils", "subscribe", "ping"],
  { epoch: "e", seq: 1 },
];

/** Changes one thing, anywhere in a value. */
function mutate(random: Random, value: Json): Json {
  if (random.oneIn(4) || value === null || typeof value !== "object") {
    return random.pick(ODD);
  }
  if (Array.isArray(value)) {
    const i = random.int(value.length + 1);
    const item = i < value.length ? mutate(random, value[i]!) : RANGE;
    return value.with(Math.min(i, value.length - 1), item);
  }
  const keys = Object.keys(value);
  const key = random.pick(keys);
  const { [key]: old, ...rest } = value;
  if (random.oneIn(6)) return rest;
  if (random.oneIn(6)) {
    const names = ["address", "value", "count", "ranges", "id", "resume"];
    return { ...value, [random.pick(names)]: random.pick(ODD) };
  }
  return { ...rest, [key]: mutate(random, old!) };
}

test("client messages: schema and parseMessage() agree on whatever comes", () => {
  const random = new Random(9);
  const seeds = VALID.filter((message) => short(message).length < 200);
  let accepted = 0;
  for (let i = 0; i < 20_000; i++) {
    let message = random.pick(seeds);
    for (let n = random.between(1, 3); n > 0; n--) {
      const keep = message;
      try {
        message = mutate(random, message);
      } catch {
        message = keep; // There was nothing to change.
      }
    }
    // As it arrives: −0 is 0 in a text, for one.
    message = JSON.parse(JSON.stringify(message));
    const allowed = isClientMessage(message) && !isBeyond(message);
    if (allowed) accepted++;
    assertEquals(accepts(message), allowed, short(message));
  }
  assert(accepted > 2000 && accepted < 18_000, `${accepted} are accepted`);
});

/** Messages of the design that the server may send. */
const SERVER: readonly Json[] = [
  { type: "setCoils", address: 3, value: [true, false, true] },
  { type: "ok", id: "a" },
  { type: "error", code: "address_out_of_range", message: "…" },
  { type: "holdingRegisters", address: 0, value: [1], id: 7 },
  { type: "pong" },
  { type: "subscribed", epoch: "e", seq: 4, resumed: false, more: true },
];

/** Messages that it must not send. */
const NOT_SERVER: readonly Json[] = [
  { type: "setCoils", address: 3, value: [1] },
  { type: "setCoil", address: 3, value: [true] },
  { type: "setHoldingRegisters", address: 3, value: [-1] },
  { type: "setHoldingRegisters", address: 3, value: [true] },
  { type: "setCoils", address: 3, value: [true], seq: 1 },
  { type: "setCoils", address: 3, value: [true], more: true },
  { type: "setCoils", address: 3, value: [true], id: 1 },
  { type: "ok" },
  { type: "error", code: "oops", message: "…" },
  { type: "subscribed", seq: 4 },
  { type: "ping" },
  [{ type: "setCoils", address: 3, value: [true] }],
  [{ type: "pong" }, { type: "pong" }],
];

test("server messages: the schema says what may come", () => {
  for (const message of SERVER) {
    assert(isServerMessage(message), short(message));
  }
  for (const message of NOT_SERVER) {
    assert(!isServerMessage(message), short(message));
  }
});
