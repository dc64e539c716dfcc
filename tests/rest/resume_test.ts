// Streams of changes that break off anywhere, while others write.
import { assert, assertEquals } from "@std/assert";
import type { Config } from "../../src/config.ts";
import { assertSameAsBank, Replica } from "../push/replica.ts";
import { Writers } from "../push/writers.ts";
import { startApp } from "../testing/app.ts";
import { Random } from "../testing/random.ts";
import { readEvents } from "./cut_stream.ts";

/** Bytes that a connection lives for, at most: some die within the head, others after many events. */
const LIVES = [300, 700, 1000, 5000, 20_000];

/** Cells of each table that are written. */
const CELLS = 40;

const RANGES = ["coils", "discreteInputs", "inputRegisters", "holdingRegisters"]
  .map((table) => `${table}:0-${CELLS - 1}`).join();

const seqOf = (id: string) => Number(id.split(":")[1]);

/** Cuts the stream of a client again and again, at any byte, while four writers are at work. */
async function cutAndResume(
  seed: number,
  cuts: number,
  config: Partial<Config>,
): Promise<Replica> {
  const random = new Random(seed);
  await using app = await startApp(config);
  const path = `api/v1/changes?snapshot=true&ranges=${RANGES}`;
  const url = new URL(path, app.url.replace("ws:", "http:"));
  const replica = new Replica();
  const writers = await Writers.start(app, seed, CELLS);
  let lastEventId: string | undefined;
  const read = (most: number, done: () => boolean) => {
    // Also when it was amid current values: events of these have no id.
    if (lastEventId !== undefined) replica.seq = seqOf(lastEventId);
    replica.subscription();
    return readEvents(url, lastEventId, most, (event) => {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data === undefined) return false;
      replica.receive(data);
      const id = /^id: (.*)$/m.exec(event)?.[1];
      if (id !== undefined) lastEventId = id;
      // There is an id exactly when there is a place to go on from.
      if (id !== undefined) assertEquals(seqOf(id), replica.seq);
      else assertEquals(JSON.parse(data).more, true);
      return done();
    });
  };
  await read(Infinity, () => replica.seq !== undefined);
  while (replica.resumed + replica.resyncs < cuts) {
    await read(random.int(random.pick(LIVES)), () => false);
  }
  await writers.stop();
  await read(Infinity, () => replica.seq === app.bank.seq);
  assertSameAsBank(replica.cells, app.bank);
  assertEquals(app.bank.overflows, 0);
  return replica;
}

Deno.test("a stream that is cut at random goes on with every change once", async () => {
  const replica = await cutAndResume(1, 300, { history: 1 << 26 });
  assertEquals([replica.resyncs, replica.jumps], [0, 0]);
  assert(replica.changes > 1000, `${replica.changes} changes`);
});

Deno.test("a stream that is cut at random ends right when little is kept for it", async () => {
  const replica = await cutAndResume(2, 300, { history: 8192 });
  assert(replica.resyncs > 30, `${replica.resyncs} times current values`);
  assert(replica.resumed > 30, `resumed ${replica.resumed} times`);
});
