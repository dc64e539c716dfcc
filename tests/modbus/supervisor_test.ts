import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
} from "@std/assert";
import { spawnModbusWorker } from "../../src/app.ts";
import { Bank, MAIN_THREAD } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { Mutex } from "../../src/bank/mutex.ts";
import { Table } from "../../src/bank/tables.ts";
import { concat } from "../../src/bytes.ts";
import type { ModbusOptions } from "../../src/modbus/options.ts";
import type { ModbusServer } from "../../src/modbus/server.ts";
import { NoAnswerError } from "../../src/modbus/questions.ts";
import { ListenError, superviseModbus } from "../../src/modbus/supervisor.ts";
import { nextTurn } from "../../src/pause.ts";
import { faultyModbusWorker } from "../testing/faulty_modbus.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TestLog } from "../testing/log.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { TEST_OPTIONS } from "../testing/modbus_server.ts";
import { granted } from "../testing/permissions.ts";
import { within } from "../testing/within.ts";
import type { Fault, Order } from "./faulty_worker.ts";

/** A supervised server whose workers do what a test says. */
class Rig implements AsyncDisposable {
  readonly bank = Bank.create();
  readonly log = new TestLog();
  readonly workers: Worker[] = [];
  /** Faults of the workers to come, in order; then they are sound. */
  readonly faults: Fault[] = [];
  /** Called when a worker has been made. */
  spawned = () => {};
  server!: ModbusServer;

  static async start(): Promise<Rig> {
    const rig = new Rig();
    await rig.supervise();
    return rig;
  }

  async supervise(options: Partial<ModbusOptions> = {}): Promise<void> {
    this.server = await superviseModbus(
      this.bank,
      { ...TEST_OPTIONS, ...options },
      this.log.log,
      () => {
        const worker = faultyModbusWorker(this.faults.shift());
        this.workers.push(worker);
        this.spawned();
        return worker;
      },
    );
  }

  /** Gives an order to the worker that is running. */
  order(order: Order): void {
    this.workers.at(-1)!.postMessage(order);
  }

  /** Has the worker die, and waits until the next one serves. */
  async restart(): Promise<void> {
    this.log.all.length = 0;
    this.order({ type: "throw" });
    await this.log.until(/serving again$/);
  }

  connect(): Promise<ModbusClient> {
    return ModbusClient.connect(this.server.addr);
  }

  /** Who holds the bank's lock, without waiting for it. */
  get holder(): number {
    const { words } = new BankMemory(this.bank.buffer);
    return new Mutex(words, Word.lock, MAIN_THREAD).holder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
  }
}

/** A test with workers, which need read permission; one that leaves a timer behind fails. */
function workerTest(name: string, fn: () => Promise<void>): void {
  const ignore = !granted("read", "net");
  Deno.test({ name, ignore, sanitizeOps: true, sanitizeResources: true, fn });
}

async function read(client: ModbusClient, address: string): Promise<string> {
  const response = await client.request(fromHex(`03 ${address} 0001`));
  return toHex(response.subarray(2));
}

workerTest(
  "superviseModbus() serves the bank from a thread of its own",
  async () => {
    const bank = Bank.create();
    const log = new TestLog();
    const server = await superviseModbus(
      bank,
      TEST_OPTIONS,
      log.log,
      spawnModbusWorker,
    );
    assertEquals(server.addr.hostname, "127.0.0.1");
    using client = await ModbusClient.connect(server.addr);
    await client.request(fromHex("06 0005 beef"));
    const register = new Uint8Array(2);
    bank.read(Table.holdingRegisters, 5, 1, register, 0);
    assertEquals(toHex(register), "be ef");
    assertEquals(server.counters.read().requests, 1);
    await log.until(/^debug Modbus client .* connected$/);
    await server.stop();
    assertEquals(await client.receive(), null);
  },
);

workerTest(
  "superviseModbus() starts a dead thread again: same bank, same port, same counters",
  async () => {
    await using rig = await Rig.start();
    const { addr } = rig.server;
    using before = await rig.connect();
    await before.request(fromHex("06 0007 1234"));
    const reader = rig.bank.reader();
    await rig.restart();
    assertMatch(
      rig.log.all.find((line) => line.startsWith("error"))!,
      /^error The Modbus thread died \(.*thrown by order\): starting it again on the same bank$/,
    );
    assertEquals(rig.log.all.at(-1), "info The Modbus thread is serving again");
    assertEquals((await before.receiveAll()).length, 0);
    assertEquals(rig.server.addr, addr);
    using after = await rig.connect();
    assertEquals(await read(after, "0007"), "12 34");
    await after.request(fromHex("06 0008 5678"));
    assertEquals(
      reader.take(10).map(({ seq, address, values }) => ({
        seq,
        address,
        values: toHex(values),
      })),
      [
        { seq: 1, address: 7, values: "12 34" },
        { seq: 2, address: 8, values: "56 78" },
      ],
    );
    const { requests, connectionsAccepted, connectionsOpen } = rig.server
      .counters.read();
    assertEquals({ requests, connectionsAccepted, connectionsOpen }, {
      ...{ requests: 3, connectionsAccepted: 2, connectionsOpen: 1 },
    });
  },
);

