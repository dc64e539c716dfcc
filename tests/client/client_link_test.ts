/**
 * The client module when the connection is lost: back-off, resume, stale values.
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  AdapterError,
  type Change,
  type Client,
} from "../../src/client/client.js";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { event } from "../testing/queue.ts";
import { Random } from "../testing/random.ts";
import { TcpProxy } from "../testing/tcp_proxy.ts";
import { cells, live, using, Watch } from "../testing/watch.ts";

/** The code that a promise of the client rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, AdapterError)).code;
}

/** Cuts the connection, and resolves when the client knows. */
async function cut(proxy: TcpProxy, client: Client): Promise<void> {
  const stale = event(client, "stale");
  proxy.cut();
  await stale;
}

/** Does something while the link is down; then the client comes back. */
async function whileDown(
  proxy: TcpProxy,
  client: Client,
  action: () => unknown,
): Promise<void> {
  // So that the next connection does not get through before it is done.
  proxy.freeze();
  await cut(proxy, client);
  await action();
  const back = event(client, "live");
  assertEquals(client.state, "stale");
  proxy.thaw();
  await back;
}

Deno.test("Client: a cut connection is stale, then live with all missed changes", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  using held = using(proxy.url);
  const { client } = held;
  const watch = new Watch(client, [cells("coils", 3, 2)]);
  await live(client);
  watch.take();
  await whileDown(proxy, client, async () => {
    // A pulse, and a change of a cell that nobody has asked for.
    await plc.request(fromHex("05 0003 ff00"));
    await plc.request(fromHex("05 0003 0000"));
    await plc.request(fromHex("06 0003 0001"));
  });
  assertEquals(watch.all.map(({ resync }) => resync), [false, false]);
  assertEquals(watch.take(), [
    ["coils", 3, [true], "modbus"],
    ["coils", 3, [false], "modbus"],
  ]);
  await client.set("coils", 4, [true]);
  assertEquals((await watch.next()).values, [true]);
});

Deno.test("Client: a cut connection is live again although nothing was missed", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using held = using(proxy.url);
  const watch = new Watch(held.client, [cells("coils", 0, 1)]);
  await live(held.client);
  watch.take();
  await whileDown(proxy, held.client, () => {});
  assertEquals(watch.take(), []);
});

Deno.test("Client: current values make up for changes that the server has forgotten", async () => {
  await using app = await startApp({ history: 0 });
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  using held = using(proxy.url);
  const { client } = held;
  const watch = new Watch(client, [cells("holdingRegisters", 0, 2)]);
  await live(client);
  watch.take();
  await whileDown(proxy, client, async () => {
    await plc.request(fromHex("06 0000 0001"));
    await plc.request(fromHex("06 0000 0002"));
  });
  assertEquals(watch.all.map(({ resync }) => resync), [true]);
  assertEquals(watch.take(), [["holdingRegisters", 0, [2, 0], "bank"]]);
});

Deno.test("Client: a server that starts anew on the same port is resynchronised with", async () => {
  const first = await startApp();
  using plc = await first.modbus();
  await plc.request(fromHex("06 0000 0001"));
  using held = using(first.url);
  const { client } = held;
  const watch = new Watch(client, [cells("holdingRegisters", 0, 1)]);
  await live(client);
  assertEquals(watch.take(), [["holdingRegisters", 0, [1], "bank"]]);
  const stale = event(client, "stale");
  await first.stop();
  await stale;
  assertEquals(await codeOf(client.set("coils", 0, [true])), "not_connected");
  await using _second = await startApp({ wsPort: first.wsAddr.port });
  await live(client);
  assertEquals(watch.all.map(({ resync }) => resync), [true]);
  assertEquals(watch.take(), [["holdingRegisters", 0, [0], "bank"]]);
  await client.set("holdingRegisters", 0, [5]);
  assertEquals((await watch.next()).values, [5]);
});

Deno.test("Client: a silent link is stale, and live when it carries again", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  using held = using(proxy.url, { silence: 50 });
  const { client } = held;
  const watch = new Watch(client, [cells("holdingRegisters", 0, 1)]);
  await live(client);
  const stale = event(client, "stale");
  proxy.freeze();
  await plc.request(fromHex("06 0000 0007"));
  // Nothing is closed: only the client's own doubt can tell.
  await stale;
  proxy.thaw();
  await watch.until(({ values }) => values[0] === 7);
  await live(client);
  await client.set("holdingRegisters", 0, [8]);
  await watch.until(({ values }) => values[0] === 8);
});

Deno.test("Client: what is subscribed while stale gets its current values", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  await plc.request(fromHex("06 0000 0009"));
  using held = using(proxy.url);
  const { client } = held;
  const old = new Watch(client, [cells("coils", 0, 1)]);
  await live(client);
  old.take();
  let young: Watch | undefined;
  await whileDown(proxy, client, async () => {
    young = new Watch(client, [cells("holdingRegisters", 0, 1)]);
    await plc.request(fromHex("05 0000 ff00"));
  });
  assertEquals(young!.all.map(({ resync }) => resync), [false]);
  assertEquals(young!.take(), [["holdingRegisters", 0, [9], "bank"]]);
  // Changes may have been missed by the one that was there before.
  assertEquals(old.all.map(({ resync }) => resync), [true]);
  assertEquals(old.take(), [["coils", 0, [true], "bank"]]);
});

