/**
 * Fuzzes the WebSocket over real sockets: texts in frames cut anywhere, pings
 * between them, and in the end often a frame that is none.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import type { Random } from "../testing/random.ts";
import { Gone, RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import type { Outcomes, Target } from "./fuzz.ts";
import { ServerModel } from "./ws_model.ts";
import { checkAnswer, checkParsed, WS_OUTCOMES } from "./ws_session.ts";
import { randomText } from "./ws_texts.ts";

/** Connections of one round, one after the other. */
const CONNECTIONS = 5;

/** Most texts of a connection. */
const TEXTS = 40;

/** Bytes of the largest text that is sent: a few below --max-message. */
const MAX_TEXT = 500 * 1024;

/** The first bytes of frames that a server must not take from a client here (RFC 6455, 5.2). */
const BAD_HEADS = [
  ...[0x80, 0x83, 0x87, 0x8b, 0x8f, 0x91, 0xa1, 0xc1, 0xf1, 0x09, 0x0a, 0x08],
];

/** The WebSocket from socket to socket. */
export const wsSocket: Target = {
  name: "ws-socket",
  unit: "texts",
  outcomes: [
    ...WS_OUTCOMES.filter((name) => name !== "close: too large"),
    "close: bad frame",
  ],
  async round(random, outcomes) {
    await using app = await startApp();
    const server = new ServerModel();
    for (let i = 0; i < CONNECTIONS; i++) {
      await converse(app, server, random, outcomes);
    }
    const { all } = app.lines;
    assertEquals(all.filter((line) => line.startsWith("error")), []);
  },
};

async function converse(
  app: TestApp,
  server: ServerModel,
  random: Random,
  outcomes: Outcomes,
): Promise<void> {
  using client = await RawWebSocket.open(app.url);
  // Else small pieces would wait for each other's acknowledgement.
  if ("setNoDelay" in client.conn) client.conn.setNoDelay(true);
  for (let texts = random.between(1, TEXTS); texts > 0; texts--) {
    // As it comes out of UTF-8, which has no halves of characters.
    const text = randomText(random).toWellFormed();
    if (new TextEncoder().encode(text).length > MAX_TEXT) continue;
    const outcome = checkParsed(text);
    await sendChopped(client, framesOf(text, random), random);
    const answers = await answersOf(client, random);
    // Current values and own writes come when they come.
    const first = outcome === "subscribe" ? 1 : answers.length;
    if (outcome === "subscribe") {
      const { type, id } = JSON.parse(answers[0]!);
      assertEquals(type, "subscribed");
      const asked = JSON.parse(text).id;
      assertEquals(JSON.stringify(id), JSON.stringify(asked));
    } else {
      checkAnswer(text, outcome, answers.slice(0, first), server);
    }
    outcomes.add(outcome);
  }
  if (random.oneIn(2)) return;
  const payload = random.bytes(random.int(20));
  const bad = frame(random.pick(BAD_HEADS), payload, random);
  await sendChopped(client, bad, random);
  // Behind a fragment that may stand alone this is one too many.
  await sendChopped(client, frame(0x81, payload, random), random);
  await assertCut(client);
  outcomes.add("close: bad frame");
}

/** A text in one frame or several, with pings between these. */
function framesOf(text: string, random: Random): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const cuts = random.oneIn(3)
    ? Array.from({ length: random.int(4) }, () => random.int(bytes.length + 1))
    : [];
  const ends = [...cuts.sort((a, b) => a - b), bytes.length];
  let from = 0;
  const frames = ends.flatMap((end, i) => {
    const opcode = i === 0 ? 1 : 0;
    const last = i === ends.length - 1;
    const part = bytes.subarray(from, end);
    from = end;
    const one = frame((last ? 0x80 : 0) | opcode, part, random);
    const ping = frame(0x89, random.bytes(random.int(126)), random);
    return random.oneIn(4) ? [ping, one] : [one];
  });
  return concat(frames);
}

/** A masked frame; its length in as few bytes as it takes. */
function frame(head: number, payload: Uint8Array, random: Random): Uint8Array {
  const { length } = payload;
  const size = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 0xff]
    : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  size[0]! |= 0x80;
  const key = random.bytes(4);
  const bytes = new Uint8Array(1 + size.length + 4 + length);
  bytes.set([head, ...size, ...key]);
  const at = bytes.length - length;
  for (let i = 0; i < length; i++) bytes[at + i] = payload[i]! ^ key[i & 3]!;
  return bytes;
}

async function sendChopped(
  { conn }: RawWebSocket,
  bytes: Uint8Array,
  random: Random,
): Promise<void> {
  const whole = random.oneIn(2) ? bytes.length : random.between(1, 3000);
  try {
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + random.between(1, whole));
      while (at < end) at += await conn.write(bytes.subarray(at, end));
    }
  } catch {
    // It is cut: that is looked at.
  }
}

/** What is said to a client up to the answer to a ping, but for notifications. */
async function answersOf(
  client: RawWebSocket,
  random: Random,
): Promise<string[]> {
  const id = random.int(2 ** 31);
  await client.send(JSON.stringify({ type: "ping", id }));
  const answers: string[] = [];
  for (;;) {
    const { head, payload } = await within(client.nextFrame(), "An answer");
    if (head === 0x8a) continue;
    assertEquals(head, 0x81);
    const text = new TextDecoder().decode(payload);
    if (text === `{"type":"pong","id":${id}}`) return answers;
    if (!/^(\[|\{"type":"set)/.test(text)) answers.push(text);
  }
}

/** Asserts that the server ends the connection. */
async function assertCut(client: RawWebSocket): Promise<void> {
  try {
    for (;;) {
      const { head } = await within(client.nextFrame(), "The end");
      assert([0x81, 0x88, 0x8a].includes(head), `Frame ${head}`);
    }
  } catch (error) {
    const isCut = error instanceof Gone ||
      error instanceof Deno.errors.ConnectionReset;
    if (!isCut) throw error;
  }
}
