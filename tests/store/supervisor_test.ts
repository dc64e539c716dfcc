import { assertEquals, assertRejects } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { DataFile } from "../../src/store/file.ts";
import { parseRetain } from "../../src/store/retain.ts";
import { superviseStore } from "../../src/store/supervisor.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { TestLog } from "../testing/log.ts";
import { within } from "../testing/within.ts";
import { WRITER } from "../testing/writers.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";
import type { Order } from "./faulty_worker.ts";

/** A bank, and the workers that were made to keep it. */
class Rig {
  readonly bank = Bank.create(1 << 16);
  readonly lines = new TestLog();
  readonly workers: Worker[] = [];
  readonly #path: string;

  constructor({ file }: DataFolder) {
    this.#path = file;
  }

  start(name = "sound") {
    const retain = parseRetain("all");
    const options = { path: this.#path, retain, epoch: "a" };
    return superviseStore(
      this.bank,
      { ...options, durability: "strict" },
      this.lines.log,
      () => {
        const url = new URL("./faulty_worker.ts", import.meta.url);
        const worker = new Worker(url, { type: "module", name });
        this.workers.push(worker);
        return worker;
      },
    );
  }

  order(order: Order): void {
    this.workers.at(-1)!.postMessage(order);
  }

  /** Writes a coil. Resolves with whether it is on disk. */
  write(address: number): Promise<boolean> {
    const on = Uint8Array.of(1);
    const seq = this.bank.write(Table.coils, address, 1, on, 0, WRITER);
    return within(this.bank.durability!.stored(seq), `write of ${address}`);
  }
}

function test(
  name: string,
  fn: (rig: Rig, folder: DataFolder) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: WITHOUT_FILES,
    async fn() {
      using _ = keepAlive();
      using folder = new DataFolder();
      await fn(new Rig(folder), folder);
    },
  });
}

for (const type of ["throw", "lock and throw"] as const) {
  test(
    `superviseStore() starts a thread again that was told to ${type}, and loses nothing`,
    async (rig, folder) => {
      const store = await rig.start();
      assertEquals(await rig.write(0), true);
      rig.order({ type });
      const died = await within(
        rig.lines.until(/^error The store's thread died/),
        "the end of the thread",
      );
      assertEquals(died.includes("thrown"), true);
      assertEquals(store.health.status, "failing");
      assertEquals(await rig.write(1), false);
      await within(rig.lines.until(/^info All is stored/), "the next thread");
      assertEquals(await rig.write(2), true);
      assertEquals(store.health.status, "ok");
      assertEquals(rig.workers.length, 2);
      await store.stop();
      const { file, content } = DataFile.open(folder.file, false);
      file.close();
      assertEquals(content.pages.get(0)![0], 0b111);
      assertEquals(content.moment, { epoch: "a", seq: 3, covers: "any" });
    },
  );
}

test("superviseStore() rejects when the thread dies before it keeps the bank", async (rig) => {
  await assertRejects(() => rig.start("dies at once"), Error, "dead at once");
});

test("stop() between two threads is done at once", async (rig) => {
  const store = await rig.start();
  rig.order({ type: "throw" });
  await within(rig.lines.until(/thread died/), "the end of the thread");
  await store.stop();
  assertEquals(rig.workers.length, 1);
});
