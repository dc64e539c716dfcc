/**
 * The client module's side of the protocol, message by message, with a line
 * and a clock that the tests hold in their hands.
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { AdapterError, type Client, connect } from "../../src/client/client.js";
import { FakeBrowser, type FakeWebSocket } from "../testing/fake_browser.ts";
import { event } from "../testing/queue.ts";
import { cells, Watch } from "../testing/watch.ts";

/** Resolves when the client has said what it says at the end of a turn. */
const turn = () => Promise.resolve();

/** A change of coils as the server tells it. */
function coils(address: number, value: boolean[], seq: number, meta = {}) {
  const source = "modbus";
  return { type: "setCoils", address, value, seq, time: 1, source, ...meta };
}

/** The answer to the last subscription. */
function answer(socket: FakeWebSocket, seq: number, more = {}) {
  const { id } = socket.sent.findLast(({ type }) => type === "subscribe");
  socket.say({ type: "subscribed", epoch: "A", seq, ...more, id });
}

/** A client that is live, and has subscribed to 8 coils. */
function connected(browser: FakeBrowser): { client: Client; watch: Watch } {
  const client = connect("ws://adapter.example/");
  const watch = new Watch(client, [cells("coils", 0, 8)]);
  browser.socket.open();
  answer(browser.socket, 10, { more: true });
  const values = new Array(8).fill(false);
  browser.socket.say(coils(0, values, 10, { source: "bank" }));
  assertEquals(client.state, "live");
  watch.take();
  browser.socket.sent.length = 0;
  return { client, watch };
}

/** Lets the connection go, and the next one come. */
function reconnect(browser: FakeBrowser): void {
  browser.socket.lose();
  browser.pass(20_000);
  browser.socket.open();
}

function test(title: string, fn: (browser: FakeBrowser) => unknown): void {
  Deno.test(`Client: ${title}`, { permissions: "none" }, async () => {
    using browser = new FakeBrowser();
    await fn(browser);
  });
}

test("the first message subscribes to what everybody wants together", (browser) => {
  const client = connect("ws://adapter.example/");
  new Watch(client, [cells("holdingRegisters", 4, 4), cells("coils", 9, 1)]);
  new Watch(client, [cells("holdingRegisters", 0, 5)]);
  new Watch(client, [cells("coils", 10, 2), cells("coils", 65_535, 1)]);
  new Watch(client, [cells("discreteInputs", 0, 1)]);
  assertEquals(browser.socket.url, "ws://adapter.example/");
  browser.socket.open();
  assertEquals(browser.socket.sent, [{
    type: "subscribe",
    id: 1,
    ranges: [
      cells("coils", 9, 3),
      cells("coils", 65_535, 1),
      cells("discreteInputs", 0, 1),
      cells("holdingRegisters", 0, 8),
    ],
    snapshot: true,
    ...{ echo: true, batch: true, meta: true },
  }]);
  client.close();
});

test("subscriptions of one turn are asked for at once, before a write", async (browser) => {
  const { client } = connected(browser);
  const watches = [0, 1, 2, 3].map((i) => {
    return new Watch(client, [cells("inputRegisters", 10 * i, 1)]);
  });
  watches[0]!.end();
  assertEquals(browser.socket.sent, []);
  client.get("coils", 0).catch(() => {});
  assertEquals(browser.socket.sent.map(({ type }) => type), [
    "subscribe",
    "getCoils",
  ]);
  assertEquals(browser.socket.sent[0].ranges, [
    cells("coils", 0, 8),
    cells("inputRegisters", 10, 1),
    cells("inputRegisters", 20, 1),
    cells("inputRegisters", 30, 1),
  ]);
  await turn();
  assertEquals(browser.socket.sent.length, 2);
  watches[1]!.end();
  await turn();
  assertEquals(browser.socket.sent.length, 3);
  // Nobody is new, so nobody needs current values.
  assertEquals(browser.socket.sent[2].snapshot, false);
  client.close();
});

