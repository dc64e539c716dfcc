/**
 * The client module against the program: what it reports, writes and reads
 * while the connection lasts.
 * @module
 */
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { AdapterError, Client, connect } from "../../src/client/client.js";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { event } from "../testing/queue.ts";
import { cells, live, using, Watch } from "../testing/watch.ts";

Deno.test("connect() goes from connecting to live to closed", async () => {
  await using app = await startApp();
  const client = connect(app.url);
  assertInstanceOf(client, Client);
  assertEquals(client.state, "connecting");
  await event(client, "live");
  assertEquals(client.state, "live");
  const closed = event(client, "closed");
  client.close();
  assertEquals(client.state, "closed");
  await closed;
});

Deno.test("connect() throws on what is no URL", () => {
  assertThrows(() => connect("not a URL"), DOMException);
});

Deno.test("subscribe() reports current values first, then changes cut to the ranges", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  await plc.request(fromHex("10 0004 0002 04 0102 0304"));
  using held = using(app.url);
  const { client } = held;
  const before = Date.now();
  const watch = new Watch(client, [
    cells("holdingRegisters", 4, 3),
    cells("coils", 0, 2),
  ]);
  await live(client);
  assertEquals(watch.take(), [
    ["coils", 0, [false, false], "bank"],
    ["holdingRegisters", 4, [0x0102, 0x0304, 0], "bank"],
  ]);
  // Registers 5 to 8, of which the first two are asked for; then register 3, which is not.
  await plc.request(fromHex("10 0005 0004 08 000a 000b 000c 000d"));
  await plc.request(fromHex("06 0003 ffff"));
  await plc.request(fromHex("05 0001 ff00"));
  const { seq, time, resync } = await watch.next();
  assertEquals({ seq, resync }, { seq: 2, resync: false });
  assert(time >= before && time <= Date.now());
  const { table, address, values, source } = await watch.next();
  assertEquals(
    { table, address, values, source },
    { table: "coils", address: 1, values: [true], source: "modbus" },
  );
});

Deno.test("subscribe() without ranges reports every cell", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  await plc.request(fromHex("06 ffff 1234"));
  using held = using(app.url);
  const watch = new Watch(held.client, undefined);
  await live(held.client);
  const bank = new Map<string, unknown[]>();
  // In pieces, from the first cell to the last.
  for (const [table, address, values] of watch.take()) {
    const known = bank.get(table) ?? [];
    assertEquals(address, known.length);
    bank.set(table, known.concat(values));
  }
  const size = 65_536;
  assertEquals(bank.get("coils"), new Array(size).fill(false));
  assertEquals(bank.get("discreteInputs"), new Array(size).fill(false));
  assertEquals(bank.get("inputRegisters"), new Array(size).fill(0));
  assertEquals(
    bank.get("holdingRegisters"),
    [...new Array(size - 1).fill(0), 0x1234],
  );
  await plc.request(fromHex("06 ffff 1235"));
  const { table, address, values } = await watch.next();
  assertEquals([table, address, values], ["holdingRegisters", 65_535, [4661]]);
});

Deno.test("subscribe() with no range reports nothing", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const none = new Watch(held.client, []);
  const one = new Watch(held.client, [cells("coils", 0, 1)]);
  await live(held.client);
  await held.client.set("coils", 0, [true]);
  await one.until(({ values }) => values[0] === true);
  assertEquals(none.take(), []);
});

Deno.test("subscribe() reports own writes", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const watch = new Watch(held.client, [cells("discreteInputs", 7, 4)]);
  // Subscribed before the write was asked for: so it is told of it, whenever that was sent.
  await held.client.set("discreteInputs", 8, [1, 0, true].map(Boolean));
  await watch.until(({ source }) => source === "websocket");
  await held.client.set("discreteInputs", 8, [false]);
  const { address, values, source } = await watch.next();
  assertEquals(
    { address, values, source },
    { address: 8, values: [false], source: "websocket" },
  );
});

Deno.test("subscribe() reports overlapping ranges once to each subscription", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  using held = using(app.url);
  const { client } = held;
  const table = "holdingRegisters";
  const one = new Watch(client, [cells(table, 4, 4), cells(table, 0, 6)]);
  const two = new Watch(client, [cells(table, 6, 4)]);
  const three = new Watch(client, [cells(table, 2, 1), cells(table, 7, 1)]);
  await live(client);
  for (const watch of [one, two, three]) watch.take();
  await plc.request(fromHex("10 0000 0008 10" + "0001".repeat(8)));
  await plc.request(fromHex("06 0009 0002"));
  await two.until(({ address }) => address === 9);
  const ones = (count: number) => new Array(count).fill(1);
  assertEquals(one.take(), [[table, 0, ones(8), "modbus"]]);
  assertEquals(three.take(), [
    [table, 2, [1], "modbus"],
    [table, 7, [1], "modbus"],
  ]);
});

