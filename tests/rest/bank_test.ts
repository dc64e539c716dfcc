import { assert, assertEquals } from "@std/assert";
import { Bank, DEFAULT_RING_SIZE } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Protection } from "../../src/bank/protection.ts";
import { Table } from "../../src/bank/tables.ts";
import { Units } from "../../src/bank/units.ts";
import { Router } from "../../src/http/router.ts";
import { nextTurn } from "../../src/pause.ts";
import { bankRoute } from "../../src/rest/bank.ts";
import { RequestWriter } from "../../src/rest/request_writer.ts";
import { WriteGuard } from "../../src/ws/write_guard.ts";
import { GUARDS } from "../http/serving.ts";
import { WsClient } from "../testing/ws_client.ts";
import { call } from "./contract.ts";
import { put, serveRest } from "./serving.ts";

const HEAD = { format: "modbus-ws-adapter bank", version: 1 };
const block = (address: number, ...value: unknown[]) => ({ address, value });
const sixteen = (...value: number[]) => [
  ...value,
  ...new Array(16 - value.length).fill(0),
];
const document = (members: object) =>
  put(JSON.stringify({ ...HEAD, ...members }));

Deno.test("GET and PUT /api/v1/bank", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/bank`;
  const empty = {
    ...HEAD,
    ...{ coils: [], discreteInputs: [] },
    ...{ inputRegisters: [], holdingRegisters: [] },
  };
  assertEquals((await call(url)).body, empty);
  const members = {
    coils: [block(3, true)],
    holdingRegisters: [block(2, 7, -1), block(16, 9)],
  };
  const done = await call(url, document(members));
  assertEquals([done.status, done.body], [200, { seq: 3 }]);
  const { body } = await call(url);
  assertEquals(body.holdingRegisters, [
    block(0, ...sixteen(0, 0, 7, 65_535)),
    block(16, ...sixteen(9)),
  ]);
  // A table that is left out stays, another becomes what is said.
  const second = await call(url, document({ holdingRegisters: [] }));
  assertEquals(second.body, { seq: 5 });
  const after = (await call(url)).body;
  assertEquals(after, { ...empty, coils: body.coils });
  // What GET gives changes nothing.
  await call(url, put(JSON.stringify(after)));
  assertEquals((await call(url, put(JSON.stringify(after)))).body.seq, 5);
});

Deno.test("PUT /api/v1/bank tells of the cells that differ, as writes", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/bank`;
  await using client = await WsClient.open(serving.url);
  await client.ask({ type: "subscribe", meta: true });
  await call(
    url,
    document({ inputRegisters: [block(7, 1, 2), block(60_000, 3)] }),
  );
  const { time: _, connection: __, ...change } = await client.nextJson();
  assertEquals(change, {
    ...{ type: "setInputRegisters", address: 7, value: [1, 2] },
    ...{ seq: 1, source: "rest", unit: 0 },
  });
  assertEquals((await client.nextJson()).address, 60_000);
});

Deno.test("PUT /api/v1/bank refuses what is wrong, and changes nothing", async (t) => {
  const cells = [{ table: Table.coils, address: 9, count: 1 }];
  const guard = new WriteGuard("operator", new Protection(cells));
  await using serving = serveRest({
    guards: { ...GUARDS, operator: guard, viewer: guard },
  });
  const url = `${serving.origin}/api/v1/bank`;
  const good = { holdingRegisters: [block(0, 1)] };
  const cases: readonly [RequestInit, number, string][] = [
    [put("{}"), 400, "invalid-message"],
    [put("["), 400, "invalid-message"],
    [document({ ...good, coils: [block(0, 2)] }), 400, "invalid-message"],
    [document({ ...good, units: { 1: {} } }), 400, "invalid-unit"],
    [document({ ...good, coils: [block(9, 1)] }), 403, "write-protected"],
    [{ method: "PUT", body: "{}" }, 415, "unsupported-media-type"],
  ];
  for (const [init, status, code] of cases) {
    await t.step(code, async () => {
      const answer = await call(url, init);
      assertEquals(answer.status, status);
      assertEquals(answer.body.type, `/problems/${code}`);
      assert(answer.body.detail.length > 10);
    });
  }
  await t.step("protected cells may stay as they are", async () => {
    const init = document({ coils: [block(0, 1), block(9, 0)] });
    assertEquals((await call(url, init)).body, { seq: 1 });
  });
  await t.step("also among cells that change", async () => {
    const init = document({ coils: [block(8, 1, 0, 1)] });
    assertEquals((await call(url, init)).status, 200);
    assertEquals((await call(url)).body.coils[0].value.slice(8, 11), [1, 0, 1]);
  });
});

