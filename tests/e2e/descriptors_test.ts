// The program when its file descriptors are used up by connections, whose
// number the flags would allow.
import { assert, assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT, RUN } from "../testing/program.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";

/** Descriptors that the program may have. It needs some 30 for itself. */
const LIMIT = 200;

const FLAGS = [
  "--modbus-port=0",
  "--ws-port=0",
  `--modbus-max-connections=${5 * LIMIT}`,
];

/** Who uses them up: clients of which service, and what the program is started with besides. */
const CROWDS = [
  { service: "HTTP", flags: [] },
  { service: "HTTP", flags: ["--ws-allow=127.0.0.1"] },
  { service: "Modbus", flags: [] },
];

for (const { service, flags } of CROWDS) {
  const name = [service, ...flags].join(" ");
  Deno.test({
    name: `descriptors that are used up by ${name} end no connection`,
    ignore: Deno.build.os !== "linux" || !granted("read", "run"),
    async fn() {
      const command = `ulimit -n ${LIMIT}; exec "$0" "$@"`;
      await using program = Program.spawn("/bin/sh", [
        ...["-c", command, Deno.execPath(), ...RUN, ...FLAGS, ...flags],
      ], { cwd: ROOT });
      await program.ready();
      using plc = await ModbusClient.connect(program.modbusAddr);
      await using browser = await WsClient.open(program.wsUrl);
      const assertServed = async (client: ModbusClient) => {
        const read = await client.request(fromHex("03 0000 0001"));
        assertEquals(toHex(read), "03 02 00 00");
        assertEquals(await browser.ask({ type: "ping" }), { type: "pong" });
      };
      await assertServed(plc);

      const { hostname, port } = new URL(program.wsUrl);
      const address = service === "Modbus"
        ? program.modbusAddr
        : { hostname, port: Number(port) };
      const crowd: Deno.TcpConn[] = [];
      const full = program.stderr.until(
        new RegExp(`No ${service} connection can be accepted for now`),
      );
      let isFull = false;
      full.then(() => isFull = true);
      while (!isFull && crowd.length < 5 * LIMIT) {
        const conn = await Deno.connect(address).catch(() => undefined);
        if (conn !== undefined) crowd.push(conn);
        else await full;
      }
      await within(full, "The limit");
      await assertServed(plc);

      for (const conn of crowd) conn.close();
      await within(
        program.stderr.until(
          new RegExp(`${service} connections are accepted again`),
        ),
        "The end of it",
      );
      using next = await ModbusClient.connect(program.modbusAddr);
      await assertServed(next);
      const health = await fetch(`http://${hostname}:${port}/health`);
      assertEquals((await health.json()).status, "ok");
      await assertServed(plc);
      assert((await program.stop()).code === 0);
    },
  });
}
