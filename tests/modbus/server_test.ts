import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { concat } from "../../src/bytes.ts";
import { ModbusCounters } from "../../src/modbus/counters.ts";
import { serveModbus } from "../../src/modbus/server.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { TEST_IDENTITY } from "../testing/modbus_identity.ts";
import { TEST_OPTIONS, TestServer } from "../testing/modbus_server.ts";

/** 0, 1, 2 … */
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Requests for one register each, with transaction ids from 0. */
const reads = (count: number) =>
  concat(upTo(count).map((id) => adu(fromHex("03 0000 0001"), id)));

/** The responses to {@linkcode reads} from a bank that is all 0. */
const readResponses = (count: number) =>
  concat(upTo(count).map((id) => adu(fromHex("03 02 0000"), id)));

/** Asserts that a client is served. */
async function assertServed(client: ModbusClient): Promise<void> {
  assertEquals(
    toHex(await client.request(fromHex("03 0000 0001"))),
    "03 02 00 00",
  );
}

Deno.test("serveModbus() listens where it says, until it is stopped", async () => {
  const server = serveModbus(Bank.create(), TEST_OPTIONS);
  const { addr } = server;
  assertEquals(addr.hostname, "127.0.0.1");
  assert(addr.port > 0);
  using client = await ModbusClient.connect(addr);
  await assertServed(client);
  await server.stop();
  await assertRejects(
    () => ModbusClient.connect(addr),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("serveModbus() throws where it can't listen", async () => {
  await using test = new TestServer();
  const { port } = test.server.addr;
  assertThrows(
    () => serveModbus(Bank.create(), { ...TEST_OPTIONS, port }),
    Deno.errors.AddrInUse,
  );
});

Deno.test("serveModbus() throws for an identity that can't be sent", () => {
  const identity = { ...TEST_IDENTITY, modelName: "ü" };
  assertThrows(
    () => serveModbus(Bank.create(), { ...TEST_OPTIONS, identity }),
    RangeError,
    "ü",
  );
});

Deno.test("serveModbus() goes on with the counters it is given", async () => {
  const counters = new ModbusCounters();
  for (let i = 0; i < 41; i++) counters.request(3, 0);
  counters.set("connectionsOpen", 3);
  const server = serveModbus(Bank.create(), TEST_OPTIONS, undefined, counters);
  assertEquals(server.counters.read().connectionsOpen, 0);
  using client = await ModbusClient.connect(server.addr);
  await assertServed(client);
  assertEquals(counters.read().requests, 42);
  await server.stop();
});

Deno.test("serveModbus() answers a half-closed socket to the end", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(reads(500));
  await client.closeWrite();
  assertEquals(toHex(await client.receiveAll()), toHex(readResponses(500)));
  await test.gone(client);
});

Deno.test("serveModbus() answers 100 requests in one segment in order", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await client.send(reads(100));
  const expected = readResponses(100);
  assertEquals(
    toHex(await client.receiveBytes(expected.length)),
    toHex(expected),
  );
  assertEquals(test.server.counters.read().requests, 100);
});

Deno.test("serveModbus() answers requests that come byte by byte", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const requests = reads(3);
  for (const at of requests.keys()) {
    await client.send(requests.subarray(at, at + 1));
  }
  const expected = readResponses(3);
  assertEquals(
    toHex(await client.receiveBytes(expected.length)),
    toHex(expected),
  );
});

Deno.test("serveModbus() closes the connection idle for longest at the limit", async () => {
  await using test = new TestServer({ maxConnections: 2 });
  using first = await test.connect();
  await assertServed(first);
  using second = await test.connect();
  await assertServed(second);
  await assertServed(first);
  using third = await test.connect();
  assertEquals(await second.receive(), null);
  await assertServed(first);
  await assertServed(third);
  const { name } = second;
  assertEquals(
    test.lines.all.filter((line) => line.startsWith("warn")),
    [`warn Modbus connection limit of 2 reached: closing ${name}, the one idle for longest`],
  );
  const counters = test.server.counters.read();
  assertEquals(counters.connectionsAccepted, 3);
  assertEquals(counters.connectionsEvicted, 1);
  assertEquals(counters.connectionsOpen, 2);
});

