// The capture as Wireshark sees it: its own dissectors say what is in it.
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import { hasCommand } from "../testing/commands.ts";
import { fromHex } from "../testing/hex.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";

const ignore = !granted("read", "write", "run", "env") ||
  !hasCommand("tshark");

/** Fields of all packets of a capture, as tshark decodes it. */
async function dissect(
  path: string,
  port: number,
  fields: readonly string[],
): Promise<string[][]> {
  const { code, stdout, stderr } = await new Deno.Command("tshark", {
    args: [
      // The port tells the dissector also what is a query and what a response.
      ...["-r", path, "-o", `mbtcp.tcp.port:${port}`],
      ...["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"],
      ...["-T", "fields", "-E", "separator=/t", "-E", "occurrence=a"],
      ...fields.flatMap((field) => ["-e", field]),
    ],
    env: { LC_ALL: "C" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  const lines = decoder.decode(stdout).split("\n").slice(0, -1);
  return lines.map((line) => line.split("\t"));
}

for (const host of ["127.0.0.1", "::1"]) {
  Deno.test({
    name: `--trace: tshark decodes all of it as Modbus/TCP, on ${host}`,
    ignore,
    async fn() {
      const folder = await Deno.makeTempDir();
      const path = `${folder}/trace.pcapng`;
      const program = Program.run([
        ...[`--host=${host}`, "--modbus-port=0", "--ws-port=0"],
        `--trace=${path}`,
      ]);
      await program.ready();
      const { port } = program.modbusAddr;
      using one = await ModbusClient.connect(program.modbusAddr);
      using other = await ModbusClient.connect(program.modbusAddr);
      const pdus = [
        ...["06 0001 0007", "10 0064 0002 04 0001 0002", "03 0064 0002"],
        ...["0f 0000 000a 02 cd 01", "01 0000 000a", "03 ffff 0002", "64"],
        ...[
          "16 0004 00f2 0025",
          "17 0000 0001 0002 0001 02 00ff",
          "2b 0e 01 00",
        ],
      ];
      for (const pdu of pdus) await one.request(fromHex(pdu), 3);
      // Many in one segment, and one in two.
      const read = adu(fromHex("03 0000 0001"), 7, 9);
      await other.send(concat(Array(20).fill(read)));
      await other.receiveBytes(20 * 11);
      await other.send(read.subarray(0, 8));
      // So that the server reads the two parts one after the other.
      await one.request(fromHex("11"), 3);
      await other.send(read.subarray(8));
      await other.receive();
      const { code } = await program.stop();
      assertEquals(code, 0);

      const rows = await dissect(path, port, [
        ...["tcp.len", "mbtcp.unit_id", "modbus.func_code"],
        ...["modbus.exception_code", "_ws.malformed", "tcp.analysis.flags"],
        ...["ip.checksum.status", "tcp.checksum.status", "tcp.flags.str"],
        ...["tcp.stream", "_ws.col.Info", "tcp.srcport"],
      ]);
      const counts = new Map<string, number>();
      let parts = 0;
      for (const row of rows) {
        const [length, units, functions, , malformed, flags, ip, tcp] = row;
        assertEquals([malformed, flags], ["", ""], row.join());
        // 1 is right; there is none in IPv6.
        assertEquals([ip, tcp], [host === "::1" ? "" : "1", "1"], row.join());
        if (length === "0") continue;
        if (units === "") {
          parts++;
          continue;
        }
        const fromServer = row[11] === String(port);
        const kind = fromServer ? "Response:" : "Query:";
        assert(row[10]!.trim().startsWith(kind), row.join());
        for (const code of functions!.split(",")) {
          counts.set(code, (counts.get(code) ?? 0) + 1);
        }
      }
      // The first half of the request that came in two.
      assertEquals(parts, 1);
      assertEquals(Object.fromEntries(counts), {
        ...{ 1: 2, 3: 4 + 40 + 2, 6: 2, 15: 2, 16: 2, 17: 2, 22: 2, 23: 2 },
        ...{ 43: 2, 100: 2 },
      });
      const exceptions = rows.flatMap(([, , , code]) => code ? [code] : []);
      assertEquals(exceptions, ["2", "1"]);
      // Both connections from their first segment to their last.
      for (const stream of ["0", "1"]) {
        const own = rows.filter((row) => row[9] === stream)
          .map((row) => row[8]!.replaceAll("·", ""));
        assertEquals(own.slice(0, 3), ["S", "AS", "A"], `${host} ${stream}`);
        assertEquals(own.slice(-3), ["AF", "AF", "A"]);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test({
  name: "--trace keeps to --trace-limit, and each of its files can be read",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/trace.pcapng`;
    const limit = 1 << 18;
    await using program = await Program.serving([
      ...[`--trace=${path}`, `--trace-limit=${limit}`],
    ]);
    const { port } = program.modbusAddr;
    using client = await ModbusClient.connect(program.modbusAddr);
    const read = adu(fromHex("03 0000 007d"));
    const batch = concat(Array(20).fill(read));
    for (let i = 0; i < 200; i++) {
      await client.send(batch);
      await client.receiveBytes(20 * (9 + 250));
    }
    await program.stop();
    const files = [path, `${folder}/trace.1.pcapng`];
    const sizes = files.map((file) => Deno.statSync(file).size);
    assert(sizes[0]! + sizes[1]! <= limit, sizes.join());
    for (const file of files) {
      const rows = await dissect(file, port, ["tcp.len", "modbus.func_code"]);
      const data = rows.filter(([length]) => length !== "0");
      assert(data.length > 1);
      for (const [, functions] of data) {
        assertEquals(functions, Array(20).fill("3").join());
      }
    }
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test({
  name: "--trace to where it can't write is one line and exit code 1",
  ignore,
  async fn() {
    const program = Program.run(["--trace=/not/there/trace.pcapng"]);
    const { code, stderr } = await program.ended;
    assertEquals([code, stderr.length], [1, 1], stderr.join("\n"));
    assert(stderr[0]!.includes("Cannot write the trace to /not/there/"));
  },
});
