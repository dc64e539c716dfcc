import { assertEquals, assertThrows } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { Units } from "../../src/bank/units.ts";
import { refusal, StoreError } from "../../src/store/errors.ts";
import { DataFile } from "../../src/store/file.ts";
import {
  Keeper,
  type KeptFile,
  type StoreOptions,
} from "../../src/store/keeper.ts";
import { parseRetain } from "../../src/store/retain.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { Lines } from "../testing/log.ts";
import { within } from "../testing/within.ts";
import { WRITER } from "../testing/writers.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";

const { coils, holdingRegisters } = Table;

/** A bank and its keeper, as in one run of the program. */
class Run {
  readonly bank: Bank;
  readonly reports = new Lines();
  readonly keeper: Keeper;
  /** Whether the disk takes nothing. */
  isBroken = false;
  /** Whether it keeps nothing. */
  isSyncBroken = false;

  constructor(
    { file: path }: DataFolder,
    epoch: string,
    options: Partial<StoreOptions> = {},
    units?: number[],
    goesOn = false,
  ) {
    this.bank = Bank.create(1 << 16, new Units(units));
    this.keeper = new Keeper(
      this.bank.storeSide(),
      {
        ...{ path, epoch, durability: "strict" },
        ...{ retain: parseRetain("all"), ...options },
      },
      {
        failing: (reason) => this.reports.add(`failing: ${reason}`),
        recovered: () => this.reports.add("recovered"),
      },
      goesOn,
      (path, mayCreate, syncs) => {
        if (this.isBroken) throw refusal(path, "the test says so");
        const { file, content } = DataFile.open(path, mayCreate, syncs);
        const commit: KeptFile["commit"] = (moment, pages) => {
          if (this.isBroken) throw refusal(path, "the test says so");
          file.commit(moment, pages);
        };
        const sync = () =>
          this.isBroken || this.isSyncBroken
            ? Promise.reject(refusal(path, "the test says so"))
            : file.sync();
        return { file: { commit, sync, close: () => file.close() }, content };
      },
    );
  }

  write(table: number, address: number, value: number): void {
    const bytes = table % 4 < 2 ? [value] : [value >> 8, value];
    this.bank.write(table, address, 1, Uint8Array.from(bytes), 0, WRITER);
  }

  read(table: number, address: number): number {
    const bytes = new Uint8Array(2);
    this.bank.read(table, address, 1, bytes, 0);
    return table % 4 < 2 ? bytes[0]! : (bytes[0]! << 8) | bytes[1]!;
  }

  /** Resolves with whether all that is written is on disk. */
  stored(): Promise<boolean> {
    const { durability, seq } = this.bank;
    return within(durability!.stored(seq), "stored");
  }
}

function test(
  name: string,
  fn: (folder: DataFolder) => Promise<void> | void,
): void {
  Deno.test({
    name,
    permissions: { read: true, write: true },
    ignore: WITHOUT_FILES,
    async fn() {
      using _ = keepAlive();
      using folder = new DataFolder();
      await fn(folder);
    },
  });
}

test("Keeper has what it stored in the next run, and numbers go on", async (folder) => {
  const first = new Run(folder, "a");
  assertEquals(first.keeper.lastRun, undefined);
  first.write(coils, 65_535, 1);
  first.write(holdingRegisters, 511, 1234);
  first.write(holdingRegisters, 512, 65_535);
  assertEquals(await first.stored(), true);
  await first.keeper.stop();
  const second = new Run(folder, "b");
  assertEquals(second.keeper.lastRun, { epoch: "a", seq: 3 });
  assertEquals(second.bank.seq, 3);
  assertEquals(second.read(coils, 65_535), 1);
  assertEquals(second.read(holdingRegisters, 511), 1234);
  assertEquals(second.read(holdingRegisters, 512), 65_535);
  await second.keeper.stop();
});

test("stop() stores what was written last, when durability is relaxed, too", async (folder) => {
  const first = new Run(folder, "a", { durability: "relaxed" });
  assertEquals(first.bank.durability, undefined);
  first.write(coils, 1, 1);
  await first.keeper.stop();
  const second = new Run(folder, "b");
  assertEquals(second.read(coils, 1), 1);
  await second.keeper.stop();
});