workerTest(
  "superviseModbus() starts a thread again as often as it dies",
  async () => {
    await using rig = await Rig.start();
    for (let i = 1; i <= 3; i++) {
      await rig.restart();
      assertEquals(rig.workers.length, 1 + i);
      using client = await rig.connect();
      assertEquals(await read(client, "0000"), "00 00");
    }
  },
);

workerTest(
  "superviseModbus() tries again when a new thread fails to start",
  async () => {
    await using rig = await Rig.start();
    rig.faults.push("cannot listen", "dies before it listens");
    await rig.restart();
    const errors = rig.log.all.filter((line) => line.startsWith("error"));
    assertEquals(
      errors[1],
      "error Cannot start the Modbus thread again: taken",
    );
    assertMatch(
      errors[2]!,
      /^error Cannot start the Modbus thread again: .*dead before it listens$/,
    );
    using client = await rig.connect();
    assertEquals(await read(client, "0000"), "00 00");
  },
);

workerTest(
  "superviseModbus() rejects with a ListenError where it can't listen",
  async () => {
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = taken.addr as Deno.NetAddr;
    const rig = new Rig();
    const error = await assertRejects(
      () => rig.supervise({ port }),
      ListenError,
    );
    assertEquals(error.reason, "AddrInUse");
    assertEquals(error.name, "ListenError");
    assertEquals(rig.workers.length, 1);
  },
);

workerTest(
  "superviseModbus() rejects when the thread dies before it listens",
  async () => {
    const rig = new Rig();
    rig.faults.push("dies before it listens");
    await assertRejects(() => rig.supervise(), Error, "dead before it listens");
    assertEquals(rig.workers.length, 1);
    assertEquals(rig.log.all, []);
  },
);

workerTest(
  "superviseModbus() gives back what a dead thread had locked",
  async () => {
    await using rig = await Rig.start();
    {
      using client = await rig.connect();
      await client.request(fromHex("06 0009 cafe"));
    }
    const other = faultyModbusWorker();
    const found = Promise.withResolvers<Uint8Array>();
    other.onmessage = ({ data }) => found.resolve(data);
    rig.order({ type: "lock and throw" });
    await rig.log.until(/locked$/);
    const { buffer } = rig.bank;
    const order: Order = {
      ...{ type: "read", address: 9 },
      ...{ bank: buffer, thread: 1000 },
    };
    other.postMessage(order);
    assertEquals(toHex(await found.promise), "ca fe");
    other.terminate();
    await rig.log.until(/serving again$/);
    const nobody = { origin: Origin.websocket, connection: 0, unitId: 0 };
    rig.bank.write(
      Table.holdingRegisters,
      ...[9, 1, fromHex("0001"), 0, nobody] as const,
    );
    using client = await rig.connect();
    assertEquals(await read(client, "0009"), "00 01");
  },
);

workerTest(
  "stop() ends a thread that hangs, and gives back what it had locked",
  async () => {
    const rig = await Rig.start();
    rig.order({ type: "lock and hang" });
    await rig.log.until(/locked$/);
    assert(rig.holder !== 0);
    await rig.server.stop(0);
    assertEquals(rig.holder, 0);
  },
);

workerTest(
  "stop() answers what has arrived before, also after a restart",
  async () => {
    const rig = await Rig.start();
    await rig.restart();
    using client = await rig.connect();
    assertEquals(await read(client, "0000"), "00 00");
    const count = 3500;
    const request = adu(fromHex("03 0000 007d"));
    await client.send(concat(Array.from({ length: count }, () => request)));
    const stopped = rig.server.stop(60_000);
    assertEquals((await client.receiveAll()).length, count * 259);
    await stopped;
  },
);

workerTest("stop() resolves when the thread dies of it", async () => {
  const rig = await Rig.start();
  rig.order({ type: "throw on stop" });
  await rig.server.stop(600_000);
  assertEquals(rig.workers.length, 1);
  assertEquals(rig.log.all, []);
});

workerTest(
  "stop() while a dead thread waits to be started again ends that",
  async () => {
    const rig = await Rig.start();
    const { addr } = rig.server;
    rig.log.all.length = 0;
    rig.order({ type: "throw" });
    await rig.log.until(/died/);
    await rig.server.stop(600_000);
    await assertNotServed(rig, addr, 1);
  },
);

workerTest("stop() while a new thread is starting ends that", async () => {
  const rig = await Rig.start();
  const { addr } = rig.server;
  const stopped = Promise.withResolvers<void>();
  rig.spawned = () => {
    queueMicrotask(() => stopped.resolve(rig.server.stop(600_000)));
  };
  rig.order({ type: "throw" });
  await stopped.promise;
  await assertNotServed(rig, addr, 2);
});

