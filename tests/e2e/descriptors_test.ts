// The program when its file descriptors are used up: by connections to the HTTP
// port, whose number Deno's server does not bound.
import { assert, assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT, RUN } from "../testing/program.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";

/** Descriptors that the program may have. It needs some 30 for itself. */
const LIMIT = 200;

Deno.test({
  name: "descriptors that are used up end neither the program nor a connection",
  ignore: Deno.build.os !== "linux" || !granted("read", "run"),
  async fn() {
    const command = `ulimit -n ${LIMIT}; exec "$0" "$@"`;
    await using program = Program.spawn("/bin/sh", [
      ...["-c", command, Deno.execPath(), ...RUN],
      ...["--modbus-port=0", "--ws-port=0"],
    ], { cwd: ROOT });
    await program.ready();
    using plc = await ModbusClient.connect(program.modbusAddr);
    await using browser = await WsClient.open(program.wsUrl);
    const assertServed = async () => {
      const read = await plc.request(fromHex("03 0000 0001"));
      assertEquals(toHex(read), "03 02 00 00");
      assertEquals(await browser.ask({ type: "ping" }), { type: "pong" });
    };
    await assertServed();

    const { hostname, port } = new URL(program.wsUrl);
    const crowd: Deno.TcpConn[] = [];
    const full = program.stderr.until(/No HTTP connection can be accepted/);
    let isFull = false;
    full.then(() => isFull = true);
    while (!isFull && crowd.length < 5 * LIMIT) {
      const connecting = Deno.connect({ hostname, port: Number(port) });
      const conn = await connecting.catch(() => undefined);
      if (conn !== undefined) crowd.push(conn);
      else await full;
    }
    await within(full, "The limit");
    await assertServed();

    for (const conn of crowd) conn.close();
    await within(
      program.stderr.until(/HTTP connections are accepted again/),
      "The end of it",
    );
    await assertServed();
    const health = await fetch(`http://${hostname}:${port}/health`);
    assertEquals((await health.json()).status, "ok");
    using next = await ModbusClient.connect(program.modbusAddr);
    const read = await next.request(fromHex("03 0000 0001"));
    assertEquals(toHex(read), "03 02 00 00");
    assert((await program.stop()).code === 0);
  },
});
