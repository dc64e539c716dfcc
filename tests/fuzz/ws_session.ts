/**
 * Fuzzes what WebSocket clients say, without sockets: each text goes through
 * `parseMessage` and a session of the hub, against {@linkcode ServerModel}.
 * @module
 */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { isBitTable } from "../../src/bank/tables.ts";
import { Hub } from "../../src/ws/hub.ts";
import {
  type ClientMessage,
  type ErrorCode,
  ProtocolError,
  type Range,
} from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import type { Session } from "../../src/ws/session.ts";
import type { BankModel } from "../bank/model.ts";
import { apply, assertSameAsBank, TYPES } from "../push/replica.ts";
import { FakeSocket } from "../testing/fake_socket.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import type { Outcomes, Target } from "./fuzz.ts";
import {
  idOf,
  isProtocol,
  type Json,
  type Message,
  ServerModel,
} from "./ws_model.ts";
import { randomText } from "./ws_texts.ts";

/** Codes of what a text has done to itself; others say who may do what, or how the disk is. */
type TextCode = Exclude<
  ErrorCode,
  "unauthorized" | "forbidden" | "write_protected" | "not_stored"
>;

/** Every code that a text can be refused with. */
const CODES: Readonly<Record<TextCode, true>> = {
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
  invalid_token: true,
  address_out_of_range: true,
};

/** Texts of one round. */
const TEXTS = 200;

/** Bytes of the largest message, as by default. */
const MAX_MESSAGE = 512 * 1024;

/** Limits that nothing here meets but for the message's. */
const OPTIONS = {
  ...{ queue: 1 << 30, message: MAX_MESSAGE, history: 1 << 16 },
  stallTimeout: 600_000,
};

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
    case "auth":
      return assertEquals([json.type, json.token], ["auth", message.token]);
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

/** What a text says, as JSON; undefined when it is none. */
function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses a text and checks what comes of it. Returns the code of the error, or the kind of the message. */
export function checkParsed(text: string): string {
  const json = jsonOf(text);
  const expected = json !== undefined && isProtocol(json);
  let message: ClientMessage;
  try {
    message = parseMessage(text);
  } catch (error) {
    assertInstanceOf(error, ProtocolError);
    assert(!expected, `Refused: ${error.message}`);
    assertEquals(error.code === "invalid_json", json === undefined);
    checkError(error);
    return error.code;
  }
  assert(expected, "It was accepted");
  checkMessage(message, json as { [name: string]: Json });
  return message.type;
}

/** An error that helps, and is no place to store things. */
function checkError({ code, message }: ProtocolError): void {
  assert(code in CODES, code);
  assert(message.length > 20 && message.length < 400);
  assert(message.isWellFormed());
}

/** Checks the answer to a text, given what it was taken for. */
export function checkAnswer(
  text: string,
  outcome: string,
  answers: readonly string[],
  server: ServerModel,
): void {
  const json = jsonOf(text);
  if (outcome in CODES) {
    assertEquals(answers.length, 1);
    const { type, id, code, message } = JSON.parse(answers[0]!);
    assertEquals([type, code, typeof message], ["error", outcome, "string"]);
    // Of JSON's two zeros only one is ever written.
    assertEquals(JSON.stringify(id), JSON.stringify(idOf(json)));
  } else if (outcome === "subscribe") {
    checkSubscribed(json as Message, answers, server.cells);
  } else {
    const answer = server.execute(json as Message);
    assertEquals(answers, answer === undefined ? [] : [answer]);
  }
}

/** The answer to a subscription, and current values when they were asked for. */
function checkSubscribed(
  { id, meta, resume, snapshot, ranges }: Message,
  [first, ...values]: readonly string[],
  cells: BankModel,
): void {
  const answer = JSON.parse(first!);
  assertEquals(answer.type, "subscribed");
  assertEquals(JSON.stringify(answer.id), JSON.stringify(id));
  assertEquals("epoch" in answer, meta === true || resume !== undefined);
  // Nobody knows the epoch of this run.
  assertEquals(answer.resumed, resume === undefined ? undefined : false);
  const wanted = (snapshot === true || resume !== undefined) &&
    (ranges === undefined || (ranges as Json[]).length > 0);
  assertEquals(values.length > 0, wanted);
  for (const one of values.flatMap((text) => JSON.parse(text))) {
    const table = cells.tables[TYPES.indexOf(one.type)]!;
    for (const [i, value] of one.value.entries()) {
      if (Number(value) === table[one.address + i]) continue;
      throw new Error(`${one.type} ${one.address + i} is told as ${value}`);
    }
  }
}

/** What may become of a text. */
export const WS_OUTCOMES: readonly string[] = [
  ...["write", "read", "subscribe", "ping", "auth"],
  ...Object.keys(CODES),
  "close: too large",
];

/** A client and its session. */
class Client {
  readonly socket = new FakeSocket();
  readonly session: Session;

  constructor(hub: Hub) {
    this.session = hub.join(this.socket);
  }
}

/** Sessions of a hub from text to text. */
export const wsSession: Target = {
  name: "ws",
  unit: "texts",
  outcomes: WS_OUTCOMES,
  async round(random, outcomes) {
    using _ = keepAlive();
    const bank = Bank.create();
    const faults: unknown[] = [];
    const failed = (error: unknown) => faults.push(error);
    const hub = new Hub(bank, { ...OPTIONS, failed });
    const listener = new Client(hub);
    const server = new ServerModel();
    let client = new Client(hub);
    for (let i = 0; i < TEXTS; i++) {
      const text = randomText(random);
      if (!say(client, text, server, outcomes)) client = new Client(hub);
    }
    await hub.close();
    assertEquals(faults, []);
    assertSameAsBank(server.cells, bank);
    // It has said nothing: it was told of everything.
    const told = new ServerModel().cells;
    for (const message of listener.socket.takeJson()) apply(told, message);
    assertSameAsBank(told, bank);
  },
};

/** Says something. Returns whether the client is still there. */
function say(
  { socket, session }: Client,
  text: string,
  server: ServerModel,
  outcomes: Outcomes,
): boolean {
  const tooLarge = new TextEncoder().encode(text).length > MAX_MESSAGE;
  const outcome = tooLarge ? "close: too large" : checkParsed(text);
  session.receive(text);
  outcomes.add(outcome);
  const answers = socket.take();
  assertEquals(socket.closes.map(([code]) => code), tooLarge ? [1009] : []);
  if (tooLarge) assertEquals(answers, []);
  else checkAnswer(text, outcome, answers, server);
  return !tooLarge;
}