Deno.test("PUT /api/v1/bank leaves a protected cell what it becomes meanwhile, and writes all else", async () => {
  const cells = [{ table: Table.holdingRegisters, address: 5, count: 1 }];
  const guard = new WriteGuard("operator", new Protection(cells));
  await using serving = serveRest({ guards: { ...GUARDS, operator: guard } });
  const { bank, origin } = serving;
  const url = `${origin}/api/v1/bank`;
  const plc = { origin: Origin.modbus, connection: 1, unitId: 1 };
  // As the other thread may, behind the check and before the last table.
  const replace = bank.replace.bind(bank);
  bank.replace = (table, ...rest) => {
    if (table === Table.holdingRegisters) {
      bank.write(table, 5, 1, Uint8Array.of(0, 77), 0, plc);
    }
    replace(table, ...rest);
  };
  const members = {
    coils: [block(0, 1)],
    holdingRegisters: [block(4, 1, 0, 2)],
  };
  const { status, body } = await call(url, document(members));
  assertEquals([status, body], [200, { seq: 4 }]);
  const after = (await call(url)).body;
  assertEquals(after.coils[0].value[0], 1);
  assertEquals(after.holdingRegisters[0].value.slice(4, 7), [1, 77, 2]);
});

Deno.test("/api/v1/bank has the tables of each unit", async () => {
  const bank = Bank.create(DEFAULT_RING_SIZE, new Units([1, 7]));
  await using serving = serveRest({ bank });
  const url = `${serving.origin}/api/v1/bank`;
  const units = { 7: { coils: [block(0, 1)] } };
  assertEquals((await call(url, document({ units }))).body, { seq: 1 });
  const { body } = await call(url);
  assertEquals(Object.keys(body.units), ["1", "7"]);
  assertEquals(body.units[1].coils, []);
  assertEquals(body.units[7].coils[0].value[0], 1);
  const other = await call(url, document({ units: { 2: {} } }));
  assertEquals(other.body.detail, "Unit 2 is not served here (--units)");
  const shared = await call(url, document({ coils: [] }));
  assertEquals(shared.status, 400);
});

Deno.test("/api/v1/bank gives others their turn between units, and stays of one moment", async () => {
  const ids = [1, 2, 3, 4, 5];
  const bank = Bank.create(DEFAULT_RING_SIZE, new Units(ids));
  const limits = { size: 1 << 20, timeout: 60_000 };
  const writer = new RequestWriter();
  const router = new Router([
    bankRoute({ bank, guards: GUARDS, limits, writer }),
  ]);
  const url = "http://localhost/api/v1/bank";
  /** What is answered, and how often others had their turn before. */
  const ask = async (init: RequestInit, meanwhile: () => void) => {
    let turns = 0;
    let isAnswered = false;
    const answer = Promise.resolve(router.answer(new Request(url, init), {
      remote: { transport: "tcp", hostname: "::1", port: 1 },
      ...{ peer: "[::1]:1", url: new URL(url), host: "localhost" },
      ...{ role: "operator", hasWrongToken: false },
    })).finally(() => isAnswered = true);
    meanwhile();
    for (; !isAnswered; turns++) await nextTurn();
    assert(turns >= ids.length, `${turns} turns`);
    return await (await answer).text();
  };
  const plc = { origin: Origin.modbus, connection: 1, unitId: 5 };
  const table = bank.units.tableOf(5, Table.coils);
  const write = () => void bank.write(table, 0, 1, Uint8Array.of(1), 0, plc);
  const { units } = JSON.parse(await ask({}, write));
  assertEquals(units[5].coils, []);
  assertEquals(bank.seq, 1);
  const members = ids.map((id) => [id, { inputRegisters: [block(0, id)] }]);
  const init = document({ units: Object.fromEntries(members) });
  assertEquals(await ask(init, write), '{"seq":7}\n');
});