Deno.test("subscribe() takes more ranges than the server does", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const every2nd = Array.from(
    { length: 2000 },
    (_, i) => cells("coils", 2 * i, 1),
  );
  const watch = new Watch(held.client, every2nd);
  await live(held.client);
  assertEquals(watch.take().map(([, address]) => address), [
    ...every2nd.map(({ address }) => address),
  ]);
  await held.client.set("coils", 3996, [true, true, true]);
  assertEquals((await watch.next()).address, 3996);
  assertEquals((await watch.next()).address, 3998);
});

for (
  const { title, range } of [
    { title: "an unknown table", range: cells("coil" as "coils", 0, 1) },
    { title: "no cell", range: cells("coils", 0, 0) },
    { title: "a negative address", range: cells("coils", -1, 2) },
    { title: "an end behind the last cell", range: cells("coils", 65_535, 2) },
    { title: "half an address", range: cells("coils", 0.5, 1) },
    { title: "no count", range: { table: "coils", address: 0 } as never },
  ]
) {
  Deno.test(`subscribe() refuses a range with ${title}, and only that`, async () => {
    await using app = await startApp();
    using held = using(app.url);
    const watch = new Watch(held.client, [cells("coils", 0, 1)]);
    assertThrows(() => held.client.subscribe([range], () => {}), RangeError);
    await live(held.client);
    assertEquals(watch.take(), [["coils", 0, [false], "bank"]]);
  });
}

Deno.test("subscribe() while live reports current values to the new one", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  using held = using(app.url);
  const { client } = held;
  const old = new Watch(client, [cells("coils", 0, 1)]);
  await live(client);
  await plc.request(fromHex("06 0000 0007"));
  const young = new Watch(client, [cells("holdingRegisters", 0, 1)]);
  const { values, source, resync } = await young.next();
  assertEquals(
    { values, source, resync },
    { values: [7], source: "bank", resync: false },
  );
  // The old one has had its values: when they come again they may hide a change.
  assertEquals(
    old.all.map(({ source, resync }) => [source, resync]),
    [["bank", false], ["bank", true]],
  );
  assertEquals(client.state, "live");
});

Deno.test("subscribe() in onChange reports current values first, too", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  let young: Watch | undefined;
  client.subscribe([cells("coils", 0, 4)], ({ source }) => {
    if (source === "bank") return;
    young ??= new Watch(client, [cells("coils", 0, 8)]);
  });
  await live(client);
  // Both are told in one message, if they can be.
  client.set("coils", 0, [true]);
  await client.set("coils", 1, [true]);
  await client.get("coils", 0);
  const { values, source } = await young!.next();
  assertEquals([values.length, source], [8, "bank"]);
  assertEquals(values.slice(0, 2), [true, true]);
});

Deno.test("subscribe() returns what ends it, and it alone", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const ended = new Watch(client, undefined);
  const kept = new Watch(client, [cells("coils", 5, 1)]);
  await live(client);
  ended.take();
  kept.take();
  ended.end();
  ended.end();
  await client.set("coils", 5, [true]);
  assertEquals((await kept.next()).values, [true]);
  assertEquals(ended.take(), []);
  assertEquals(kept.take(), [], "values were sent once more");
});

Deno.test("subscribe() and its end before the answer leave the others right", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const kept = new Watch(client, [cells("coils", 0, 1)]);
  const ended = new Watch(client, undefined);
  // Connected, not answered: the first answer comes before that to the subscriptions.
  await client.get("coils", 0);
  ended.end();
  await live(client);
  assertEquals(kept.take()[0], ["coils", 0, [false], "bank"]);
  await client.set("coils", 0, [true]);
  await kept.until(({ source }) => source === "websocket");
});

Deno.test("onChange that ends its subscription gets no further part", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const ranges = [cells("coils", 0, 1), cells("coils", 4, 1)];
  const told: number[] = [];
  const end = client.subscribe(ranges, ({ address, source }) => {
    if (source === "bank") return;
    told.push(address);
    end();
  });
  const other = new Watch(client, ranges);
  await live(client);
  other.take();
  await client.set("coils", 0, new Array(8).fill(true));
  assertEquals((await other.next()).address, 0);
  assertEquals((await other.next()).address, 4);
  assertEquals(told, [0]);
});

