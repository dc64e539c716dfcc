import { assertEquals } from "@std/assert";
import {
  encodeEvent,
  EventSocket,
  parseEventId,
} from "../../src/rest/event_socket.ts";
import { CloseCode } from "../../src/ws/socket.ts";

const permissions = "none";

/** Messages, and their events. */
const EVENTS: readonly (readonly [
  name: string,
  message: string,
  head: string,
])[] = [
  [
    "a notification",
    '{"type":"setCoils","address":3,"value":[true],"seq":7,"time":1,"source":"bank"}',
    "id: E:7\n",
  ],
  [
    "a notification that another follows",
    '{"type":"setCoils","address":3,"value":[true],"seq":7,"time":1,"source":"bank","more":true}',
    "",
  ],
  [
    "the answer to a subscription",
    '{"type":"subscribed","epoch":"E","seq":0}',
    "event: subscribed\nid: E:0\n",
  ],
  [
    "the answer to a subscription, with values to follow",
    '{"type":"subscribed","epoch":"E","seq":5,"resumed":false,"more":true}',
    "event: subscribed\n",
  ],
  [
    "an error",
    '{"type":"error","code":"x","message":"y"}',
    "event: error\n",
  ],
];

for (const [name, message, head] of EVENTS) {
  Deno.test(`encodeEvent() of ${name}`, { permissions }, () => {
    assertEquals(encodeEvent(message, "E"), `${head}data: ${message}\n\n`);
  });
}

Deno.test(
  "parseEventId() undoes it, whatever there is",
  { permissions },
  () => {
    assertEquals(parseEventId("a:b-c:12"), { epoch: "a:b-c", seq: 12 });
    for (const id of ["", "12", ":12", "E:", "E:-1", "E:1e9", "E:1x"]) {
      assertEquals(parseEventId(id), { epoch: "", seq: 0 }, id);
    }
    assertEquals(parseEventId(`${"E".repeat(65)}:1`).epoch, "");
  },
);

const NOTE = '{"type":"setCoils","address":3,"value":[true]}';
const RETRY = "retry: 1000\n\n";

/** Takes a socket's bytes when the test wants some. */
class Reader {
  readonly #reader;
  readonly #decoder = new TextDecoder();

  constructor(socket: EventSocket) {
    this.#reader = socket.stream.getReader();
  }

  async next(): Promise<string | undefined> {
    const { done, value } = await this.#reader.read();
    return done ? undefined : this.#decoder.decode(value);
  }

  cancel(): Promise<void> {
    return this.#reader.cancel();
  }
}

function test(
  name: string,
  fn: (socket: EventSocket, reader: Reader) => Promise<void>,
): void {
  Deno.test(name, { permissions }, async () => {
    const socket = new EventSocket("peer", "E");
    await fn(socket, new Reader(socket));
  });
}

test("EventSocket counts what nobody has taken", async (socket, reader) => {
  assertEquals(socket.buffered, RETRY.length);
  assertEquals(await reader.next(), RETRY);
  assertEquals(socket.buffered, 0);
  socket.send(NOTE);
  socket.send(NOTE);
  const event = `data: ${NOTE}\n\n`;
  assertEquals(socket.buffered, 2 * event.length);
  assertEquals(await reader.next(), event + event);
  const next = reader.next();
  socket.send(NOTE);
  assertEquals(await next, event);
});

test(
  "EventSocket.beat() gives a sign of life when nothing else does",
  async (socket, reader) => {
    socket.beat();
    assertEquals(await reader.next(), RETRY);
    socket.beat();
    socket.beat();
    assertEquals(socket.buffered, 3);
    assertEquals(await reader.next(), ":\n\n");
  },
);

test("EventSocket.close() ends behind what waits", async (socket, reader) => {
  socket.send(NOTE);
  socket.close(CloseCode.goingAway);
  socket.send(NOTE);
  socket.beat();
  assertEquals(await reader.next(), `${RETRY}data: ${NOTE}\n\n`);
  assertEquals(await reader.next(), undefined);
});

test("EventSocket.close() ends for one who waits", async (socket, reader) => {
  await reader.next();
  const next = reader.next();
  socket.close(CloseCode.goingAway);
  assertEquals(await next, undefined);
});

Deno.test(
  "EventSocket.close() keeps nothing for a client that is too slow",
  { permissions },
  async () => {
    const socket = new EventSocket("peer", "E");
    socket.send(NOTE);
    socket.close(CloseCode.tryAgainLater);
    assertEquals(socket.buffered, 0);
    assertEquals(await new Reader(socket).next(), undefined);
  },
);

test(
  "EventSocket keeps nothing for a client that is gone",
  async (socket, reader) => {
    await reader.next();
    const next = reader.next();
    await reader.cancel();
    assertEquals(await next, undefined);
    socket.send(NOTE);
    assertEquals(socket.buffered, 0);
    socket.close(CloseCode.goingAway);
  },
);
