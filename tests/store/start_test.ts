import { assertEquals, assertRejects } from "@std/assert";
import { spawnStoreWorker } from "../../src/app.ts";
import { Bank } from "../../src/bank/bank.ts";
import { StartError } from "../../src/start_error.ts";
import { parseRetain } from "../../src/store/retain.ts";
import { startStore } from "../../src/store/start.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";

const retain = parseRetain("all");
const relaxed = { durability: "relaxed", retain } as const;
const log = () => {};

Deno.test("startStore() keeps nothing unless it is told to", {
  permissions: "none",
}, async () => {
  const settings = { ...relaxed, data: undefined };
  const bank = Bank.create(1024);
  const store = await startStore(bank, settings, "a", log, undefined);
  assertEquals(store, undefined);
});

Deno.test("startStore() refuses strict durability of nothing", {
  permissions: "none",
}, async () => {
  const settings = { data: undefined, durability: "strict", retain } as const;
  await assertRejects(
    () => startStore(Bank.create(1024), settings, "a", log, undefined),
    StartError,
    "--durability strict needs --data FILE beside it",
  );
});

for (const spawn of [undefined, spawnStoreWorker]) {
  const where = spawn === undefined ? "this thread" : "a worker";
  Deno.test({
    name: `startStore() says why a file can't be used, from ${where}`,
    ignore: WITHOUT_FILES,
    async fn() {
      using _ = keepAlive();
      using folder = new DataFolder();
      const data = `${folder.path}/none/bank.db`;
      await assertRejects(
        () =>
          startStore(Bank.create(1024), { ...relaxed, data }, "a", log, spawn),
        StartError,
        `Cannot use the data file ${data}: the folder ${folder.path}/none does not exist`,
      );
    },
  });
  Deno.test({
    name: `startStore() keeps a bank from ${where}`,
    ignore: WITHOUT_FILES,
    async fn() {
      using _ = keepAlive();
      using folder = new DataFolder();
      const settings = { ...relaxed, data: folder.file };
      const bank = Bank.create(1024);
      const store = await startStore(bank, settings, "a", log, spawn);
      const writer = { origin: 0, connection: 1, unitId: 1 } as const;
      bank.write(0, 0, 1, Uint8Array.of(1), 0, writer);
      await store!.stop();
      const next = Bank.create(1024);
      const again = await startStore(next, settings, "b", log, spawn);
      assertEquals(again!.lastRun, { epoch: "a", seq: 1 });
      assertEquals(next.seq, 1);
      await again!.stop();
    },
  });
}
