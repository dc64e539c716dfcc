import { assert, assertEquals, assertMatch } from "@std/assert";
import { Bank, DEFAULT_RING_SIZE } from "../../src/bank/bank.ts";
import { ANY_UNIT, Units } from "../../src/bank/units.ts";
import { concat } from "../../src/bytes.ts";
import { Connection } from "../../src/modbus/connection.ts";
import type { Service } from "../../src/modbus/service.ts";
import type { OpenTap, Tap } from "../../src/modbus/tap.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TestLog } from "../testing/log.ts";
import { adu } from "../testing/modbus_client.ts";
import { testService } from "../testing/modbus_service.ts";

/** A socket in memory; what it does next is for the test to say. */
class FakeSocket {
  readonly remoteAddr = {
    transport: "tcp",
    hostname: "192.0.2.7",
    port: 50123,
  };
  readonly localAddr = { transport: "tcp", hostname: "192.0.2.1", port: 502 };
  /** What was written. */
  readonly written: Uint8Array[] = [];
  /** The most bytes that one write takes. */
  mostWritten = Infinity;
  /** What writes wait for. */
  gate: Promise<void> = Promise.resolve();
  /** Options that were set, in order. */
  readonly options: string[] = [];
  /** How often it was closed. */
  closed = 0;
  readonly #arrived: (Uint8Array | null | Error)[] = [];
  #reading: PromiseWithResolvers<void> | undefined;

  /** Bytes, the end, or an error arrive. */
  arrive(...what: (Uint8Array | null | Error)[]): void {
    this.#arrived.push(...what);
    this.#reading?.resolve();
  }

  async read(space: Uint8Array): Promise<number | null> {
    while (this.#arrived.length === 0) {
      this.#reading = Promise.withResolvers<void>();
      await this.#reading.promise;
    }
    const next = this.#arrived.shift()!;
    if (next === null) return null;
    if (next instanceof Error) throw next;
    const count = Math.min(space.length, next.length);
    space.set(next.subarray(0, count));
    if (count < next.length) this.#arrived.unshift(next.subarray(count));
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    const taken = bytes.slice(0, Math.min(bytes.length, this.mostWritten));
    await this.gate;
    this.written.push(taken);
    return taken.length;
  }

  setNoDelay(on: boolean): void {
    this.options.push(`noDelay ${on}`);
  }

  setKeepAlive(on: boolean): void {
    this.options.push(`keepAlive ${on}`);
  }

  close(): void {
    if (this.closed++ > 0) throw new Deno.errors.BadResource("closed twice");
    this.arrive(new Deno.errors.BadResource("closed by us"));
  }
}

function rigOf(overrides: Partial<Service> = {}) {
  const socket = new FakeSocket();
  const log = new TestLog();
  const service = testService({ log: log.log, ...overrides });
  const connection = new Connection(
    service,
    socket as unknown as Deno.TcpConn,
    1,
  );
  return { socket, log, counters: service.counters, connection };
}