test("what the server tells before the first answer is not reported", (browser) => {
  const client = connect("ws://adapter.example/");
  const watch = new Watch(client, undefined);
  browser.socket.open();
  browser.socket.say({ type: "setCoils", address: 0, value: [true] });
  assertEquals(watch.take(), []);
  assertEquals(client.state, "connecting");
  client.close();
});

test("a snapshot in instalments is live with its last message", (browser) => {
  const client = connect("ws://adapter.example/");
  const watch = new Watch(client, [cells("coils", 0, 8)]);
  const bank = { source: "bank" };
  browser.socket.open();
  answer(browser.socket, 10, { more: true });
  assertEquals(client.state, "connecting");
  browser.socket.say(coils(0, [true], 10, { ...bank, more: true }));
  assertEquals(client.state, "connecting");
  browser.socket.say([
    coils(1, [true], 12, { ...bank, more: true }),
    coils(2, [true], 12, bank),
  ]);
  assertEquals(client.state, "live");
  assertEquals(watch.all.map(({ resync }) => resync), [false, false, false]);
  client.close();
});

test("a snapshot that breaks off is asked for again, not resumed", (browser) => {
  const client = connect("ws://adapter.example/");
  new Watch(client, [cells("coils", 0, 8)]);
  browser.socket.open();
  answer(browser.socket, 10, { more: true });
  browser.socket.say(coils(0, [true], 10, { source: "bank", more: true }));
  reconnect(browser);
  const [{ snapshot, resume }] = browser.socket.sent;
  assertEquals([snapshot, resume], [true, undefined]);
  client.close();
});

test("a new connection resumes behind the last change that was whole", (browser) => {
  const { client } = connected(browser);
  browser.socket.say(coils(0, [true], 11));
  browser.socket.say(coils(0, [true], 12, { more: true }));
  reconnect(browser);
  const [{ snapshot, resume }] = browser.socket.sent;
  assertEquals({ snapshot, resume }, {
    snapshot: true,
    resume: { epoch: "A", seq: 11 },
  });
  client.close();
});

test("missed changes are reported while stale, and it is live behind them", (browser) => {
  const { client, watch } = connected(browser);
  reconnect(browser);
  answer(browser.socket, 10, { resumed: true });
  browser.socket.say(coils(1, [true], 11));
  assertEquals(client.state, "stale");
  assertEquals(watch.take(), [["coils", 1, [true], "modbus"]]);
  // The answer to the same again stands behind the last of them.
  const [, again] = browser.socket.sent;
  assertEquals(again.snapshot, false);
  assertEquals(again.resume, undefined);
  browser.socket.say(coils(1, [false], 12));
  assertEquals(client.state, "stale");
  answer(browser.socket, 12);
  assertEquals(client.state, "live");
  client.close();
});

test("missed changes that break off are resumed from where they did", (browser) => {
  const { client } = connected(browser);
  reconnect(browser);
  answer(browser.socket, 10, { resumed: true });
  browser.socket.say(coils(1, [true], 11));
  reconnect(browser);
  assertEquals(browser.socket.sent[0].resume, { epoch: "A", seq: 11 });
  answer(browser.socket, 11, { resumed: true });
  answer(browser.socket, 11);
  assertEquals(client.state, "live");
  client.close();
});

test("missed changes that a slow client gets as values are waited for", (browser) => {
  const { client } = connected(browser);
  reconnect(browser);
  answer(browser.socket, 10, { resumed: true });
  answer(browser.socket, 11, { more: true });
  assertEquals(client.state, "stale");
  const bank = { source: "bank", resync: true };
  browser.socket.say(coils(1, [true], 12, { ...bank, more: true }));
  assertEquals(client.state, "stale");
  browser.socket.say(coils(2, [true], 12, bank));
  assertEquals(client.state, "live");
  client.close();
});

test("values that replace missed changes are waited for", (browser) => {
  const { client, watch } = connected(browser);
  reconnect(browser);
  answer(browser.socket, 40, { resumed: false, more: true, epoch: "B" });
  assertEquals(client.state, "stale");
  const bank = { source: "bank", resync: true };
  browser.socket.say(coils(0, [true], 40, bank));
  assertEquals(client.state, "live");
  assertEquals(watch.all.map(({ resync }) => resync), [true]);
  client.close();
});

