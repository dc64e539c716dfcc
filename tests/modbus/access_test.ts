// Who may connect to the Modbus server, and who may stay.
import { assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { TestServer } from "../testing/modbus_server.ts";

/** Whether this machine has IPv6, by which a test gets a second address. */
const ignore = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return false;
  } catch {
    return true;
  }
})();

/** A server on all addresses, for clients by IPv4 and by IPv6. */
class DualServer extends TestServer {
  constructor(overrides: ConstructorParameters<typeof TestServer>[0]) {
    super({ hostname: "::", ...overrides });
  }

  /** A client from 127.0.0.1, which a server on `::` sees as ::ffff:127.0.0.1. */
  v4(): Promise<ModbusClient> {
    const { port } = this.server.addr;
    return ModbusClient.connect({ hostname: "127.0.0.1", port });
  }

  /** A client from ::1. */
  v6(): Promise<ModbusClient> {
    const { port } = this.server.addr;
    return ModbusClient.connect({ hostname: "::1", port });
  }
}

async function assertServed(client: ModbusClient): Promise<void> {
  const answer = await client.request(fromHex("03 0000 0001"));
  assertEquals(toHex(answer), "03 02 00 00");
}

const isWarning = (line: string) => line.startsWith("warn");

Deno.test({
  name: "serveModbus() closes clients of other addresses unread",
  ignore,
  async fn() {
    await using test = new DualServer({ allow: ["127.0.0.0/8"] });
    using inside = await test.v4();
    await assertServed(inside);
    for (let i = 0; i < 3; i++) {
      using outside = await test.v6();
      assertEquals((await outside.receiveAll()).length, 0);
    }
    await assertServed(inside);
    const { connectionsRefused, connectionsAccepted, connectionsOpen } = test
      .server.counters.read();
    assertEquals([connectionsRefused, connectionsAccepted, connectionsOpen], [
      ...[3, 1, 1],
    ]);
    // One line, however often it comes.
    const warnings = test.lines.all.filter(isWarning)
      .map((line) => line.replace(/\]:\d+/, "]"));
    assertEquals(warnings, [
      "warn Refused Modbus client [::1]: its address is not among those of --modbus-allow",
    ]);
  },
});

Deno.test({
  name: "serveModbus() makes room by closing those without priority alone",
  ignore,
  async fn() {
    const limits = { maxConnections: 2, priority: ["::1"] };
    await using test = new DualServer(limits);
    using plc = await test.v6();
    await assertServed(plc);
    using first = await test.v4();
    await assertServed(first);
    // The PLC is idle for longer, but the other one goes.
    using second = await test.v4();
    assertEquals(await first.receive(), null);
    await assertServed(second);
    using third = await test.v4();
    assertEquals(await second.receive(), null);
    await assertServed(third);
    await assertServed(plc);
    const { connectionsEvicted, connectionsFull } = test.server.counters.read();
    assertEquals([connectionsEvicted, connectionsFull], [2, 0]);
  },
});

Deno.test({
  name: "serveModbus() takes nobody more when all have priority",
  ignore,
  async fn() {
    const limits = { maxConnections: 2, priority: ["::1", "127.0.0.1"] };
    await using test = new DualServer(limits);
    const one = await test.v6();
    await assertServed(one);
    using two = await test.v4();
    await assertServed(two);
    using late = await test.v6();
    assertEquals((await late.receiveAll()).length, 0);
    await assertServed(one);
    await assertServed(two);
    const { connectionsEvicted, connectionsFull } = test.server.counters.read();
    assertEquals([connectionsEvicted, connectionsFull], [0, 1]);
    assertEquals(
      test.lines.all.filter(isWarning).map((line) => line.split(": ")[1]),
      [
        "all 2 connections have priority (--modbus-max-connections, --modbus-priority)",
      ],
    );
    // One that goes makes room again.
    one.close();
    await test.lines.until(/ disconnected$/);
    using next = await test.v6();
    await assertServed(next);
  },
});