Deno.test("serveModbus() at the limit closes those first that have never sent a request", async () => {
  await using test = new TestServer({ maxConnections: 2 });
  using plc = await test.connect();
  await assertServed(plc);
  // Each of these is idle for less long than the PLC.
  let last = await test.connect();
  for (let i = 0; i < 5; i++) {
    await last.send(reads(1).subarray(0, 5));
    const next = await test.connect();
    assertEquals((await last.receiveAll()).length, 0);
    last.close();
    last = next;
  }
  last.close();
  await assertServed(plc);
  assertEquals(test.server.counters.read().connectionsEvicted, 5);
});

Deno.test("serveModbus() closes the connection of a request that is not completed in time", async () => {
  await using test = new TestServer({ frameTimeout: 1 });
  using idle = await test.connect();
  await assertServed(idle);
  using slow = await test.connect();
  await slow.send(concat([reads(1), fromHex("0002 0000 00")]));
  assertEquals(toHex(await slow.receiveAll()), toHex(readResponses(1)));
  await test.gone(slow);
  // Waiting between requests is no offence.
  await assertServed(idle);
  assertEquals(
    test.lines.all.filter((line) => line.startsWith("warn")),
    [`warn Modbus client ${slow.name} did not complete a request within 1 ms: closing the connection`],
  );
  assertEquals(test.server.counters.read().frameTimeouts, 1);
  assertEquals(test.server.counters.read().connectionsOpen, 1);
});

Deno.test("serveModbus() closes an idle connection when there is a limit", async () => {
  await using test = new TestServer({ idleTimeout: 1 });
  using client = await test.connect();
  assertEquals(await client.receive(), null);
  await test.gone(client);
  assertEquals(
    test.lines.all.filter((line) => line.startsWith("info")),
    [`info Modbus client ${client.name} was idle for 1 ms: closing the connection`],
  );
  assertEquals(test.server.counters.read().idleTimeouts, 1);
  assertEquals(test.server.counters.read().frameTimeouts, 0);
});

Deno.test("serveModbus() serves others after a client has reset its connection", async () => {
  await using test = new TestServer();
  using other = await test.connect();
  const client = await test.connect();
  await client.send(reads(2));
  // What it has received and not read makes its close a reset.
  await client.receiveBytes(1);
  client.close();
  await test.gone(client);
  await assertServed(other);
  using next = await test.connect();
  await assertServed(next);
  const { connectionsOpen, closedByClient, connectionErrors } = test.server
    .counters.read();
  // Which of them is the system's choice.
  assertEquals([connectionsOpen, closedByClient + connectionErrors], [2, 1]);
});

Deno.test("serveModbus() keeps one client's garbage from the others", async () => {
  await using test = new TestServer();
  using good = await test.connect();
  using bad = await test.connect();
  await good.send(reads(1).subarray(0, 7));
  await bad.send(concat([reads(1), new TextEncoder().encode("GET / HTTP/1")]));
  assertEquals(toHex(await bad.receiveAll()), toHex(readResponses(1)));
  await test.gone(bad);
  await good.send(reads(1).subarray(7));
  assertEquals(toHex((await good.receive())!), toHex(readResponses(1)));
  assertEquals(
    test.lines.all.filter((line) => line.startsWith("warn")),
    [`warn Modbus client ${bad.name} sent what is not Modbus TCP (wrong protocol id in 47 45 54 20 2f 20 48 54): closing the connection`],
  );
  using next = await test.connect();
  await assertServed(next);
  const { frameErrors, requests } = test.server.counters.read();
  assertEquals({ frameErrors, requests }, { frameErrors: 1, requests: 3 });
});

Deno.test("serveModbus() answers what came before much garbage", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  const garbage = new Uint8Array(10_000).fill(0xff);
  await client.send(concat([reads(5), garbage]));
  assertEquals(toHex(await client.receiveAll()), toHex(readResponses(5)));
});

