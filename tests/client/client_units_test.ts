// The client module where units have cells of their own.
import { assertEquals, assertRejects } from "@std/assert";
import { AdapterError, connect } from "../../src/client/client.js";
import type { Change } from "../../src/client/client.d.ts";
import { startApp } from "../testing/app.ts";
import { fromHex } from "../testing/hex.ts";
import { event, Queue } from "../testing/queue.ts";

const cells = (address: number, count: number, unit?: number) => {
  return { table: "holdingRegisters", address, count, unit } as const;
};

Deno.test("Client: subscribes to units, the first unless another is named", async () => {
  await using app = await startApp({ units: [1, 2, 10] });
  using plc = await app.modbus();
  const client = connect(app.url);
  const seen = new Map<string, Queue<Change>>();
  const watch = (name: string, ...ranges: ReturnType<typeof cells>[]) => {
    const changes = new Queue<Change>();
    seen.set(name, changes);
    client.subscribe(ranges.length === 0 ? undefined : ranges, (change) => {
      if (change.source !== "bank") changes.add(change);
    });
  };
  watch("first", cells(0, 4));
  watch("tenth", cells(0, 4, 10));
  watch("both", cells(2, 2, 2), cells(0, 1));
  watch("all");
  await event(client, "live");
  assertEquals(client.units, [1, 2, 10]);
  for (const unit of [1, 2, 10]) {
    await plc.request(fromHex("10 0000 0003 06 0001 0002 0003"), unit);
  }
  const brief = async (name: string, count: number) => {
    const changes: unknown[] = [];
    while (changes.length < count) {
      const { address, values, unit } = await seen.get(name)!.next();
      changes.push([unit, address, ...values]);
    }
    return changes;
  };
  assertEquals(await brief("all", 3), [
    [1, 0, 1, 2, 3],
    [2, 0, 1, 2, 3],
    [10, 0, 1, 2, 3],
  ]);
  assertEquals(await brief("first", 1), [[1, 0, 1, 2, 3]]);
  assertEquals(await brief("tenth", 1), [[10, 0, 1, 2, 3]]);
  assertEquals(await brief("both", 2), [[1, 0, 1], [2, 2, 3]]);
  client.close();
});

Deno.test("Client: writes and reads a unit", async () => {
  await using app = await startApp({ units: [5, 6] });
  const client = connect(app.url);
  await event(client, "live");
  await client.set("coils", 3, [true], { unit: 6 });
  assertEquals(await client.get("coils", 3, 1, { unit: 6 }), [true]);
  assertEquals(await client.get("coils", 3), [false]);
  assertEquals(await client.get("coils", 3, 1, { unit: 5 }), [false]);
  const wrong = client.set("coils", 3, [true], { unit: 7 });
  const { code } = await assertRejects(() => wrong, AdapterError);
  assertEquals(code, "invalid_unit");
  client.close();
});

Deno.test("Client: units that share their cells are one", async () => {
  await using app = await startApp();
  const client = connect(app.url);
  const changes = new Queue<Change>();
  client.subscribe([cells(0, 2, 9)], (change) => {
    if (change.source !== "bank") changes.add(change);
  });
  await event(client, "live");
  assertEquals(client.units, undefined);
  await client.set("holdingRegisters", 1, [7], { unit: 3 });
  const { address, values, unit } = await changes.next();
  assertEquals([address, values, unit], [1, [7], 3]);
  client.close();
});