workerTest("stop() while a new thread fails to start ends that", async () => {
  for (const fault of ["cannot listen", "dies before it listens"] as const) {
    const rig = await Rig.start();
    const { addr } = rig.server;
    const stopped = Promise.withResolvers<void>();
    rig.faults.push(fault);
    rig.spawned = () => {
      queueMicrotask(() => stopped.resolve(rig.server.stop(600_000)));
    };
    rig.order({ type: "throw" });
    await stopped.promise;
    await assertNotServed(rig, addr, 2);
  }
});

workerTest("stop() between two failures to start ends that", async () => {
  const rig = await Rig.start();
  const { addr } = rig.server;
  rig.faults.push("cannot listen");
  rig.order({ type: "throw" });
  await rig.log.until(/Cannot start/);
  await rig.server.stop(600_000);
  await assertNotServed(rig, addr, 2);
});

/** Asserts that nobody serves any more and nobody will, after so many workers. */
async function assertNotServed(
  rig: Rig,
  addr: Deno.NetAddr,
  workers: number,
): Promise<void> {
  while (await isOpen(addr));
  assertEquals(rig.workers.length, workers);
  assert(!rig.log.all.some((line) => line.endsWith("serving again")));
}

/** Whether the port is open still: a dead thread's goes a moment after it. Nobody may answer there. */
async function isOpen(addr: Deno.NetAddr): Promise<boolean> {
  try {
    using client = await ModbusClient.connect(addr);
    await client.send(adu(fromHex("03 0000 0001")));
    assertEquals(await client.receive(), null);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return true;
    if (error instanceof Deno.errors.BrokenPipe) return true;
    assertInstanceOf(error, Deno.errors.ConnectionRefused);
    return false;
  }
}

workerTest(
  "clients() asks the thread; one that has died has no clients",
  async () => {
    await using rig = await Rig.start();
    using client = await rig.connect();
    await client.request(fromHex("06 0007 1234"), 3);
    const [only, ...others] = await rig.server.clients();
    assertEquals(others, []);
    assertEquals([only?.peer, only?.writes, only?.lastUnit], [
      ...[client.name, 1, 3],
    ]);
    assertEquals([rig.server.serving, rig.server.restarts], [true, 0]);
    rig.order({ type: "throw" });
    // Asked before it is known, and after.
    assertEquals(await rig.server.clients(), []);
    assertEquals(rig.server.serving, false);
    assertEquals(rig.server.counters.read().connectionsOpen, 0);
    assertEquals(await rig.server.clients(), []);
    await rig.log.until(/serving again$/);
    assertEquals([rig.server.serving, rig.server.restarts], [true, 1]);
    assertEquals(await rig.server.clients(), []);
    using next = await rig.connect();
    await next.request(fromHex("06 0007 1234"), 3);
    const [other] = await rig.server.clients();
    assertEquals([only?.connection, other?.connection], [1, 2]);
    await rig.server.stop();
    assertEquals(rig.server.serving, false);
    assertEquals(await rig.server.clients(), []);
  },
);

workerTest(
  "clients() of a thread that hangs rejects after a while",
  async () => {
    await using rig = await Rig.start();
    rig.order({ type: "lock and hang" });
    await rig.log.until(/locked/);
    await assertRejects(() => rig.server.clients(), NoAnswerError);
    await rig.server.stop(0);
  },
);

workerTest(
  "superviseModbus() hands over the trace of each thread, to its end",
  async () => {
    const bank = Bank.create();
    const chunks: Uint8Array[] = [];
    const { promise: written, resolve: write } = Promise.withResolvers<
      boolean
    >();
    const server = await superviseModbus(
      bank,
      TEST_OPTIONS,
      () => {},
      spawnModbusWorker,
      (blocks) => {
        chunks.push(blocks);
        return written;
      },
    );
    using client = await ModbusClient.connect(server.addr);
    await client.request(fromHex("06 0005 beef"));
    await server.stop();
    write(true);
    const text = toHex(concat(chunks)).replaceAll(" ", "");
    // The request and its response.
    assertEquals(text.split("0006010600" + "05beef").length, 3);
  },
);

workerTest(
  "superviseModbus() has the thread record no more when the trace is over",
  async () => {
    const bank = Bank.create();
    let chunks = 0;
    const { promise: told, resolve: tell } = Promise.withResolvers<void>();
    const server = await superviseModbus(
      bank,
      TEST_OPTIONS,
      () => {},
      spawnModbusWorker,
      () => {
        chunks++;
        // By then the thread has been told.
        nextTurn().then(tell);
        return Promise.resolve(false);
      },
    );
    using client = await ModbusClient.connect(server.addr);
    await within(told, "the first chunk");
    await client.request(fromHex("06 0005 beef"));
    // Hands over what there is.
    await server.stop();
    assertEquals(chunks, 1);
  },
);
