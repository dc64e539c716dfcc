// The HTTP interface where units have cells of their own.
import { assertEquals } from "@std/assert";
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
