import { assert, assertEquals, assertMatch } from "@std/assert";
import { startApp, type TestApp } from "../testing/app.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { WsClient } from "../testing/ws_client.ts";
import { Following } from "./following.ts";

type Functions = ReturnType<typeof functionsOf>;

interface Rig {
  readonly app: TestApp;
  readonly plc: Functions;
  readonly following: Following;
}

function test(name: string, fn: (rig: Rig) => Promise<void>): void {
  Deno.test(name, async () => {
    await using app = await startApp();
    using client = await app.modbus();
    await using following = await Following.start(app);
    await fn({ app, plc: functionsOf(client), following });
  });
}

const coils = (address: number, count: number) => ({
  ...{ table: "coils", address, count },
});
const registers = (address: number, count: number) => ({
  ...{ table: "holdingRegisters", address, count },
});

const set = (type: string, address: number, ...value: unknown[]) =>
  JSON.stringify({ type: `set${type}`, address, value });

test("ranges: a write is cut to what a client has asked for", async ({ plc, following }) => {
  await using low = await following.subscriber({ ranges: [coils(0, 8)] });
  await using gap = await following.subscriber({
    ranges: [coils(10, 2), coils(5, 1)],
  });
  await using other = await following.subscriber({ ranges: [registers(0, 9)] });
  const bits = [true, true, false, true, false, false, true, false];
  await plc.writeMultipleCoils(4, bits); // 4 to 11
  await plc.writeMultipleRegisters(8, [1, 2, 3]);
  assertEquals(await following.told(low, gap, other), [
    [set("Coils", 4, true, true, false, true)],
    [set("Coils", 5, true), set("Coils", 10, true, false)],
    [set("HoldingRegisters", 8, 1)],
  ]);
});

test("ranges: without them a client gets everything, with none nothing", async ({ plc, following }) => {
  await using all = await following.subscriber({});
  await using none = await following.subscriber({ ranges: [] });
  await plc.writeSingleCoil(9, true);
  await plc.writeSingleRegister(65_535, 7);
  assertEquals(await following.told(all, none), [
    [set("Coils", 9, true), set("HoldingRegisters", 65_535, 7)],
    [],
  ]);
});

test("subscribe replaces what was asked for before", async ({ plc, following }) => {
  await using client = await following.subscriber({
    ranges: [coils(0, 8)],
    meta: true,
  });
  const asked = { type: "subscribe", ranges: [coils(8, 8)] };
  assertEquals(await client.ask(asked), { type: "subscribed" });
  await plc.writeMultipleCoils(7, [true, true]);
  assertEquals(await following.told(client), [[set("Coils", 8, true)]]);
  assertEquals(await client.ask({ type: "subscribe" }), { type: "subscribed" });
  await plc.writeMultipleCoils(7, [true, false]);
  assertEquals(await following.told(client), [[set("Coils", 7, true, false)]]);
});

test("echo: own writes come back to a client that wants them", async ({ following }) => {
  await using plain = await following.subscriber({ ranges: [coils(0, 9)] });
  await using echo = await following.subscriber({
    ...{ ranges: [coils(0, 9)], echo: true },
  });
  for (const [i, client] of [plain, echo].entries()) {
    client.send({ type: "setCoils", address: i, value: [true] });
    // Both are done in this order. What is told by then is looked at below.
    client.inbox.unshift(...await client.drain());
  }
  const [first, second] = await following.told(plain, echo);
  assertEquals(first, [set("Coils", 1, true)]);
  assertEquals(second, [set("Coils", 0, true), set("Coils", 1, true)]);
});

test("batch: arrays for those who take them, and for no others", async ({ app, following }) => {
  await using plain = await following.subscriber({ ranges: [coils(0, 900)] });
  await using batch = await following.subscriber({
    ...{ ranges: [coils(0, 900)], batch: true },
  });
  const expected: string[] = [];
  const writer = { origin: 0, connection: 99, unitId: 1 } as const;
  for (let i = 0; i < 900; i++) {
    app.bank.write(0, i, 1, Uint8Array.of(i & 1), 0, writer);
    expected.push(set("Coils", i, i % 2 === 1));
  }
  const [single, arrays] = await following.told(plain, batch);
  assertEquals(single, expected);
  const opened = arrays!.flatMap((text) => JSON.parse(text));
  assertEquals(opened.map((one) => JSON.stringify(one)), expected);
  assert(arrays!.some((text) => text.startsWith("[")), "No array");
  assert(arrays!.length < 100, `${arrays!.length} messages`);
});

