import { assertEquals, assertMatch } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { parseRetain } from "../../src/store/retain.ts";
import { keepHere, StoreMonitor } from "../../src/store/store.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { TestLog } from "../testing/log.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";

const OPTIONS = {
  path: "F",
  durability: "strict",
  retain: parseRetain("all"),
  epoch: "a",
} as const;

Deno.test("StoreMonitor logs a failure once, and its end once", {
  permissions: "none",
}, () => {
  const lines = new TestLog();
  const side = Bank.create(1024).storeSide();
  const monitor = new StoreMonitor(side, OPTIONS, lines.log);
  const expected = {
    ...{ status: "ok", durability: "strict", file: "F" },
    ...{ seq: 0, durableSeq: 0, lastError: null, lastErrorAt: null },
  };
  assertEquals<unknown>(monitor.health, expected);
  monitor.recovered();
  monitor.failing("The disk is full");
  monitor.failing("The disk is still full");
  const { lastErrorAt, ...health } = monitor.health;
  assertEquals(typeof lastErrorAt, "number");
  assertEquals(health.status, "failing");
  assertEquals(health.lastError, "The disk is still full");
  monitor.recovered();
  monitor.recovered();
  assertEquals(monitor.health.status, "ok");
  assertEquals(monitor.health.lastErrorAt, lastErrorAt);
  assertEquals(lines.all, [
    "error The disk is full. Until that is over writes are refused as not stored",
    "info All is stored in F again",
  ]);
});

Deno.test("StoreMonitor says what relaxed durability risks", {
  permissions: "none",
}, () => {
  const lines = new TestLog();
  const side = Bank.create(1024).storeSide();
  const options = { ...OPTIONS, durability: "relaxed" } as const;
  new StoreMonitor(side, options, lines.log).failing("The disk is full");
  assertMatch(lines.all[0]!, /is lost if this program ends$/);
});

Deno.test({
  name: "keepHere() keeps a bank from this thread",
  permissions: { read: true, write: true },
  ignore: WITHOUT_FILES,
  async fn() {
    using _ = keepAlive();
    using folder = new DataFolder();
    const options = { ...OPTIONS, path: folder.file };
    const bank = Bank.create(1024);
    await using store = keepHere(bank, options, () => {});
    const writer = { origin: 0, connection: 1, unitId: 1 } as const;
    const seq = bank.write(0, 0, 1, Uint8Array.of(1), 0, writer);
    assertEquals(await bank.durability!.stored(seq), true);
    assertEquals(store.health.durableSeq, 1);
    await store.stop();
    await using next = keepHere(Bank.create(1024), options, () => {});
    assertEquals(next.lastRun, { epoch: "a", seq: 1 });
  },
});