Deno.test("Client: what is ended while stale is told nothing, and the others go on", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  using held = using(proxy.url);
  const { client } = held;
  const ended = new Watch(client, undefined);
  const kept = new Watch(client, [cells("coils", 0, 1)]);
  await live(client);
  ended.take();
  kept.take();
  await whileDown(proxy, client, async () => {
    ended.end();
    await plc.request(fromHex("05 0000 ff00"));
  });
  assertEquals(kept.take(), [["coils", 0, [true], "modbus"]]);
  assertEquals(ended.take(), []);
});

Deno.test("set() rejects at once while the link is down", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using held = using(proxy.url, { minDelay: 60_000 });
  await live(held.client);
  await cut(proxy, held.client);
  assertEquals(
    await codeOf(held.client.set("coils", 0, [true])),
    "not_connected",
  );
  assertEquals(await codeOf(held.client.get("coils", 0)), "not_connected");
});

Deno.test("set() without an answer rejects when the connection is lost, and says so", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using held = using(proxy.url);
  await live(held.client);
  proxy.freeze();
  const doubtful = codeOf(held.client.set("coils", 0, [true]));
  proxy.cut();
  assertEquals(await doubtful, "connection_lost");
});

Deno.test("set() before a first connection that fails rejects: it was not sent", async () => {
  await using app = await startApp();
  const proxy = new TcpProxy(app.wsAddr);
  await proxy[Symbol.asyncDispose]();
  using held = using(proxy.url, { minDelay: 60_000 });
  const { client } = held;
  assertEquals(await codeOf(client.set("coils", 0, [true])), "not_connected");
  assertEquals(client.state, "connecting");
  // Between two attempts nothing waits, either.
  assertEquals(await codeOf(client.set("coils", 0, [true])), "not_connected");
});

Deno.test("Client: a message that is too large says why it was not done", async () => {
  await using app = await startApp({ maxMessage: 1024 });
  using held = using(app.url);
  const values = new Array(1000).fill(0);
  const error = await assertRejects(
    () => held.client.set("holdingRegisters", 0, values),
    AdapterError,
  );
  assertEquals(error.code, "connection_lost");
  assert(error.message.includes("1009"), error.message);
  assert(error.message.includes("1024"), error.message);
});

Deno.test("Client: no change is lost or told twice while writers run and the link is cut", async () => {
  const CUTS = 60;
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using held = using(proxy.url);
  const { client } = held;
  const random = new Random(20_260_801);
  const changes: Change[] = [];
  const copy = new Array(65_536).fill(undefined);
  client.subscribe(undefined, (change) => {
    if (change.source !== "bank") changes.push(change);
    if (change.table !== "holdingRegisters") return;
    for (const [i, value] of change.values.entries()) {
      copy[change.address + i] = value;
    }
  });
  await live(client);
  let running = true;
  const writers = [1, 2, 3].map(async (writer) => {
    using plc = await app.modbus();
    for (let i = 0; running; i++) {
      const pdu = [6, 0, random.int(32), writer, i & 0xff];
      await plc.request(Uint8Array.from(pdu));
    }
  });
  for (let i = 0; i < CUTS; i++) {
    // Cut after some more changes, in the middle of others.
    const enough = changes.length + random.int(20);
    while (changes.length < enough) await client.get("coils", 0);
    await cut(proxy, client);
    await live(client);
  }
  running = false;
  await Promise.all(writers);
  const { bank } = app;
  const expected = new Uint8Array(65_536 * 2);
  bank.read(3, 0, 65_536, expected, 0);
  assert(changes.length > CUTS);
  while (changes.at(-1)?.seq !== bank.seq) await client.get("coils", 0);
  assertEquals(changes.map(({ seq }) => seq), changes.map((_, i) => i + 1));
  const view = new DataView(expected.buffer);
  assertEquals(copy, copy.map((_, i) => view.getUint16(2 * i)));
});

Deno.test("Client: no subscription misses a change while others come and go and the link is cut", async () => {
  await using app = await startApp();
  await using proxy = new TcpProxy(app.wsAddr);
  using plc = await app.modbus();
  using held = using(proxy.url);
  const { client } = held;
  const random = new Random(7);
  const table = "holdingRegisters";
  /** The copy of each subscription, and what it is of. */
  const kept: { first: number; copy: unknown[]; end: () => void }[] = [];
  const begin = () => {
    const [first, count] = [random.int(24), random.between(1, 8)];
    const copy = new Array(count).fill(undefined);
    const ranges = [cells(table, first, count)];
    const end = client.subscribe(ranges, ({ address, values }) => {
      assert(address >= first && address + values.length <= first + count);
      copy.splice(address - first, values.length, ...values);
    });
    kept.push({ first, copy, end });
  };
  let value = 0;
  for (let i = 0; i < 300; i++) {
    const [to, count] = [random.int(28), random.between(1, 4)];
    const values = Array.from({ length: count }, () => ++value);
    const bytes = values.flatMap((value) => [value >> 8, value & 0xff]);
    const pdu = [16, 0, to, 0, count, 2 * count, ...bytes];
    await plc.request(Uint8Array.from(pdu));
    if (random.oneIn(3)) begin();
    if (random.oneIn(4)) kept.splice(random.int(kept.length), 1)[0]?.end();
    if (random.oneIn(10)) proxy.cut();
  }
  begin();
  // Current values of the last cell come behind those of all others.
  await new Watch(client, [cells(table, 65_535, 1)]).next();
  const read = new Uint8Array(2 * 32);
  app.bank.read(3, 0, 32, read, 0);
  const now = Array.from(
    { length: 32 },
    (_, i) => new DataView(read.buffer).getUint16(2 * i),
  );
  for (const { first, copy } of kept) {
    assertEquals(copy, now.slice(first, first + copy.length));
  }
  assert(kept.length > 0);
});