test("a place in one epoch is never asked for in another", (browser) => {
  const { client } = connected(browser);
  reconnect(browser);
  answer(browser.socket, 5, { resumed: false, more: true, epoch: "B" });
  // It ends before the values are there: 10 is a place in A.
  reconnect(browser);
  const [{ snapshot, resume }] = browser.socket.sent;
  assertEquals([snapshot, resume], [true, undefined]);
  client.close();
});

test("a subscription is told from its answer on, not before", async (browser) => {
  const { client, watch } = connected(browser);
  const young = new Watch(client, [cells("coils", 0, 4)]);
  await turn();
  const younger = new Watch(client, [cells("coils", 0, 2)]);
  const [first] = browser.socket.sent;
  browser.socket.say(coils(0, [true], 11));
  assertEquals(watch.take().length, 1);
  assertEquals(young.take(), []);
  await turn();
  const { type, id } = { type: "subscribed", id: first.id };
  browser.socket.say({ type, id, epoch: "A", seq: 11, more: true });
  browser.socket.say(coils(0, new Array(8).fill(true), 11, { source: "bank" }));
  assertEquals([young.take().length, younger.take().length], [1, 0]);
  answer(browser.socket, 11, { more: true });
  browser.socket.say(coils(0, new Array(8).fill(true), 11, { source: "bank" }));
  assertEquals([young.all.at(-1)!.resync, younger.all.at(-1)!.resync], [
    true,
    false,
  ]);
  client.close();
});

test("a subscription without its values is asked for anew, even if others could resume", async (browser) => {
  const { client } = connected(browser);
  const young = new Watch(client, [cells("coils", 0, 4)]);
  await turn();
  answer(browser.socket, 11, { more: true });
  reconnect(browser);
  assertEquals(browser.socket.sent[0].resume, undefined);
  assertEquals(browser.socket.sent[0].snapshot, true);
  // Without it the others can resume again, from where they were.
  young.end();
  reconnect(browser);
  assertEquals(browser.socket.sent[0].resume, { epoch: "A", seq: 10 });
  client.close();
});

test("each answer goes to its request", async (browser) => {
  const { client } = connected(browser);
  const one = client.get("coils", 1);
  const two = client.set("coils", 2, [true]);
  const three = client.get("holdingRegisters", 3);
  const [a, b, c] = browser.socket.sent;
  assertEquals(
    [a.type, b.type, c.type],
    ["getCoils", "setCoils", "getHoldingRegisters"],
  );
  const error = { type: "error", code: "invalid_value", message: "Why" };
  browser.socket.say({ type: "holdingRegisters", value: [3], id: c.id });
  browser.socket.say({ ...error, id: b.id });
  browser.socket.say({ type: "coils", value: [true], id: a.id });
  assertEquals(await one, [true]);
  assertEquals(await three, [3]);
  const { code, message } = await assertRejects(() => two, AdapterError);
  assertEquals([code, message], ["invalid_value", "Why"]);
  client.close();
});

for (
  const { title, data } of [
    { title: "no JSON", data: "{" },
    { title: "null", data: "null" },
    { title: "null in an array", data: "[null]" },
    { title: "binary", data: new ArrayBuffer(2) },
    { title: "a change without values", data: coils(0, [], 11, { value: 1 }) },
    { title: "a change of nowhere", data: coils("0" as never, [true], 11) },
    {
      title: "a change behind the last cell",
      data: coils(131_072, [true], 11),
    },
    { title: "an answer without a place", data: { type: "subscribed", id: 1 } },
  ]
) {
  test(`a message that is ${title} ends the connection, as a change may be lost`, (browser) => {
    const { client, watch } = connected(browser);
    const { socket } = browser;
    const isRaw = typeof data === "string" || data instanceof ArrayBuffer;
    socket.onmessage!({ data: isRaw ? data : JSON.stringify(data) });
    assertEquals(client.state, "stale");
    assert(socket.readyState >= 2);
    // What the old line still says is no news.
    socket.say(coils(0, [true], 12));
    assertEquals(watch.take(), []);
    assertEquals(client.state, "stale");
    browser.pass(10_000);
    assertEquals(browser.sockets.length, 2);
    client.close();
  });
}