test("meta: number, time and writer of each write", async ({ app, plc, following }) => {
  await using writer = await following.client();
  await using client = await following.client();
  const before = Date.now();
  const answer = await client.ask({ type: "subscribe", meta: true, id: "m" });
  const seq = app.bank.seq;
  const { epoch } = answer;
  assertMatch(epoch, /^[0-9a-f-]{36}$/);
  assertEquals(answer, { type: "subscribed", epoch, seq, id: "m" });
  await plc.writeSingleCoil(3, true);
  await writer.ask({
    type: "setCoils",
    address: 4,
    value: [0],
    unit: 17,
    id: 1,
  });
  const texts = (await following.told(client))[0]!;
  const [first, second] = texts.map((text) => JSON.parse(text));
  const keys = ["type", "address", "value", "seq", "time", "source"];
  assertEquals(Object.keys(first), [...keys, "connection", "unit"]);
  assertEquals([first.seq, first.source], [seq + 1, "modbus"]);
  assertEquals([second.seq, second.source], [seq + 2, "websocket"]);
  assertEquals(second.unit, 17);
  assert(second.connection > 0);
  for (const { time } of [first, second]) {
    assert(time >= before && time <= Date.now(), `${time}`);
  }
});

test("snapshot: current values as ordinary messages, then changes", async ({ plc, following }) => {
  await plc.writeMultipleRegisters(1, [10, 20]);
  await plc.writeSingleCoil(0, true);
  await using client = await following.client();
  const ranges = [registers(0, 4), coils(0, 2)];
  client.send({ type: "subscribe", ranges, snapshot: true, id: 5 });
  await plc.writeSingleRegister(3, 30);
  assertEquals(await following.told(client), [[
    '{"type":"subscribed","id":5}',
    set("Coils", 0, true, false),
    set("HoldingRegisters", 0, 0, 10, 20, 0),
    set("HoldingRegisters", 3, 30),
  ]]);
});

test("snapshot: without ranges, the whole bank", async ({ plc, following }) => {
  await plc.writeSingleRegister(65_535, 65_535);
  await using client = await following.client();
  const answer = await client
    .ask({ type: "subscribe", snapshot: true, meta: true });
  assertEquals(answer.more, true);
  const cells = new Map<string, unknown[]>();
  for (let more = true; more;) {
    const message = await client.nextJson();
    const { type, address, value } = message;
    const have = cells.get(type) ?? [];
    assertEquals(address, have.length, "A gap, or cells twice");
    cells.set(type, [...have, ...value]);
    more = message.more === true;
  }
  assertEquals([...cells.values()].map(({ length }) => length), [
    ...[65_536, 65_536, 65_536, 65_536],
  ]);
  const holding = cells.get("setHoldingRegisters")!;
  assertEquals(holding.filter((value) => value !== 0), [65_535]);
});

/** Subscriptions that are refused, and the field that the error names. */
const REFUSED: readonly (readonly [
  message: Readonly<Record<string, unknown>>,
  code: string,
  field: string,
])[] = [
  [{ ranges: 5 }, "invalid_ranges", '"ranges"'],
  [{ ranges: [coils(0, 1), {}] }, "invalid_ranges", '"ranges[1].table"'],
  [{ ranges: [coils(0, 0)] }, "invalid_count", '"ranges[0].count"'],
  [
    { ranges: [coils(65_530, 7)] },
    "address_out_of_range",
    '"ranges[0].address"',
  ],
  [{ ranges: [], snapshot: 1 }, "invalid_option", '"snapshot"'],
  [{ ranges: [], batch: "yes" }, "invalid_option", '"batch"'],
  [{ ranges: [], resume: { epoch: "e" } }, "invalid_resume", '"resume.seq"'],
  [{ ranges: [], unit: 256 }, "invalid_unit", '"unit"'],
  [{ ranges: [], id: [1] }, "invalid_id", '"id"'],
];

test("a subscription that is refused leaves the former one as it was", async ({ app, plc, following }) => {
  await using client = await WsClient.open(app.url);
  await client.ask({ type: "subscribe", ranges: [coils(0, 1)] });
  for (const [message, code, field] of REFUSED) {
    const error = await client.ask({ type: "subscribe", ...message });
    assertEquals([error.type, error.code], ["error", code]);
    assert(error.message.startsWith(field), error.message);
    await plc.writeMultipleCoils(0, [true, true]);
    const expected = [set("Coils", 0, true)];
    assertEquals(await following.told(client), [expected], error.message);
  }
});
