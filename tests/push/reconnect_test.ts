import { assert, assertEquals } from "@std/assert";
import { TABLE_NAMES } from "../../src/bank/tables.ts";
import type { Config } from "../../src/config.ts";
import { startApp } from "../testing/app.ts";
import { Random } from "../testing/random.ts";
import { Gone, RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { assertSameAsBank, Replica } from "./replica.ts";
import { Writers } from "./writers.ts";

/** Bytes that a connection lives for, at most: some die within the handshake, others after many messages. */
const LIVES = [100, 300, 1000, 5000, 20_000];

/** Reads until the connection is cut, or `done` says that it is enough. */
async function listen(
  client: RawWebSocket,
  replica: Replica,
  done: () => boolean,
): Promise<void> {
  try {
    while (!done()) {
      replica.receive(await within(client.next(), "a message"));
    }
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
  }
}

/**
 * Cuts the socket of a client again and again, at any byte, while four writers
 * are at work. The client comes back each time and goes on where it was.
 *
 * @param cells How many cells of each table are written.
 * @param cuts How often it is cut after the server has said how it goes on; others come before that.
 */
async function cutAndResume(
  seed: number,
  cuts: number,
  config: Partial<Config>,
  cells: number,
  wanted: Readonly<Record<string, unknown>>,
): Promise<Replica> {
  const random = new Random(seed);
  await using app = await startApp(config);
  const replica = new Replica();
  const writers = await Writers.start(app, seed, cells);
  const connect = async (most: number, done: () => boolean) => {
    try {
      using client = await RawWebSocket.open(app.url, {}, most);
      await client.send(JSON.stringify(replica.subscription(wanted)));
      await listen(client, replica, done);
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
    }
  };
  await connect(Infinity, () => replica.seq !== undefined);
  while (replica.resumed + replica.resyncs < cuts) {
    await connect(random.int(random.pick(LIVES)), () => false);
  }
  await writers.stop();
  await connect(Infinity, () => replica.seq === app.bank.seq);
  assertSameAsBank(replica.cells, app.bank);
  assertEquals(app.bank.overflows, 0);
  return replica;
}

/** The first cells of each table: few enough to be sent often. */
function first(count: number): { table: string; address: 0; count: number }[] {
  return TABLE_NAMES.map((table) => ({ table, address: 0, count }));
}

Deno.test("a client that is cut off 1,000 times at random has every change once", async () => {
  const config = { history: 1 << 26 };
  const replica = await cutAndResume(1, 1000, config, 400, {});
  assertEquals([replica.resyncs, replica.jumps], [0, 0]);
  assert(replica.changes > 5000, `${replica.changes} changes`);
});

Deno.test("a client that is cut off at random ends right when little is kept for it", async () => {
  const wanted = { ranges: first(400), batch: true };
  const replica = await cutAndResume(2, 300, { history: 16_384 }, 400, wanted);
  assert(replica.resyncs > 30, `${replica.resyncs} times current values`);
  assert(replica.resumed > 30, `resumed ${replica.resumed} times`);
  assertEquals(replica.jumps, 0);
});

Deno.test("a client that is cut off at random ends right when its queue is full, too", async () => {
  const config = { clientQueue: 4096, history: 1 << 16 };
  const replica = await cutAndResume(3, 300, config, 40, { ranges: first(40) });
  assert(replica.jumps > 0, `${replica.jumps} times current values`);
  assert(replica.changes > 300, `${replica.changes} changes`);
});