for (
  const message of [
    { type: "news", value: 1 },
    { type: "pong" },
    { type: "ok", id: 999 },
    { type: "coils", id: "1", value: [] },
    { type: "error", code: "invalid_message", message: "To nobody" },
    { type: "toString" },
    { type: "__proto__", id: "constructor" },
    [],
    7,
    "text",
  ]
) {
  test(`the message ${JSON.stringify(message)} is passed over`, (browser) => {
    const { client, watch } = connected(browser);
    browser.socket.say(message);
    assertEquals(client.state, "live");
    assertEquals(watch.take(), []);
    browser.socket.say(coils(0, [true], 11));
    assertEquals(watch.take().length, 1);
    client.close();
  });
}

Deno.test(
  "Client: a subscription that the server refuses is an uncaught error",
  {
    permissions: "none",
  },
  async () => {
    const thrown = event(globalThis, "error");
    globalThis.addEventListener("error", (event) => event.preventDefault(), {
      once: true,
    });
    {
      using browser = new FakeBrowser();
      const client = connect("ws://adapter.example/");
      browser.socket.open();
      const [{ id }] = browser.socket.sent;
      const error = { code: "invalid_ranges", message: "Too many" };
      browser.socket.say({ type: "error", id, ...error });
      client.close();
    }
    const { error } = await thrown as ErrorEvent;
    assert(error instanceof AdapterError);
    assertEquals([error.code, error.message], ["invalid_ranges", "Too many"]);
  },
);

test("a token goes beside the subprotocol, with every connection", (browser) => {
  const client = connect("ws://adapter.example/", { token: "s3cret" });
  assertEquals(browser.socket.protocols, ["modbus-ws", "bearer.s3cret"]);
  reconnect(browser);
  assertEquals(browser.sockets.length, 2);
  assertEquals(browser.socket.protocols, ["modbus-ws", "bearer.s3cret"]);
  client.close();
});

test("a token may be another with every connection", (browser) => {
  const tokens = ["first", undefined, "third"];
  const token = () => tokens.shift();
  const client = connect("ws://adapter.example/", { token });
  reconnect(browser);
  reconnect(browser);
  assertEquals(browser.sockets.map(({ protocols }) => protocols), [
    ...[["modbus-ws", "bearer.first"], [], ["modbus-ws", "bearer.third"]],
  ]);
  client.close();
});

for (const token of ["", "a b", "a,b", "base64/==", "é", "a\nb"]) {
  test(`"${token}" is no token: nobody is asked`, async (browser) => {
    const client = connect("ws://adapter.example/", { token });
    await event(client, "closed");
    assertEquals(client.error?.code, "unauthorized");
    assertEquals(browser.sockets.length, 0);
    browser.pass(60_000);
    assertEquals(browser.sockets.length, 0);
  });
}

test("without a token no subprotocol is asked for", (browser) => {
  connect("ws://adapter.example/").close();
  assertEquals(browser.socket.protocols, []);
});

test("a server that asks for a token is not asked again", async (browser) => {
  const client = connect("ws://adapter.example/");
  const read = client.get("coils", 0);
  const closed = event(client, "closed");
  browser.socket.open();
  assertEquals(client.error, undefined);
  const message = "Send a token";
  browser.socket.say({ type: "error", code: "unauthorized", message });
  await closed;
  assertEquals(client.state, "closed");
  assertEquals(client.error?.code, "unauthorized");
  assertEquals(client.error?.message, message);
  const error = await assertRejects(() => read, AdapterError, message);
  assertEquals(error.code, "connection_lost");
  browser.socket.lose(1008);
  browser.pass(60_000);
  assertEquals(browser.sockets.length, 1);
});

test("the answer to a subscription says whether it may write", async (browser) => {
  const { client } = connected(browser);
  assertEquals(client.readOnly, false);
  reconnect(browser);
  answer(browser.socket, 10, { readOnly: true });
  await turn();
  assertEquals(client.state, "live");
  assertEquals(client.readOnly, true);
});
