import { assert, assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { BankModel } from "../bank/model.ts";
import type { Serving } from "../http/serving.ts";
import { apply, assertSameAsBank } from "../push/replica.ts";
import { event, Queue } from "../testing/queue.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import { call } from "./contract.ts";
import { EventStream } from "./event_stream.ts";
import { serveRest } from "./serving.ts";

const { coils, holdingRegisters } = Table;

const PLC = { origin: Origin.modbus, connection: 9, unitId: 17 };

/** A Modbus client sets a coil. */
function set(serving: Serving, address: number, value = 1): void {
  serving.bank.write(coils, address, 1, Uint8Array.of(value), 0, PLC);
}

/** Opens a stream and takes its first event, the answer. */
async function open(
  serving: Serving,
  query = "",
  headers: Record<string, string> = {},
) {
  const url = `${serving.origin}/api/v1/changes${query}`;
  const stream = await EventStream.open(url, headers);
  return { stream, first: await stream.next() };
}

Deno.test("GET changes is a stream that no cache and no proxy keeps", async () => {
  await using serving = serveRest();
  const { stream, first } = await open(serving, "", {
    "accept-encoding": "gzip, br",
  });
  await using _ = stream;
  const { status, headers } = stream.response;
  assertEquals(status, 200);
  assertEquals(headers.get("content-type"), "text/event-stream");
  assertEquals(headers.get("cache-control"), "no-cache, no-transform");
  assertEquals(headers.get("content-encoding"), null);
  assertEquals(first.event, "subscribed");
  const { epoch } = serving.hub;
  assertEquals(first.id, `${epoch}:0`);
  assertEquals(first.data, { type: "subscribed", epoch, seq: 0 });
});

Deno.test("GET changes tells of every write, in the order of the writes", async () => {
  await using serving = serveRest();
  await using browser = await WsClient.open(serving.url);
  const { stream } = await open(serving);
  await using _ = stream;
  set(serving, 3);
  const message = { type: "setInputRegisters", address: 1, value: [7], id: 1 };
  await browser.ask({ type: "subscribe", ranges: [] });
  await browser.ask(message);
  const { id, event, data: { time, ...plc } } = await stream.next();
  assertEquals([event, id], [undefined, `${serving.hub.epoch}:1`]);
  assert(Math.abs(time - Date.now()) < 60_000);
  assertEquals(plc, {
    ...{ type: "setCoils", address: 3, value: [true] },
    ...{ seq: 1, source: "modbus", connection: 9, unit: 17 },
  });
  const { data } = await stream.next();
  assertEquals([data.seq, data.type, data.value, data.source], [
    ...[2, "setInputRegisters", [7], "websocket"],
  ]);
});

Deno.test("GET changes?ranges tells of these cells alone", async () => {
  await using serving = serveRest();
  const { stream } = await open(serving, "?ranges=coils:2-3,coils:8");
  await using _ = stream;
  const bits = Uint8Array.of(0xff, 0xff);
  serving.bank.write(holdingRegisters, 2, 1, bits, 0, PLC);
  serving.bank.write(coils, 0, 16, bits, 0, PLC);
  const one = await stream.next();
  const two = await stream.next();
  assertEquals([one.data.address, one.data.value], [2, [true, true]]);
  assertEquals([two.data.address, two.data.value], [8, [true]]);
  // With the first of them the client does not have all of the write yet.
  assertEquals([one.id, two.id], [undefined, `${serving.hub.epoch}:2`]);
});

Deno.test("GET changes?snapshot=true begins with the current values", async () => {
  await using serving = serveRest();
  set(serving, 3);
  const { stream, first } = await open(
    serving,
    "?ranges=coils:2-4&snapshot=true",
  );
  await using _ = stream;
  // Until the values are there it is no place to go on from.
  assertEquals([first.id, first.data.more], [undefined, true]);
  const { id, data } = await stream.next();
  assertEquals([data.address, data.value], [2, [false, true, false]]);
  assertEquals([data.source, data.resync], ["bank", undefined]);
  assertEquals(id, `${serving.hub.epoch}:1`);
  set(serving, 4);
  assertEquals((await stream.next()).data.seq, 2);
});

Deno.test("GET changes with Last-Event-ID goes on behind it", async () => {
  await using serving = serveRest();
  set(serving, 1);
  set(serving, 2);
  set(serving, 3);
  const { stream, first } = await open(serving, "", {
    "last-event-id": `${serving.hub.epoch}:1`,
  });
  await using _ = stream;
  assertEquals([first.data.seq, first.data.resumed], [1, true]);
  assertEquals((await stream.next()).data.address, 2);
  assertEquals((await stream.next()).data.address, 3);
});

for (
  const id of ["another-run:1", "nonsense", "EPOCH:99", "EPOCH:-1", "EPOCH:x"]
) {
  Deno.test(`GET changes with Last-Event-ID ${id} begins with current values`, async () => {
    await using serving = serveRest();
    set(serving, 1);
    const { stream, first } = await open(serving, "?ranges=coils:0-1", {
      "last-event-id": id.replace("EPOCH", serving.hub.epoch),
    });
    await using _ = stream;
    assertEquals(first.data.resumed, false);
    const { data } = await stream.next();
    assertEquals([data.value, data.resync], [[false, true], true]);
  });
}

Deno.test("GET changes gives signs of life", async () => {
  await using serving = serveRest({ heartbeat: 1 });
  await using stream = await EventStream.open(
    `${serving.origin}/api/v1/changes`,
  );
  const blocks = [];
  for (let i = 0; i < 4; i++) blocks.push(await stream.block());
  assertEquals([blocks[0], ...blocks.slice(2)], ["retry: 1000", ":", ":"]);
});

/** Queries that are wrong, and what their problem is. */
const WRONG: readonly (readonly [query: string, problem: string])[] = [
  ["ranges=coil", "invalid-ranges"],
  ["ranges=", "invalid-ranges"],
  ["snapshot=1", "invalid-option"],
  ["range=coils", "unknown-parameter"],
  ["ranges=coils&ranges=coils", "repeated-parameter"],
];

for (const [query, problem] of WRONG) {
  Deno.test(`GET changes?${query} is 400 ${problem}`, async () => {
    await using serving = serveRest();
    const { status, body } = await call(
      `${serving.origin}/api/v1/changes?${query}`,
    );
    assertEquals([status, body.type], [400, `/problems/${problem}`]);
    assertEquals(serving.hub.size, 0);
  });
}

Deno.test("HEAD changes opens no stream", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/changes`;
  const { status, headers, body } = await fetch(url, { method: "HEAD" });
  assertEquals([status, body], [200, null]);
  assertEquals(headers.get("content-type"), "text/event-stream");
  assertEquals(serving.hub.size, 0);
});

Deno.test("GET changes counts as a client until it is gone", async () => {
  await using serving = serveRest({}, { maxClients: 2 });
  await using browser = await WsClient.open(serving.url);
  const { stream } = await open(serving);
  assertEquals(serving.hub.size, 2);
  const url = `${serving.origin}/api/v1/changes`;
  const { status, body } = await call(url);
  assertEquals([status, body.type], [503, "/problems/max-clients"]);
  await serving.lines.until(
    /^warn Refused event stream client .*--max-clients/,
  );
  await stream[Symbol.asyncDispose]();
  await within(serving.lines.until(/Event stream .* disconnected/), "the end");
  assertEquals(serving.hub.size, 1);
  const { stream: next } = await open(serving);
  await next[Symbol.asyncDispose]();
  assertEquals(await browser.ask({ type: "ping" }), { type: "pong" });
});

Deno.test("GET changes ends when the server stops, behind the last write", async () => {
  await using serving = serveRest();
  const { stream } = await open(serving);
  await using _ = stream;
  set(serving, 1);
  await serving.hub.close(1000);
  assertEquals((await stream.next()).data.seq, 1);
  assertEquals(await stream.block(), undefined);
  await serving.stop(60_000);
  const late = fetch(`${serving.origin}/api/v1/changes`);
  await late.then(
    () => assert(false, "It listens still"),
    (error) => assert(error instanceof TypeError),
  );
});

Deno.test("GET changes gives a client that does not read current values in the end", async () => {
  await using serving = serveRest();
  const { bank, hub } = serving;
  const { stream } = await open(serving);
  await using _ = stream;
  const values = new Uint8Array(2 * 65536);
  // What the system buffers is not bounded by this program: some megabytes.
  for (let i = 0; hub.behind === 0; i++) {
    assert(i < 1000, "It takes and takes");
    values.fill(i);
    bank.write(holdingRegisters, 0, 65536, values, 0, PLC);
    await new Promise((resolve) => setImmediate(resolve));
  }
  set(serving, 5);
  const cells = new BankModel();
  let resyncs = 0;
  for (;;) {
    const { id, data } = await stream.next();
    apply(cells, data);
    if (data.resync) resyncs++;
    if (id === `${hub.epoch}:${bank.seq}`) break;
  }
  assert(resyncs > 0, "Nothing was left out");
  assertSameAsBank(cells, bank);
  assertEquals(hub.behind, 0);
});

Deno.test("EventSource goes on where it was after its connection was lost", async () => {
  await using serving = serveRest();
  await using proxy = new TcpProxy(serving.addr);
  const url = `${proxy.url.replace("ws:", "http:")}api/v1/changes?ranges=coils`;
  const source = new EventSource(url);
  const messages = new Queue<MessageEvent>();
  source.onmessage = (message) => messages.add(message);
  try {
    await event(source, "subscribed");
    set(serving, 1);
    assertEquals(JSON.parse((await messages.next()).data).address, 1);
    const lost = event(source, "error");
    const back = event(source, "subscribed");
    proxy.cut();
    await lost;
    set(serving, 2);
    set(serving, 3);
    const { data } = await back as MessageEvent;
    assertEquals(JSON.parse(data).resumed, true);
    assertEquals(JSON.parse((await messages.next()).data).address, 2);
    assertEquals(JSON.parse((await messages.next()).data).address, 3);
  } finally {
    source.close();
  }
});
