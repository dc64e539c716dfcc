import { type Attempt, testAttempts } from "./attempts.ts";
import { encode, type Frame, LAST, type Scene, write } from "./scene.ts";
import { within } from "../testing/within.ts";

const PING = '{"type":"ping"}';

/** Frames as they should be, but for what a row says. */
const text = (payload: Frame["payload"], more: Partial<Frame> = {}): Frame => ({
  head: 0x81,
  payload,
  ...more,
});

const code = (number: number): number[] => [number >> 8, number & 0xff];

/** A row of frames that end the connection, as RFC 6455 has it. */
function cut(name: string, frames: Frame[], logged: string): Attempt {
  return {
    name,
    attack: (scene) => scene.frames(...frames),
    gets: /^(close 1002, )?closed$/,
    logs: new RegExp(`^debug WebSocket client .*: ${logged}`),
  };
}

/** A row of frames that are answered with an error, and nothing more. */
function error(name: string, payload: string, gets: string): Attempt {
  return {
    name,
    attack: (scene) => scene.frames(text(payload)),
    gets: `${gets}, alive`,
    counts: { [`websocket_errors_sent_total{code="${gets}"}`]: 1 },
  };
}

testAttempts("WebSocket: frames that are none", [
  cut(
    "reserved bit 1, as if compressed",
    [text(PING, { head: 0xc1 })],
    "Reserved bits",
  ),
  cut("reserved bit 2", [text(PING, { head: 0xa1 })], "Reserved bits"),
  cut("reserved bit 3", [text(PING, { head: 0x91 })], "Reserved bits"),
  cut("opcode 3", [text(PING, { head: 0x83 })], "Invalid value"),
  cut("opcode 15", [text(PING, { head: 0x8f })], "Invalid value"),
  cut("bytes that are no UTF-8", [text([0xff, 0xfe])], "Invalid UTF-8"),
  cut("a surrogate in UTF-8", [text([0xed, 0xa0, 0x80])], "Invalid UTF-8"),
  cut(
    "UTF-8 broken between two fragments",
    [text([0xe2, 0x82], { head: 0x01 }), text([0x41], { head: 0x80 })],
    "Invalid UTF-8",
  ),
  cut(
    "a ping of 126 bytes",
    [text("x".repeat(126), { head: 0x89 })],
    "Ping frame too large",
  ),
  cut(
    "a ping in fragments",
    [text("x", { head: 0x09 })],
    "Control frame must not be fragmented",
  ),
  cut(
    "the end of a message that has not begun",
    [text(PING, { head: 0x80 })],
    "Invalid continuation",
  ),
  cut(
    "a message within a message",
    [text("{", { head: 0x01 }), text(PING)],
    "Invalid fragment",
  ),
  cut(
    "a close of one byte",
    [text([3], { head: 0x88 })],
    "Invalid close frame",
  ),
  ...[0, 999, 1005, 1006, 1015, 2999, 5000, 65_535].map((number) =>
    cut(
      `a close with code ${number}`,
      [text(code(number), { head: 0x88 })],
      "Invalid close code",
    )
  ),
  cut(
    "a close whose reason is no UTF-8",
    [text([...code(1000), 0xff], { head: 0x88 })],
    "Invalid UTF-8",
  ),
  cut(
    "a length of 2^63",
    [text("x", { length: [127, 0x80, 0, 0, 0, 0, 0, 0, 0] })],
    "Frame too large",
  ),
  cut(
    "a length of 65 MiB",
    [text("x", { length: [127, 0, 0, 0, 0, 4, 0x10, 0, 0] })],
    "Frame too large",
  ),
  cut("HTTP where frames should be", [
    { head: 0x47, payload: "ET / HTTP/1.1\r\n\r\n", length: [], masked: false },
  ], "Reserved bits"),
  {
    name: "frames without a mask: the runtime takes them",
    attack: (scene) => scene.frames(text(PING, { masked: false })),
    gets: '{"type":"pong"}, alive',
  },
  {
    name: "a length in more bytes than it takes",
    attack: (scene) => scene.frames(text(PING, { length: [126, 0, 15] })),
    gets: '{"type":"pong"}, alive',
  },
  {
    name: "a pong that nobody has asked for",
    attack: (scene) => scene.frames(text("x", { head: 0x8a })),
    gets: "alive",
  },
  {
    name: "a close, then another message: it is not read",
    attack: (scene) =>
      scene.frames(
        text(code(1000), { head: 0x88 }),
        text('{"type":"setCoils","address":9,"value":[1],"id":1}'),
      ),
    gets: "close 1000, closed",
  },
]);