Deno.test("onChange that closes the client gets nothing more", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const told: string[] = [];
  client.subscribe(undefined, ({ table }) => {
    told.push(table);
    client.close();
  });
  await event(client, "closed");
  assertEquals(told, ["coils"]);
  assertEquals(client.state, "closed");
});

Deno.test("onChange that throws is reported as other listeners are, and others are told", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const thrown = event(globalThis, "error");
  globalThis.addEventListener("error", (event) => event.preventDefault(), {
    once: true,
  });
  const end = client.subscribe([cells("coils", 0, 1)], () => {
    end();
    throw new Error("Thrown by a test");
  });
  const other = new Watch(client, [cells("coils", 0, 1)]);
  assertEquals((await other.next()).values, [false]);
  assertEquals(
    ((await thrown) as ErrorEvent).error.message,
    "Thrown by a test",
  );
  await client.set("coils", 0, [true]);
  await other.until(({ values }) => values[0] === true);
});

Deno.test("set() resolves when Modbus clients see the values", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  using held = using(app.url);
  await held.client.set("inputRegisters", 65_534, Uint16Array.of(1, 0xfffe));
  const read = await plc.request(fromHex("04 fffe 0002"));
  assertEquals(read, fromHex("04 04 0001 fffe"));
  await held.client.set("coils", 0, [true, false, true]);
  assertEquals(await plc.request(fromHex("01 0000 0003")), fromHex("01 01 05"));
});

for (
  const { title, code, set } of [
    {
      title: "an address behind the last",
      code: "address_out_of_range",
      set: (client: Client) => client.set("coils", 65_535, [true, true]),
    },
    {
      title: "half an address",
      code: "invalid_address",
      set: (client: Client) => client.set("coils", 0.5, [true]),
    },
    {
      title: "a register that is too large",
      code: "invalid_value",
      set: (client: Client) => client.set("holdingRegisters", 0, [65_536]),
    },
    {
      title: "NaN",
      code: "invalid_value",
      set: (client: Client) => client.set("holdingRegisters", 0, [NaN]),
    },
    {
      title: "no values",
      code: "invalid_value",
      set: (client: Client) => client.set("holdingRegisters", 0, []),
    },
    {
      title: "an unknown table",
      code: "unknown_type",
      set: (client: Client) => client.set("registers" as "coils", 0, [1]),
    },
  ] as const
) {
  for (const when of ["before the connection", "live"]) {
    Deno.test(`set() rejects ${title} with the server's error, ${when}`, async () => {
      await using app = await startApp();
      using held = using(app.url);
      if (when === "live") await live(held.client);
      const error = await assertRejects(() => set(held.client), AdapterError);
      assertEquals([error.code, error.name], [code, "AdapterError"]);
      assert(error.message.length > 0);
      await live(held.client);
      await held.client.set("coils", 0, [true]);
    });
  }
}

Deno.test("set() rejects what JSON has no text for, and sends the others", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const bad = client.set("coils", 0, [1n as unknown as boolean]);
  const good = client.set("coils", 0, [true]);
  await assertRejects(() => bad, TypeError);
  await good;
  assertEquals(await client.get("coils", 0), [true]);
});

Deno.test("get() reads cells, one unless told", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  using held = using(app.url);
  await plc.request(fromHex("10 0004 0002 04 0102 0304"));
  const { client } = held;
  assertEquals(await client.get("holdingRegisters", 4), [258]);
  assertEquals(await client.get("holdingRegisters", 3, 4), [0, 258, 772, 0]);
  assertEquals(await client.get("discreteInputs", 0, 2), [false, false]);
  const error = await assertRejects(
    () => client.get("coils", 0, 0),
    AdapterError,
  );
  assertEquals(error.code, "invalid_count");
});

Deno.test("set() and get() before the first connection wait for it, in order", async () => {
  await using app = await startApp();
  using held = using(app.url);
  const { client } = held;
  const watch = new Watch(client, [cells("coils", 0, 1)]);
  const [, one, , two] = await Promise.all([
    client.set("coils", 0, [true]),
    client.get("coils", 0),
    client.set("coils", 0, [false]),
    client.get("coils", 0),
  ]);
  assertEquals([one, two], [[true], [false]]);
  await watch.until(({ source, values }) =>
    source === "websocket" && values[0] === false
  );
});
