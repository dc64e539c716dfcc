import { assertEquals } from "@std/assert";
import { describeExchange } from "../../src/modbus/describe.ts";
import { fromHex } from "../testing/hex.ts";
import { adu } from "../testing/modbus_client.ts";

/** Most requests and responses are the examples of the Application Protocol V1.1b3, 6. */
const CASES: readonly [
  request: string,
  response: string | undefined,
  expected: string,
][] = [
  [
    "01 0013 0013",
    "01 03 cd 6b 05",
    "read coils 19-37 = 1011001111010110101",
  ],
  [
    "02 00c4 0016",
    "02 03 ac db 35",
    "read discrete inputs 196-217 = 0011010111011011101011",
  ],
  [
    "03 006b 0003",
    "03 06 022b 0000 0064",
    "read holding registers 107-109 = 555 0 100",
  ],
  ["04 0008 0001", "04 02 000a", "read input registers 8 = 10"],
  ["05 00ac ff00", "05 00ac ff00", "write single coil 172 = 1"],
  ["05 00ac 0000", "05 00ac 0000", "write single coil 172 = 0"],
  ["06 0001 0003", "06 0001 0003", "write single register 1 = 3"],
  ["08 0000 a537", "08 0000 a537", "diagnostics: return query data, 2 bytes"],
  [
    "0f 0013 000a 02 cd 01",
    "0f 0013 000a",
    "write multiple coils 19-28 = 1011001110",
  ],
  [
    "10 0001 0002 04 000a 0102",
    "10 0001 0002",
    "write multiple registers 1-2 = 10 258",
  ],
  ["11", "11 02 01 ff", "report server id"],
  [
    "16 0004 00f2 0025",
    "16 0004 00f2 0025",
    "mask write register 4 AND 0x00F2 OR 0x0025",
  ],
  [
    "17 0003 0006 000e 0003 06 00ff 00ff 00ff",
    "17 0c 00fe 0acd 0001 0003 000d 00ff",
    "read/write multiple registers 14-16 = 255 255 255, then read 3-8 = 254 2765 1 3 13 255",
  ],
  [
    "2b 0e 01 00",
    "2b 0e 01 01 00 00 00",
    "read device identification: code 1, object 0",
  ],
  [
    "03 ffff 0002",
    "83 02",
    "read holding registers 65535-65536: exception 0x02 illegal data address",
  ],
  [
    "06 0001 0003",
    "86 04",
    "write single register 1 = 3: exception 0x04 server device failure",
  ],
  [
    "03 0000 0000",
    "83 03",
    "read holding registers (03 00 00 00 00): exception 0x03 illegal data value",
  ],
  ["64 01", "e4 01", "function 0x64 (64 01): exception 0x01 illegal function"],
  [
    `64 ${"11".repeat(12)}`,
    "e4 01",
    "function 0x64 (64 11 11 11 11 11 11 11 11 11 11 11 … (13 bytes)): exception 0x01 illegal function",
  ],
  ["06 0001 0003", "86 63", "write single register 1 = 3: exception 0x63"],
  ["06 0001 0003", undefined, "write single register 1 = 3: no answer"],
  [
    "03 0000 0011",
    `03 22 ${"0001".repeat(17)}`,
    `read holding registers 0-16 = ${"1 ".repeat(16)}… (17)`,
  ],
  [
    "01 0000 0041",
    `01 09 ${"ff".repeat(9)}`,
    `read coils 0-64 = ${"1".repeat(64)} … (65)`,
  ],
];

for (const [request, response, expected] of CASES) {
  Deno.test({
    name: `describeExchange() of ${request}: ${expected.slice(-40)}`,
    permissions: "none",
    fn() {
      // Behind other exchanges, as they come in a batch.
      const before = adu(fromHex("11"), 1, 5);
      const requestAdu = adu(fromHex(request), 2, 17);
      const requests = Uint8Array.of(...before, ...requestAdu);
      const responses = Uint8Array.of(
        ...before,
        ...adu(fromHex(response ?? ""), 2, 17),
      );
      const text = describeExchange(
        ...[requests, before.length, requests.length, responses] as const,
        response === undefined ? -1 : before.length,
      );
      assertEquals(text, `unit 17 ${expected}`);
    },
  });
}
