import { assert, assertEquals, assertMatch } from "@std/assert";
import { spawnModbusWorker } from "../../src/app.ts";
import { Bank } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { ModbusCounters } from "../../src/modbus/counters.ts";
import type { FromWorker, ToWorker } from "../../src/modbus/messages.ts";
import type { ModbusOptions } from "../../src/modbus/options.ts";
import { fromHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { TEST_OPTIONS } from "../testing/modbus_server.ts";
import { granted } from "../testing/permissions.ts";

/** The real worker, whose messages are taken one by one. */
class Rig implements Disposable {
  readonly bank = Bank.create();
  readonly counters = new ModbusCounters();
  readonly #worker = spawnModbusWorker();
  readonly #messages: ReadableStreamDefaultReader<FromWorker>;

  constructor() {
    this.#messages = new ReadableStream<FromWorker>({
      start: (controller) => {
        this.#worker.onmessage = ({ data }) => controller.enqueue(data);
      },
    }).getReader();
  }

  send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  serve(options: Partial<ModbusOptions> = {}): void {
    this.send({
      ...{ type: "serve", bank: this.bank.buffer, thread: 2 },
      ...{ counters: this.counters.buffer },
      options: { ...TEST_OPTIONS, ...options },
    });
  }

  async next(): Promise<FromWorker> {
    return (await this.#messages.read()).value!;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** A test with a worker, which needs read permission. */
function workerTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !granted("read", "net"), fn });
}

workerTest("worker.ts serves, logs, counts and stops", async () => {
  using rig = new Rig();
  rig.serve();
  const listening = await rig.next();
  assert(listening.type === "listening");
  using client = await ModbusClient.connect(listening.addr);
  await client.request(fromHex("06 0003 abcd"));
  const register = new Uint8Array(2);
  rig.bank.read(Table.holdingRegisters, 3, 1, register, 0);
  assertEquals(register, fromHex("abcd"));
  assertEquals(rig.counters.read().requests, 1);
  assertEquals(await rig.next(), {
    ...{ type: "log", level: "debug" },
    text: `Modbus client ${client.name} connected`,
  });
  rig.send({ type: "stop", grace: undefined });
  assertEquals(await client.receive(), null);
  assertEquals(await rig.next(), {
    ...{ type: "log", level: "debug" },
    text: `Modbus client ${client.name} disconnected`,
  });
  assertEquals(await rig.next(), { type: "stopped" });
});

workerTest("worker.ts says why it can't listen", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  using rig = new Rig();
  rig.serve({ port });
  const failed = await rig.next();
  assert(failed.type === "failed");
  assertEquals(failed.name, "AddrInUse");
  assertMatch(failed.message, /in use/i);
  // With nothing to stop it says so at once.
  rig.send({ type: "stop", grace: 600_000 });
  assertEquals(await rig.next(), { type: "stopped" });
});
