import { assert, assertEquals } from "@std/assert";
import { TABLE_NAMES } from "../../src/bank/tables.ts";
import { BankModel } from "../bank/model.ts";
import { startApp } from "../testing/app.ts";
import { granted } from "../testing/permissions.ts";
import { PROTOCOL } from "../testing/schema.ts";
import { within } from "../testing/within.ts";
import type { WsClient } from "../testing/ws_client.ts";
import { Load } from "./load.ts";
import { apply, assertSameAsBank, Replica } from "./replica.ts";

/** More than three times as many as the change log holds. */
const WRITES = 60_000;

/** Cells of each table that are written. */
const CELLS = 2000;

/** Far longer than the writes can take, in milliseconds. */
const FAR_TOO_LONG = 60_000;

Deno.test({
  name:
    "the main thread is held while Modbus writes far more than the log holds: nobody waits, all end right",
  ignore: !granted("read"),
  async fn() {
    await using app = await startApp({}, { worker: true });
    using load = await Load.start(app.modbusAddr, {
      ...{ seed: 5, cells: CELLS, writes: WRITES, window: 100 },
    });
    const all = TABLE_NAMES.map((table) => ({
      table,
      address: 0,
      count: CELLS,
    }));
    const replicas: [WsClient, Replica][] = [];
    for (const how of [{}, { batch: true }, { ranges: all }]) {
      const client = await app.browser({}, PROTOCOL);
      const replica = new Replica();
      client.send(replica.subscription(how));
      while (replica.seq === undefined) replica.receive(await client.next());
      replicas.push([client, replica]);
    }
    const plain: WsClient[] = [];
    for (const how of [undefined, { ranges: all, batch: true }]) {
      const client = await app.browser({}, PROTOCOL);
      if (how !== undefined) await client.ask({ type: "subscribe", ...how });
      plain.push(client);
    }

    load.go();
    const held = load.hold(FAR_TOO_LONG);
    // Nothing else has run in this thread up to here, and everything is answered.
    assert(held, "The writers had to wait");
    assertEquals([load.answered, load.wrong], [WRITES, 0]);
    const { overflows } = app.bank;
    assert(overflows > WRITES / 2, `${overflows} writes were too many`);
    const expected = new BankModel();
    load.leave(expected);
    assertSameAsBank(expected, app.bank);

    const { seq } = app.bank;
    assertEquals(seq, WRITES);
    for (const [client, replica] of replicas) {
      while (replica.seq !== seq) {
        replica.receive(await within(client.next(), "what was written"));
      }
      assertSameAsBank(replica.cells, app.bank);
      // What the log did hold came one by one, the rest as current values.
      assertEquals(replica.changes, WRITES - overflows);
      assert(replica.jumps > 0, "no current values");
      await client.close();
    }
    for (const client of plain) {
      const cells = new BankModel();
      for (const text of await within(client.drain(), "what was written")) {
        const message = JSON.parse(text);
        for (const one of Array.isArray(message) ? message : [message]) {
          apply(cells, one);
        }
      }
      assertSameAsBank(cells, app.bank);
      await client.close();
    }
    const { hostname, port } = app.wsAddr;
    const health = await fetch(`http://${hostname}:${port}/health`);
    const { changeLog } = await health.json();
    assertEquals(changeLog, { writes: WRITES, overflows });
  },
});