testAttempts("WebSocket: messages that are none", [
  error("256 KiB of [", "[".repeat(1 << 18), "invalid_json"),
  error(
    "100,000 arrays in each other",
    "[".repeat(100_000) + "]".repeat(100_000),
    "invalid_message",
  ),
  error(
    "10,000 objects in each other as an id",
    `{"type":"ping","id":${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}}`,
    "invalid_id",
  ),
  error("NaN", '{"type":"getCoils","address":NaN,"count":1}', "invalid_json"),
  error(
    "1e400",
    '{"type":"getCoils","address":1e400,"count":1}',
    "invalid_address",
  ),
  error("__proto__ as a type", '{"type":"__proto__"}', "unknown_type"),
  error(
    "a message in __proto__",
    '{"__proto__":{"type":"ping"}}',
    "invalid_message",
  ),
  error(
    "a lone surrogate as a type",
    '{"type":"\\ud800"}',
    "unknown_type",
  ),
  error("nothing", "", "invalid_json"),
  error("a type that is a list", '{"type":["ping"]}', "invalid_message"),
  error("a write of 65537 coils", writeOf(65_537), "invalid_value"),
  error(
    "a write beyond the last cell",
    '{"type":"setCoils","address":65535,"value":[1,1]}',
    "address_out_of_range",
  ),
  error(
    "a write with one wrong value in it",
    '{"type":"setHoldingRegisters","address":0,"value":[1,2,65536]}',
    "invalid_value",
  ),
  error(
    "1025 ranges",
    `{"type":"subscribe","ranges":[${
      Array(1025).fill('{"table":"coils","address":0,"count":1}').join()
    }]}`,
    "invalid_ranges",
  ),
  {
    name: "a binary message",
    attack: (scene) => scene.frames(text(PING, { head: 0x82 })),
    gets: "invalid_message, alive",
    counts: { 'websocket_errors_sent_total{code="invalid_message"}': 1 },
  },
  {
    name: "a message larger than --max-message",
    attack: (scene) => scene.frames(text(" ".repeat(600 * 1024))),
    gets: /^(close 1009, )?closed$/,
    counts: { 'websocket_closed_total{by="server",code="1009"}': 1 },
  },
]);

/** A write of so many coils. */
function writeOf(count: number): string {
  return `{"type":"setCoils","address":0,"value":[${Array(count).fill(0)}]}`;
}

/** Sends the same many times, then the last ping. */
async function flood(
  scene: Scene,
  frame: Frame,
  times: number,
): Promise<string> {
  using client = await scene.webSocket();
  const bytes = encode(frame);
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  const sending = write(client.conn, all).then(() =>
    write(client.conn, encode(LAST))
  );
  const got = (await scene.framesOf(client)).split(", ");
  await sending;
  const first = got.length > 1 ? got[0] : "answers";
  return `${got.length - 1} × ${first}, ${got.at(-1)}`;
}

/**
 * A client that asks and never reads, until the server has let it go. Its
 * socket stays: the runtime can't cut who does not read.
 */
async function deaf(scene: Scene, message: string, times: number) {
  using client = await scene.webSocket();
  const bytes = encode(text(message));
  const flood = (async () => {
    for (let i = 0; i < times; i++) await client.conn.write(bytes);
  })();
  flood.catch(() => {});
  await within(scene.isLetGo(), "The end of who does not read");
  return "closed";
}

testAttempts("WebSocket: floods and clients that do not read", [
  {
    name: "5000 pings of the protocol of frames",
    attack: (scene) => flood(scene, text("x", { head: 0x89 }), 5000),
    gets: /^\d+ × pong, alive$/,
  },
  {
    name: "5000 messages that are no JSON",
    attack: (scene) => flood(scene, text("}"), 5000),
    gets: "5000 × invalid_json, alive",
    counts: { 'websocket_errors_sent_total{code="invalid_json"}': 5000 },
  },
  {
    name: "20,000 writes",
    attack: (scene) =>
      flood(scene, text('{"type":"setCoils","address":0,"value":[1]}'), 20_000),
    gets: "0 × answers, alive",
  },
  {
    name: "5000 subscriptions",
    attack: (scene) =>
      flood(
        scene,
        text(
          '{"type":"subscribe","ranges":[{"table":"coils","address":1,"count":9}]}',
        ),
        5000,
      ),
    gets: '5000 × {"type":"subscribed"}, alive',
  },
  {
    name: "fragments without an end, 8 MB of them",
    async attack(scene) {
      using client = await scene.webSocket();
      const payload = "a".repeat(65_000);
      await write(client.conn, encode(text(payload, { head: 0x01 })));
      for (let i = 0; i < 125; i++) {
        await write(client.conn, encode(text(payload, { head: 0x00 })));
      }
      // What is behind them is not read before they end.
      return "nothing";
    },
    gets: "nothing",
  },
  {
    name: "half a frame, and silence",
    async attack(scene) {
      using client = await scene.webSocket();
      await write(client.conn, encode(text(PING)).subarray(0, 7));
      return await scene.get("/nothing");
    },
    gets: "404 not-found, closed",
  },
  {
    name:
      "a client that asks for 64K registers again and again and never reads",
    config: { clientQueue: 65_536, clientStallTimeout: 300 },
    attack: (scene) =>
      deaf(
        scene,
        '{"type":"getHoldingRegisters","address":0,"count":65536}',
        1000,
      ),
    gets: "closed",
    counts: { 'websocket_closed_total{by="server",code="1013"}': 1 },
  },
]);
