import { assertEquals } from "@std/assert";
import { spawnStoreWorker } from "../../src/app.ts";
import { Bank } from "../../src/bank/bank.ts";
import type { FromWorker, ToWorker } from "../../src/store/messages.ts";
import { parseRetain } from "../../src/store/retain.ts";
import { Queue } from "../testing/queue.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";

Deno.test({
  name: "worker.ts keeps, says why it can't, and stops",
  ignore: WITHOUT_FILES,
  async fn() {
    using folder = new DataFolder();
    const bank = Bank.create(1024);
    for (const path of [folder.file, folder.path]) {
      const worker = spawnStoreWorker();
      const messages = new Queue<FromWorker>();
      worker.onmessage = ({ data }) => messages.add(data);
      const send = (message: ToWorker) => worker.postMessage(message);
      send({
        ...{ type: "keep", bank: bank.buffer, thread: bank.nextThread() },
        goesOn: false,
        options: {
          ...{ path, durability: "relaxed", epoch: "a" },
          retain: parseRetain("all"),
        },
      });
      const expected = path === folder.file
        ? { type: "keeping", lastRun: undefined }
        : {
          type: "refused",
          name: "StoreError",
          message: `Cannot use the data file ${path}: it is not a file`,
        };
      assertEquals<unknown>(await messages.next(), expected);
      send({ type: "stop" });
      assertEquals(await messages.next(), { type: "stopped" });
      worker.terminate();
    }
    assertEquals(Object.keys(folder.content()), ["bank.db"]);
  },
});