/** Lets everything run that waits for nothing from outside. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

const WRITE = adu(fromHex("06 0001 0003"));

Deno.test({
  name: "Connection.serve() answers until the client ends, then closes",
  permissions: "none",
  async fn() {
    const { socket, log, connection } = rigOf();
    socket.arrive(WRITE, concat([WRITE, WRITE]), null);
    await connection.serve();
    assertEquals(
      socket.written.map(toHex),
      [toHex(WRITE), toHex(concat([WRITE, WRITE]))],
    );
    assertEquals(socket.options, ["noDelay true", "keepAlive true"]);
    assertEquals(socket.closed, 1);
    assertEquals(log.all, []);
    assertEquals(connection.peer, "192.0.2.7:50123");
  },
});

Deno.test({
  name: "Connection.serve() goes on writing what a write has left",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    socket.mostWritten = 5;
    socket.arrive(WRITE, WRITE, null);
    await connection.serve();
    assertEquals(toHex(concat(socket.written)), toHex(concat([WRITE, WRITE])));
  },
});

Deno.test({
  name: "Connection.serve() tells of a violation once and closes",
  permissions: "none",
  async fn() {
    const { socket, log, counters, connection } = rigOf();
    socket.arrive(concat([WRITE, fromHex("000201 0203040506 0708")]), WRITE);
    await connection.serve();
    assertEquals(socket.written.map(toHex), [toHex(WRITE)]);
    assertEquals(log.all, [
      "warn Modbus client 192.0.2.7:50123 sent what is not Modbus TCP (wrong protocol id in 00 02 01 02 03 04 05 06): closing the connection",
    ]);
    assertEquals(socket.closed, 1);
    assertEquals(counters.read().frameErrors, 1);
  },
});

Deno.test({
  name: "Connection.serve() ends at a reset with a line for those who debug",
  permissions: "none",
  async fn() {
    const { socket, log, counters, connection } = rigOf();
    socket.arrive(new Deno.errors.ConnectionReset("reset by peer"));
    await connection.serve();
    const { connectionErrors, closedByClient } = counters.read();
    assertEquals([connectionErrors, closedByClient], [1, 0]);
    assertEquals(log.all, [
      "debug Modbus client 192.0.2.7:50123: ConnectionReset: reset by peer",
    ]);
    assertEquals(socket.closed, 1);
  },
});

Deno.test({
  name:
    "Connection.serve() logs a fault of the program, answers 04 and goes on",
  permissions: "none",
  async fn() {
    const broken = {
      units: ANY_UNIT,
      write() {
        throw new Error("a fault");
      },
      read() {},
    } as unknown as Bank;
    const { socket, log, counters, connection } = rigOf({ bank: broken });
    socket.arrive(WRITE, adu(fromHex("03 0000 0001")), null);
    await connection.serve();
    assertEquals(socket.written.map(toHex), [
      "00 01 00 00 00 03 01 86 04",
      "00 01 00 00 00 05 01 03 02 00 00",
    ]);
    assertEquals(log.all.length, 1);
    assertMatch(
      log.all[0]!,
      /^error Modbus client 192\.0\.2\.7:50123: a request failed: Error: a fault\n {4}at /,
    );
    assertEquals(counters.read().serverDeviceFailure, 1);
  },
});

Deno.test({
  name: "Connection.close() ends serve() in silence, and can be called again",
  permissions: "none",
  async fn() {
    const { socket, log, connection } = rigOf();
    const served = connection.serve();
    connection.close();
    connection.close();
    await served;
    assertEquals(log.all, []);
    assertEquals(socket.closed, 1);
  },
});

Deno.test({
  name: "Connection.partialSince is set while a request is incomplete",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    const served = connection.serve();
    await settled();
    assertEquals(connection.partialSince, undefined);
    socket.arrive(WRITE.subarray(0, 3));
    await settled();
    const since = connection.partialSince;
    assert(since !== undefined);
    // More of the same request does not start the time anew.
    socket.arrive(WRITE.subarray(3, 7));
    await settled();
    assertEquals(connection.partialSince, since);
    socket.arrive(concat([WRITE.subarray(7), WRITE.subarray(0, 1)]));
    await settled();
    assert(connection.partialSince !== undefined);
    assert(connection.partialSince > since);
    socket.arrive(WRITE.subarray(1));
    await settled();
    assertEquals(connection.partialSince, undefined);
    connection.close();
    await served;
  },
});

Deno.test({
  name:
    "Connection.partialSince begins anew behind a request to a unit that says nothing",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf({
      bank: Bank.create(DEFAULT_RING_SIZE, new Units([9])),
      answersForAll: false,
    });
    const served = connection.serve();
    socket.arrive(WRITE.subarray(0, 3));
    await settled();
    const since = connection.partialSince;
    assert(since !== undefined);
    socket.arrive(concat([WRITE.subarray(3), WRITE.subarray(0, 3)]));
    await settled();
    assert(connection.partialSince !== undefined);
    assert(connection.partialSince > since);
    assertEquals(socket.written, []);
    connection.close();
    await served;
  },
});

Deno.test({
  name:
    "Connection.partialSince does not count the time that answers took to send",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    const gate = Promise.withResolvers<void>();
    socket.gate = gate.promise;
    const served = connection.serve();
    socket.arrive(concat([WRITE, WRITE.subarray(0, 5)]));
    await settled();
    assertEquals(connection.partialSince, undefined);
    const sent = performance.now();
    gate.resolve();
    await settled();
    assert(connection.partialSince !== undefined);
    assert(connection.partialSince >= sent);
    connection.close();
    await served;
  },
});

Deno.test({
  name: "Connection.activeAt moves when bytes come",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    const served = connection.serve();
    await settled();
    const before = connection.activeAt;
    socket.arrive(WRITE.subarray(0, 1));
    await settled();
    assert(connection.activeAt > before);
    connection.close();
    await served;
  },
});

Deno.test({
  name: "Connection.isIdle() is true at the second look at the same read",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    assert(!connection.isIdle(), "not served yet");
    const served = connection.serve();
    await settled();
    assert(!connection.isIdle());
    socket.arrive(WRITE);
    await settled();
    assert(!connection.isIdle(), "something came since the last look");
    assert(connection.isIdle());
    const gate = Promise.withResolvers<void>();
    socket.gate = gate.promise;
    socket.arrive(WRITE);
    await settled();
    assert(!connection.isIdle(), "it is sending");
    assert(!connection.isIdle(), "it is still sending");
    gate.resolve();
    await settled();
    assert(!connection.isIdle());
    assert(connection.isIdle());
    connection.close();
    await served;
  },
});

Deno.test({
  name: "Connection.drain() has it answer what is there, and end",
  permissions: "none",
  async fn() {
    const { socket, log, connection } = rigOf();
    const served = connection.serve();
    await settled();
    connection.drain();
    // The first read began before; the second fills its space; the third does not.
    const much = concat(Array.from({ length: 200 }, () => WRITE));
    socket.arrive(WRITE, much);
    await served;
    assertEquals(
      toHex(concat(socket.written)),
      toHex(concat([WRITE, much])),
    );
    assertEquals(socket.closed, 1);
    assertEquals(log.all, []);
  },
});

Deno.test({
  name: "Connection shows a tap what came, what was answered, and the end",
  permissions: "none",
  async fn() {
    const seen: string[] = [];
    const openTap: OpenTap = (client, server) => {
      seen.push(`${client.port} to ${server.port}`);
      return {
        received: (bytes) => seen.push(`received ${toHex(bytes)}`),
        answered(requests, responses, seconds) {
          assert(seconds >= 0 && seconds < 60);
          seen.push(`${toHex(requests)} -> ${toHex(responses)}`);
        },
        closed: () => seen.push("closed"),
      };
    };
    const { socket, connection } = rigOf({ openTap });
    const head = WRITE.slice(0, 5);
    const tail = WRITE.slice(5);
    socket.arrive(concat([WRITE, head]), tail, null);
    await connection.serve();
    connection.close();
    const exchange = `${toHex(WRITE)} -> ${toHex(WRITE)}`;
    assertEquals(seen, [
      "50123 to 502",
      `received ${toHex(concat([WRITE, head]))}`,
      exchange,
      `received ${toHex(tail)}`,
      exchange,
      "closed",
    ]);
  },
});

Deno.test({
  name: "Connection.info() tells who it is and what it has asked for",
  permissions: "none",
  async fn() {
    const { socket, connection } = rigOf();
    const peer = "192.0.2.7:50123";
    const { connectedAt, ...fresh } = connection.info();
    assertEquals(fresh, {
      ...{ connection: 1, peer, requests: 0, exceptions: 0, writes: 0 },
      lastUnit: null,
    });
    socket.arrive(WRITE, adu(fromHex("03 ffff 0002"), 1, 247), null);
    await connection.serve();
    assertEquals(connection.info(), {
      ...{ connection: 1, peer, requests: 2, exceptions: 1, writes: 1 },
      ...{ lastUnit: 247, connectedAt },
    });
  },
});

Deno.test({
  name:
    "Connection shows a tap also what it does not answer, and does not time it",
  permissions: "none",
  async fn() {
    const seen: string[] = [];
    const tap: Tap = {
      received: () => {},
      answered: (requests, responses) =>
        seen.push(`${requests.length} -> ${responses.length}`),
      closed: () => {},
    };
    const bank = Bank.create(undefined, new Units([1]));
    const { socket, counters, connection } = rigOf({
      bank,
      openTap: () => tap,
      answersForAll: false,
    });
    const other = adu(fromHex("06 0001 0003"), 2, 9);
    socket.arrive(other, WRITE, concat([other, WRITE, other]), null);
    await connection.serve();
    const { length } = WRITE;
    assertEquals(seen, [
      `${length} -> 0`,
      `${length} -> ${length}`,
      `${3 * length} -> ${length}`,
    ]);
    assertEquals(toHex(concat(socket.written)), toHex(concat([WRITE, WRITE])));
    const { counts } = counters.readDurations();
    // In one piece with an answer they take as long as that.
    assertEquals(counts.reduce((sum, count) => sum + count), 1 + 3);
  },
});
