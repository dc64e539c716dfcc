import { assert, assertEquals } from "@std/assert";
import type { Table } from "../../src/bank/tables.ts";
import { assertSameBytes, toWire } from "../bank/model.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { granted } from "../testing/permissions.ts";
import { Random } from "../testing/random.ts";
import { RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { WRITER } from "../testing/writers.ts";
import { assertSameAsBank, Replica } from "./replica.ts";
import { stall } from "./stalled.ts";

/** Writes that take a while to be told. */
function write(app: TestApp, random: Random, times: number): void {
  for (let i = 0; i < times; i++) {
    const table = random.int(4) as Table;
    const address = random.int(2000);
    const limit = table < 2 ? 2 : 65_536;
    const values = Array.from({ length: 100 }, () => random.int(limit));
    app.bank.write(table, address, 100, toWire(table, values), 0, WRITER);
  }
}

/** How many clients have more waiting for them than they may. */
async function behind({ wsAddr }: TestApp): Promise<number> {
  const url = `http://${wsAddr.hostname}:${wsAddr.port}/health`;
  return (await (await fetch(url)).json()).websocket.behind;
}

Deno.test("a client that stops reading and goes on before it is closed ends right", async () => {
  const random = new Random(11);
  await using app = await startApp();
  using client = await RawWebSocket.open(app.url);
  const replica = new Replica();
  const read = async () => replica.receive(await within(client.next(), "text"));
  await client.send(JSON.stringify(replica.subscription()));
  while (replica.seq === undefined) await read();

  // Now it reads nothing, until the buffers of the system are full and its queue as well.
  while (await behind(app) === 0) write(app, random, 100);
  for (let i = 0; i < 20; i++) {
    write(app, random, 100);
    assertEquals(await behind(app), 1);
  }

  while (replica.seq !== app.bank.seq) await read();
  assertSameAsBank(replica.cells, app.bank);
  assert(replica.changes > 1000, `${replica.changes} changes`);
  assertEquals(replica.jumps, 1);
  assertEquals(app.bank.overflows, 0);
  // From here on it gets every change again.
  const { changes } = replica;
  write(app, random, 10);
  while (replica.seq !== app.bank.seq) await read();
  assertEquals(replica.changes, changes + 10);
  assertSameAsBank(replica.cells, app.bank);
});

Deno.test({
  name:
    "a client that stops reading: bounded memory, Modbus as before, closed in the end",
  ignore: !granted("read", "run") || Deno.build.os !== "linux",
  async fn() {
    // Faster than in the issue and with less to fill, so that it takes less
    // time. Its queue must be full long before it is closed, also where the
    // machine is too busy for the rate.
    const found = await stall({
      ...{
        rate: 5000,
        queue: "256K",
        stallTimeout: 4,
        seconds: 0,
        eagerGc: true,
      },
    });
    assertEquals(found.closeCode, 1013);
    assert(found.wasBehind, "Its queue was not full");
    // The queue, and 1 MiB more.
    const most = Math.max(...found.after) - found.before;
    assert(
      most <= 256 + 1024,
      `${most} KiB more than the ${found.before} before`,
    );
    assertEquals(found.wrong, 0);
    const [got, written] = found.copies;
    for (let table = 0; table < 4; table++) {
      assertSameBytes(got.wire(table), written.wire(table), `table ${table}`);
    }
  },
});