Deno.test("serveModbus() serves others while one client takes no answers", async () => {
  const test = new TestServer();
  using deaf = await test.connect();
  const sent = sendManyLargeReads(deaf);
  using other = await test.connect();
  for (let i = 0; i < 50; i++) await assertServed(other);
  await test.server.stop(0);
  await sent;
});

Deno.test("serveModbus() logs who comes and who goes", async () => {
  await using test = new TestServer();
  using client = await test.connect();
  await assertServed(client);
  const { name } = client;
  assertEquals(test.lines.all, [`debug Modbus client ${name} connected`]);
  await client.closeWrite();
  await test.gone(client);
  assertEquals(test.lines.all, [
    `debug Modbus client ${name} connected`,
    `debug Modbus client ${name} disconnected`,
  ]);
});

Deno.test("serveModbus() counts connections, requests and exceptions", async () => {
  await using test = new TestServer();
  {
    using gone = await test.connect();
    await assertServed(gone);
    await gone.closeWrite();
    await test.gone(gone);
  }
  using client = await test.connect();
  const rows = [
    ...["03 0000 0001", "63", "03 ffff 0002", "01 ffff 0002", "03 0000 0000"],
    ...["05 0000 1234", "10 0000 0001 01 00", "06 0000 0001", "2b 0d"],
  ];
  // What `assertServed` has sent and got.
  let received = reads(1).length;
  let sent = readResponses(1).length;
  for (const pdu of rows.map(fromHex)) {
    received += adu(pdu).length;
    sent += adu(await client.request(pdu)).length;
  }
  const { counters } = test.server;
  // What was sent is counted a moment after it has arrived.
  await client.closeWrite();
  await test.gone(client);
  const { bytesReceived, bytesSent, ...others } = counters.read();
  assertEquals([bytesReceived, bytesSent], [received, sent]);
  assertEquals(others, {
    ...{ connectionsAccepted: 2, connectionsOpen: 0, connectionsEvicted: 0 },
    ...{ connectionsRefused: 0, connectionsFull: 0 },
    ...{ frameTimeouts: 0, idleTimeouts: 0, frameErrors: 0 },
    ...{ closedByClient: 2, connectionErrors: 0, closedAtStop: 0 },
    ...{ acceptErrors: 0, tracePacketsMissing: 0 },
    ...{ requests: 10, illegalFunction: 2, illegalDataAddress: 2 },
    ...{ illegalDataValue: 3, serverDeviceFailure: 0 },
    gatewayTargetFailed: 0,
  });
  const { counts, sum } = counters.readDurations();
  assertEquals(counts.reduce((all, count) => all + count), 10);
  assert(sum > 0 && sum < 60, `${sum} s`);
});

const MANY = 120_000;

/** Asks for 30 MB of answers: more than sockets hold. Ends when all is sent, or the server has cut it. */
async function sendManyLargeReads(client: ModbusClient): Promise<void> {
  const request = adu(fromHex("03 0000 007d"));
  const requests = concat(Array.from({ length: MANY }, () => request));
  try {
    await client.send(requests);
  } catch (error) {
    assertInstanceOf(error, Error);
  }
}

Deno.test("stop() closes idle connections", async () => {
  const test = new TestServer();
  using idle = await test.connect();
  await assertServed(idle);
  using partial = await test.connect();
  await partial.send(concat([reads(1), fromHex("0001 0000")]));
  await partial.receiveBytes(11);
  await test.server.stop(600_000);
  assertEquals(await idle.receive(), null);
  assertEquals((await partial.receiveAll()).length, 0);
  assertEquals(test.server.counters.read().connectionsOpen, 0);
});

Deno.test("stop() answers what has arrived before", async (t) => {
  // Which round would show a loss depends on how much the sockets hold by then.
  for (const round of upTo(6)) {
    await t.step(`round ${round}`, stopUnderLoad);
  }
});

