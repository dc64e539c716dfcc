// Ten thousand connections that end in every way a connection can end, beside
// one that is used as it should be: in the end nothing of them is left.
import { assert, assertEquals } from "@std/assert";
import type { Log } from "../../src/log.ts";
import { Bank } from "../../src/bank/bank.ts";
import { serveModbus } from "../../src/modbus/server.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { TEST_OPTIONS } from "../testing/modbus_server.ts";
import { granted } from "../testing/permissions.ts";

const MANY = 10_000;

/** Connections that are made at a time. */
const AT_ONCE = 50;

const REQUEST = adu(fromHex("03 0000 0001"));

/** What clients do with a connection; each ends when the server has nothing more to say or the client is gone. */
const FATES: readonly ((client: ModbusClient) => Promise<unknown>)[] = [
  // Opened, and closed without a byte.
  () => Promise.resolve(),
  // Abandoned in the midst of a header, and of a PDU.
  (client) => client.send(REQUEST.subarray(0, 3)),
  (client) => client.send(REQUEST.subarray(0, 9)),
  // Gone before the answer: what is not read makes the close a reset.
  async (client) => {
    await client.send(REQUEST);
    await client.send(REQUEST);
    await client.receiveBytes(1);
  },
  // Half-closed behind a request, and behind half of one.
  async (client) => {
    await client.send(REQUEST);
    await client.closeWrite();
    await client.receiveAll();
  },
  async (client) => {
    await client.send(REQUEST.subarray(0, 8));
    await client.closeWrite();
    await client.receiveAll();
  },
  // Not Modbus at all: the server closes.
  async (client) => {
    await client.send(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
    await client.receiveAll();
  },
  // As it should be.
  (client) => client.request(fromHex("03 0000 0001")),
];

/** The file descriptors of this process; undefined where they can't be counted. */
function descriptors(): number | undefined {
  return Deno.build.os === "linux" && granted("read")
    ? [...Deno.readDirSync("/proc/self/fd")].length
    : undefined;
}

/** Counts lines of the log that say that a client has gone. */
class Departures {
  #count = 0;
  #waiting: { count: number; resolve: () => void } | undefined;

  readonly log: Log = (_, text) => {
    if (!text.endsWith("disconnected")) return;
    this.#count++;
    if (this.#count >= (this.#waiting?.count ?? Infinity)) {
      this.#waiting?.resolve();
    }
  };

  /** Resolves when so many have gone. */
  until(count: number): Promise<void> {
    if (this.#count >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting = { count, resolve };
    return promise;
  }
}

Deno.test(`serveModbus() has nothing left of ${MANY} connections`, async () => {
  const departures = new Departures();
  const options = { ...TEST_OPTIONS, maxConnections: 1000 };
  const server = serveModbus(Bank.create(), options, departures.log);
  const before = descriptors();
  const good = await ModbusClient.connect(server.addr);
  let next = 0;
  const meet = async () => {
    while (next < MANY) {
      const fate = FATES[next++ % FATES.length]!;
      using client = await ModbusClient.connect(server.addr);
      await fate(client);
    }
  };
  let isDone = false;
  let polls = 0;
  const poll = async () => {
    for (; !isDone; polls++) {
      const answer = await good.request(fromHex("03 0000 0002"));
      assertEquals(toHex(answer), "03 04 00 00 00 00");
    }
  };
  const polling = poll();
  await Promise.all(Array.from({ length: AT_ONCE }, meet));
  await departures.until(MANY);
  isDone = true;
  await polling;
  assert(polls > 100, `${polls} requests beside them`);
  const { connectionsAccepted, connectionsOpen, connectionsEvicted } = server
    .counters.read();
  assertEquals([connectionsAccepted, connectionsOpen, connectionsEvicted], [
    ...[MANY + 1, 1, 0],
  ]);
  good.close();
  await departures.until(MANY + 1);
  assertEquals(server.counters.read().connectionsOpen, 0);
  assertEquals(descriptors(), before);
  await server.stop();
});