test("Keeper stores within the window when durability is relaxed", async (folder) => {
  const run = new Run(folder, "a", { durability: "relaxed" });
  const side = run.bank.storeSide();
  for (let i = 1; i <= 3; i++) {
    run.write(coils, i, 1);
    const deadline = performance.now() + 60_000;
    while (side.progress.storedSeq < i && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assertEquals(side.progress, { seq: i, storedSeq: i });
  }
  await run.keeper.stop();
});

test("Keeper keeps the cells of --retain alone, and forgets the others", async (folder) => {
  const first = new Run(folder, "a");
  for (const address of [0, 9, 10, 700]) {
    first.write(holdingRegisters, address, 7);
  }
  first.write(coils, 0, 1);
  await first.keeper.stop();
  const retain = parseRetain("holdingRegisters:0-9");
  const second = new Run(folder, "b", { retain });
  assertEquals(second.keeper.lastRun, undefined);
  const seen = (run: Run) =>
    [0, 9, 10, 700].map((address) => run.read(holdingRegisters, address));
  assertEquals(seen(second), [7, 7, 0, 0]);
  assertEquals(second.read(coils, 0), 0);
  second.write(holdingRegisters, 9, 8);
  second.write(holdingRegisters, 10, 8);
  second.write(coils, 0, 1);
  assertEquals(await second.stored(), true);
  await second.keeper.stop();
  // What was outside does not come back.
  const third = new Run(folder, "c");
  assertEquals(third.keeper.lastRun, undefined);
  assertEquals(seen(third), [7, 8, 0, 0]);
  assertEquals(third.read(coils, 0), 0);
  assertEquals(third.bank.seq, 8);
  await third.keeper.stop();
});

test("Keeper answers writes of cells that are not kept", async (folder) => {
  const run = new Run(folder, "a", { retain: parseRetain("coils") });
  run.write(holdingRegisters, 1, 1);
  assertEquals(await run.stored(), true);
  await run.keeper.stop();
  const { file, content } = DataFile.open(folder.file, false);
  file.close();
  assertEquals(content.moment, { epoch: "a", seq: 1, covers: "" });
  assertEquals(content.pages.size, 0);
});

test("Keeper keeps the cells of each unit, also of those that are not served now", async (folder) => {
  const coilsOf = (index: number) => index * 4;
  const first = new Run(folder, "a", {}, [1, 2, 5]);
  for (const i of [0, 1, 2]) first.write(coilsOf(i), 10 + i, 1);
  await first.keeper.stop();
  const second = new Run(folder, "b", {}, [2]);
  assertEquals(second.keeper.lastRun, undefined);
  assertEquals(second.read(coilsOf(0), 11), 1);
  assertEquals(second.read(coilsOf(0), 10), 0);
  second.write(coilsOf(0), 20, 1);
  await second.keeper.stop();
  const third = new Run(folder, "c", {}, [1, 2, 3, 5]);
  const there = [[0, 10], [1, 11], [1, 20], [3, 12], [2, 12]] as const;
  assertEquals(
    there.map(([i, address]) => third.read(coilsOf(i), address)),
    [1, 1, 1, 1, 0],
  );
  await third.keeper.stop();
  const fourth = new Run(folder, "d", {}, [1, 2, 3, 5]);
  assertEquals(fourth.keeper.lastRun, { epoch: "c", seq: 4 });
  await fourth.keeper.stop();
});

test("Keeper refuses a file that it can't use, and leaves the bank alone", (folder) => {
  Deno.writeTextFileSync(folder.file, "something else");
  assertThrows(() => new Run(folder, "a"), StoreError, "not a data file");
  assertEquals(Object.keys(folder.content()), ["bank.db"]);
});

test("Keeper tells when storing fails and when it works again, and loses nothing", async (folder) => {
  const run = new Run(folder, "a");
  run.write(coils, 1, 1);
  assertEquals(await run.stored(), true);
  run.isBroken = true;
  run.write(coils, 2, 1);
  assertEquals(await run.stored(), false);
  assertEquals(run.reports.all, [
    `failing: Cannot use the data file ${folder.file}: the test says so`,
  ]);
  run.write(coils, 3, 1);
  assertEquals(await run.stored(), false);
  run.isBroken = false;
  await within(run.reports.until(/^recovered$/), "recovered");
  assertEquals(run.reports.all.length, 2);
  assertEquals(await run.stored(), true);
  run.write(coils, 4, 1);
  assertEquals(await run.stored(), true);
  await run.keeper.stop();
  const next = new Run(folder, "b");
  assertEquals([1, 2, 3, 4].map((i) => next.read(coils, i)), [1, 1, 1, 1]);
  await next.keeper.stop();
});

test("Keeper tells when the disk does not take what is committed, and tries again by itself", async (folder) => {
  const run = new Run(folder, "a", { durability: "relaxed" });
  run.isSyncBroken = true;
  run.write(coils, 1, 1);
  await within(run.reports.until(/^failing: /), "failing");
  run.isSyncBroken = false;
  await within(run.reports.until(/^recovered$/), "recovered");
  await run.keeper.stop();
  assertEquals(run.bank.storeSide().progress, { seq: 1, storedSeq: 1 });
  const next = new Run(folder, "b");
  assertEquals(next.read(coils, 1), 1);
  await next.keeper.stop();
});

test("stop() gives up when the disk takes nothing", async (folder) => {
  const run = new Run(folder, "a");
  run.isBroken = true;
  run.write(coils, 1, 1);
  await run.keeper.stop();
  assertEquals(run.reports.all.length, 1);
  assertEquals(await run.stored(), false);
});

test("Keeper does not go on with a file of another run", async (folder) => {
  const other = new Run(folder, "other");
  other.write(coils, 1, 1);
  await other.keeper.stop();
  const run = new Run(folder, "a", {}, undefined, true);
  run.write(coils, 2, 1);
  await run.keeper.stop();
  const { file, content } = DataFile.open(folder.file, false);
  file.close();
  assertEquals(content.moment, { epoch: "other", seq: 1, covers: "any" });
});

test("Keeper goes on where a keeper has died", async (folder) => {
  const first = new Run(folder, "a");
  first.write(coils, 1, 1);
  await first.keeper.stop();
  const second = new Run(folder, "a", {}, undefined, true);
  second.write(coils, 2, 1);
  await within(second.reports.until(/^recovered$/), "recovered");
  await second.keeper.stop();
  const { file, content } = DataFile.open(folder.file, false);
  file.close();
  // Nothing was loaded: the bank is as this one has it.
  assertEquals(content.pages.get(0)!.subarray(0, 2), Uint8Array.of(0b100, 0));
});
