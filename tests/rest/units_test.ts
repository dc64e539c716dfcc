// The HTTP interface where units have cells of their own.
import { assert, assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { Table, TABLE_SIZE, wireLength } from "../../src/bank/tables.ts";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { call } from "./contract.ts";
import { EventStream } from "./event_stream.ts";
import { put } from "./serving.ts";

const UNITS = { units: [3, 7] } as const;

Deno.test("units: cells and changes of one unit", async () => {
  await using app = await startApp(UNITS);
  using plc = await app.modbus();
  const api = `${app.url.replace("ws:", "http:")}api/v1`;
  const changes = `${api}/changes?unit=7&ranges=coils:0-9`;
  await using stream = await EventStream.open(changes);
  assertEquals((await stream.next()).event, "subscribed");
  // Of one unit, and of the other.
  await plc.request(fromHex("05 0001 ff00"), 3);
  assertEquals((await call(`${api}/coils/1?unit=7`, put([1]))).status, 200);
  const { data: { time: _, ...change } } = await stream.next();
  assertEquals(change, {
    ...{ type: "setCoils", address: 1, value: [true], unit: 7 },
    ...{ seq: 2, source: "rest", connection: 1 },
  });
  const read = async (unit: number) =>
    (await call(`${api}/coils/0?count=2&unit=${unit}`)).body;
  const expected = { address: 0, value: [false, true], seq: 2 };
  assertEquals(await read(3), { ...expected, unit: 3 });
  assertEquals(await read(7), { ...expected, unit: 7 });
});

Deno.test("units: what GET /api/v1/bank gives can be put, however many there are", async () => {
  const units = Array.from({ length: 12 }, (_, i) => i + 1);
  await using app = await startApp({ units });
  const { bank } = app;
  const url = `${app.url.replace("ws:", "http:")}api/v1/bank`;
  const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
  for (let table = 0; table < bank.units.tableCount; table++) {
    const cells = new Uint8Array(wireLength(table, TABLE_SIZE)).fill(0xee);
    bank.write(table, 0, TABLE_SIZE, cells, 0, writer);
  }
  const text = await (await fetch(url)).text();
  assert(text.length > 16 << 20);
  bank.write(Table.coils, 5, 1, Uint8Array.of(0), 0, writer);
  const { seq } = bank;
  const { status, body } = await call(url, put(text));
  assertEquals([status, body], [200, { seq: seq + 1 }]);
});

Deno.test("units: one that there is not is 400, and says which there are", async () => {
  await using app = await startApp(UNITS);
  const api = `${app.url.replace("ws:", "http:")}api/v1`;
  for (const path of ["coils/0?unit=4", "changes?unit=4"]) {
    const { status, body } = await call(`${api}/${path}`);
    assertEquals([status, body.type], [400, "/problems/invalid-unit"]);
  }
  const { status } = await call(`${api}/coils/0?unit=4`, put([1]));
  assertEquals([status, app.bank.seq], [400, 0]);
});
