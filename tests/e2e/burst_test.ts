import { assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";

const CLIENTS = 1000;

/** How often the system had no room for a connection that wanted to be accepted; Linux alone tells. */
function listenOverflows(): number {
  const lines = Deno.readTextFileSync("/proc/net/netstat").split("\n")
    .filter((line) => line.startsWith("TcpExt:"))
    .map((line) => line.split(" "));
  return Number(lines[1]![lines[0]!.indexOf("ListenOverflows")]);
}

Deno.test({
  name: "a thousand Modbus clients at once are accepted, none has to try again",
  ignore: !granted("read", "run") || Deno.build.os !== "linux",
  async fn() {
    await using program = await Program.serving([
      `--modbus-max-connections=${CLIENTS}`,
    ]);
    const before = listenOverflows();
    const clients = await Promise.all(
      Array.from(
        { length: CLIENTS },
        () => ModbusClient.connect(program.modbusAddr),
      ),
    );
    const answers = await Promise.all(
      clients.map((client) => client.request(fromHex("03 0000 0001"))),
    );
    for (const client of clients) client.close();
    assertEquals(new Set(answers.map(toHex)), new Set(["03 02 00 00"]));
    assertEquals(listenOverflows(), before);
  },
});