async function stopUnderLoad(): Promise<void> {
  const test = new TestServer();
  const clients = await Promise.all(upTo(8).map(() => test.connect()));
  for (const client of clients) await assertServed(client);
  // Few enough to be in the server's sockets at once, with answers that are not.
  const count = 3500;
  const requests = upTo(count).map((id) => adu(fromHex("03 0000 007d"), id));
  await Promise.all(clients.map((client) => client.send(concat(requests))));
  const stopped = test.server.stop(60_000);
  const all = await Promise.all(clients.map((client) => client.receiveAll()));
  await stopped;
  for (const responses of all) {
    assertEquals(responses.length, count * 259);
    for (const id of upTo(count)) {
      const at = id * 259;
      assertEquals((responses[at]! << 8) | responses[at + 1]!, id);
    }
  }
  clients.forEach((client) => client.close());
  assertEquals(test.server.counters.read().requests, 8 + 8 * count);
}

Deno.test("stop() does not wait for clients that go on asking", async () => {
  const test = new TestServer();
  using client = await test.connect();
  await assertServed(client);
  const asking = assertRejects(async () => {
    // Each request is sent when the one before is answered: never is there none.
    for (;;) await client.request(fromHex("03 0000 0001"));
  }, Error);
  await test.server.stop(600_000);
  await asking;
});

Deno.test("stop() cuts a client that takes no answers", async () => {
  const test = new TestServer();
  using client = await test.connect();
  await assertServed(client);
  const sent = sendManyLargeReads(client);
  await test.server.stop(20);
  await sent;
  // What the sockets held may still come, and then it ends.
  assert((await client.receiveAll()).length < MANY * 259);
  const { requests, connectionsOpen } = test.server.counters.read();
  assert(requests < MANY);
  assertEquals(connectionsOpen, 0);
});

Deno.test({
  name: "stop() leaves no timer and no socket behind",
  sanitizeOps: true,
  sanitizeResources: true,
  async fn() {
    const test = new TestServer();
    using client = await test.connect();
    await assertServed(client);
    using other = await test.connect();
    await assertServed(other);
    await test.server.stop(600_000);
  },
});

Deno.test("stop() can be called again, and by `await using`", async () => {
  const test = new TestServer();
  const first = test.server.stop();
  assertEquals(test.server.stop(0), first);
  await first;
  await test[Symbol.asyncDispose]();
  assertEquals(test.lines.all, []);
});

Deno.test("clients() tells who is connected and what they have asked for", async () => {
  await using test = new TestServer();
  assertEquals(await test.server.clients(), []);
  const before = Date.now();
  using first = await test.connect();
  await assertServed(first);
  await first.request(fromHex("10 0000 0001 02 0001"), 9);
  await first.request(fromHex("10 ffff 0002 04 0001 0002"), 8);
  using second = await test.connect();
  await test.lines.until(new RegExp(`${second.name} connected`));
  const clients = await test.server.clients();
  for (const { connectedAt } of clients) {
    assert(before <= connectedAt && connectedAt <= Date.now());
  }
  assertEquals(clients.map((client) => ({ ...client, connectedAt: 0 })), [
    {
      ...{ connection: 1, peer: first.name, connectedAt: 0 },
      ...{ requests: 3, exceptions: 1, writes: 1, lastUnit: 8 },
    },
    {
      ...{ connection: 2, peer: second.name, connectedAt: 0 },
      ...{ requests: 0, exceptions: 0, writes: 0, lastUnit: null },
    },
  ]);
  await first.closeWrite();
  await test.gone(first);
  assertEquals((await test.server.clients()).map(({ peer }) => peer), [
    second.name,
  ]);
  assertEquals([test.server.serving, test.server.restarts], [true, 0]);
  await test.server.stop();
  assertEquals(test.server.serving, false);
  assertEquals(await test.server.clients(), []);
});

Deno.test("serveModbus() tells each request at debug level when it is asked to", async () => {
  await using test = new TestServer({ traffic: true });
  using client = await test.connect();
  await client.request(fromHex("0f 0003 0003 01 05"), 7);
  const line = await test.lines.until(/unit 7/);
  const [, micros] =
    /^debug Modbus - unit 7 write multiple coils 3-5 = 101 \((\d+) µs\)$/
      .exec(line.replace(client.name, "-")) ?? [];
  assert(Number(micros) > 0, line);
});
