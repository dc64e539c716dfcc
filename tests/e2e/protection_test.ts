// Write protection by every way into the bank: Modbus, WebSocket and HTTP.
import { assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import type { Config } from "../../src/config.ts";
import { startApp } from "../testing/app.ts";
import { fromHex, toHex } from "../testing/hex.ts";

/** What comes of a write of registers 9 and 10: Modbus PDU, code of the WebSocket's answer, status of the HTTP one. */
type Outcome = readonly [modbus: string, ws: string, http: number];

const REFUSED = ["90 02", "write_protected", 403] as const;
const DONE = ["10 00 09 00 02", "ok", 200] as const;

const rule = (side: "modbus" | "ws" | "all") => ({
  protect: [{
    table: Table.holdingRegisters,
    address: 10,
    count: 11,
    side,
  }] as const,
});

/** Configurations, what comes of the write, and whether a WebSocket client may write at all. */
const CASES: readonly (readonly [
  what: string,
  config: Partial<Config>,
  outcome: Outcome,
  readOnly?: true,
])[] = [
  ["nothing protected", {}, DONE],
  ["protected from both", rule("all"), REFUSED],
  ["protected from modbus", rule("modbus"), [REFUSED[0], DONE[1], DONE[2]]],
  ["protected from ws", rule("ws"), [DONE[0], REFUSED[1], REFUSED[2]]],
  ["--read-only all", { readOnly: "all" }, REFUSED, true],
  [
    "--read-only modbus",
    { readOnly: "modbus" },
    [REFUSED[0], DONE[1], DONE[2]],
  ],
  [
    "--read-only ws",
    { readOnly: "ws" },
    [DONE[0], REFUSED[1], REFUSED[2]],
    true,
  ],
];

for (const [what, config, [modbus, ws, http], readOnly] of CASES) {
  Deno.test(`a write of two registers with ${what}`, async () => {
    await using app = await startApp(config);
    using plc = await app.modbus();
    await using browser = await app.browser();
    const { hostname, port } = app.wsAddr;
    let writes = 0;
    const check = (isDone: boolean) => {
      writes += isDone ? 1 : 0;
      assertEquals(app.bank.seq, writes);
    };
    const subscribe = { type: "subscribe", ranges: [], meta: true };
    assertEquals((await browser.ask(subscribe)).readOnly, readOnly);

    const pdu = fromHex("10 0009 0002 04 0001 0002");
    assertEquals(toHex(await plc.request(pdu)), modbus);
    check(modbus === DONE[0]);

    const set = { type: "setHoldingRegisters", address: 9, value: [1, 2] };
    const { type, code, id } = await browser.ask({ ...set, id: 7 });
    assertEquals([type === "ok" ? type : code, id], [ws, 7]);
    check(ws === DONE[1]);

    const url = `http://${hostname}:${port}/api/v1/holding-registers/9`;
    const response = await fetch(url, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: '{"value":[1,2]}',
    });
    await response.body?.cancel();
    assertEquals(response.status, http);
    check(http === DONE[2]);

    // What is beside the range is not protected; reads never are.
    assertEquals(
      toHex(await plc.request(fromHex("03 000a 0001"))).slice(0, 5),
      "03 02",
    );
  });
}
