// --units: a bank for each unit of a list, for all who ask.
import { assert, assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { PROTOCOL } from "../testing/schema.ts";

const UNITS = { units: [1, 2, 10] } as const;

/** Function codes with a request that any served unit answers. */
const PDUS = [
  "01 0000 0001",
  "03 0000 0001",
  "05 0000 ff00",
  "10 0000 0001 02 0001",
  "16 0000 0000 0001",
  "17 0000 0001 0000 0001 02 0001",
  "08 0000 1234",
  "11",
  "2b 0e 01 00",
  "64",
] as const;

Deno.test("units: a write to one is read from that one alone", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  for (
    const [unit, value] of [[1, "0101"], [2, "0202"], [10, "0a0a"]] as const
  ) {
    await plc.request(fromHex(`06 0005 ${value}`), unit);
    await plc.request(fromHex(`05 0007 ${unit === 2 ? "0000" : "ff00"}`), unit);
    await plc.request(fromHex(`16 0006 0000 ${value}`), unit);
  }
  for (
    const [unit, value] of [[1, "01 01"], [2, "02 02"], [10, "0a 0a"]] as const
  ) {
    const registers = await plc.request(fromHex("03 0005 0002"), unit);
    assertEquals(toHex(registers), `03 04 ${value} ${value}`);
    const coil = await plc.request(fromHex("01 0007 0001"), unit);
    assertEquals(toHex(coil), `01 01 ${unit === 2 ? "00" : "01"}`);
    const both = await plc.request(
      fromHex("17 0005 0001 0100 0001 02 0001"),
      unit,
    );
    assertEquals(toHex(both), `17 02 ${value}`);
  }
});

Deno.test("units: another one answers exception 0B to every function", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  for (const unit of [0, 3, 9, 11, 255]) {
    for (const pdu of PDUS) {
      const bytes = fromHex(pdu);
      const response = await plc.request(bytes, unit);
      assertEquals([...response], [bytes[0]! | 0x80, 0x0b], `${unit}: ${pdu}`);
    }
  }
  assertEquals(app.bank.seq, 0);
});

Deno.test("units: another one is silent when that is wanted, and the next request is answered", async () => {
  await using app = await startApp({ ...UNITS, unknownUnit: "silence" });
  using plc = await app.modbus();
  for (const pdu of PDUS) {
    const bytes = fromHex(pdu);
    const head = Uint8Array.of(0x77, 0x77, 0, 0, 0, bytes.length + 1, 3);
    await plc.send(Uint8Array.of(...head, ...bytes));
    const response = await plc.request(fromHex("03 0000 0001"), 10);
    assertEquals(toHex(response), "03 02 00 00");
  }
  assertEquals(app.bank.seq, 0);
});

Deno.test("units: without a list every unit has the same cells", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  await plc.request(fromHex("06 0005 1234"), 7);
  const response = await plc.request(fromHex("03 0005 0001"), 255);
  assertEquals(toHex(response), "03 02 12 34");
});

Deno.test("units: browsers are told of which, and say which", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  await using all = await app.browser({}, PROTOCOL);
  await using second = await app.browser({}, PROTOCOL);
  const ranges = [{ table: "holdingRegisters", address: 0, count: 10 }];
  const hello = await second.ask({
    ...{ type: "subscribe", unit: 2, ranges, meta: true, id: 1 },
  });
  assertEquals(hello.units, [1, 2, 10]);
  await using mixed = await app.browser({}, PROTOCOL);
  await mixed.ask({
    type: "subscribe",
    ranges: [{ ...ranges[0], unit: 10 }, { ...ranges[0] }],
    id: 1,
  });
  await using whole = await app.browser({}, PROTOCOL);
  await whole.ask({ type: "subscribe", unit: 10, id: 1 });
  for (const unit of [1, 2, 10]) {
    await plc.request(fromHex("06 0003 00ff"), unit);
  }
  const toAll = [await all.next(), await all.next(), await all.next()];
  // A change is told to all clients before the next one.
  const [toSecond, toMixed, toWhole] = [
    await second.drain(),
    await mixed.drain(),
    await whole.drain(),
  ];
  const text = (unit: number) =>
    `{"type":"setHoldingRegisters","address":3,"value":[255],"unit":${unit}}`;
  assertEquals(toAll, [text(1), text(2), text(10)]);
  assertEquals(toMixed, [text(1), text(10)]);
  assertEquals(toWhole, [text(10)]);
  assertEquals(toSecond.length, 1);
  const { type, value, unit, source, seq } = JSON.parse(toSecond[0]!);
  assertEquals(
    { type, value, unit, source, seq },
    {
      ...{ type: "setHoldingRegisters", value: [255], unit: 2 },
      ...{ source: "modbus", seq: 2 },
    },
  );
});

Deno.test("units: a browser writes and reads one; the first unless it says another", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  await using browser = await app.browser({}, PROTOCOL);
  const set = { type: "setHoldingRegisters", address: 0 };
  await browser.ask({ ...set, value: [11], id: 1 });
  await browser.ask({ ...set, value: [22], unit: 10, id: 2 });
  const read = async (unit: number) =>
    toHex(await plc.request(fromHex("03 0000 0001"), unit));
  assertEquals(await read(1), "03 02 00 0b");
  assertEquals(await read(2), "03 02 00 00");
  assertEquals(await read(10), "03 02 00 16");
  const get = { type: "getHoldingRegisters", address: 0, count: 1 };
  assertEquals(await browser.ask({ ...get, id: 3 }), {
    ...{ type: "holdingRegisters", address: 0, value: [11], unit: 1, id: 3 },
  });
  assertEquals(await browser.ask({ ...get, unit: 10, id: 4 }), {
    ...{ type: "holdingRegisters", address: 0, value: [22], unit: 10, id: 4 },
  });
  const error = await browser.ask({ ...set, value: [1], unit: 3, id: 5 });
  assertEquals(error, {
    ...{ type: "error", id: 5, code: "invalid_unit" },
    message: '"unit" must be one of 1, 2, 10 (--units), not 3',
  });
});

Deno.test("units: a snapshot of everything has every unit's cells", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  await plc.request(fromHex("06 ffff 0909"), 10);
  await using browser = await app.browser({}, PROTOCOL);
  await browser.ask({ type: "subscribe", snapshot: true, meta: true, id: 1 });
  const last = new Map<string, unknown>();
  for (let more = true; more;) {
    const message = await browser.nextJson();
    const { type, address, value, unit } = message;
    if (address + value.length === 65_536) {
      last.set(`${unit} ${type}`, value.at(-1));
    }
    more = message.more === true;
  }
  assertEquals(last.size, 12);
  assertEquals(last.get("10 setHoldingRegisters"), 0x0909);
  assertEquals(last.get("2 setHoldingRegisters"), 0);
});

Deno.test("units: over HTTP, too", async () => {
  await using app = await startApp(UNITS);
  const url = `http://127.0.0.1:${app.wsAddr.port}/api/v1/holding-registers/4`;
  const put = await fetch(`${url}?unit=2`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: '{"value":[42]}',
  });
  assertEquals(put.status, 200);
  await put.body?.cancel();
  const read = async (query: string) => await (await fetch(url + query)).json();
  assertEquals(await read("?unit=2"), {
    ...{ address: 4, value: [42], unit: 2, seq: 1 },
  });
  assertEquals(await read(""), { address: 4, value: [0], unit: 1, seq: 1 });
  const { status, detail } = await read("?unit=5");
  assertEquals(status, 400);
  assert(detail.includes("1, 2, 10"), detail);
});
