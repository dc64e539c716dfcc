import { assertEquals } from "@std/assert";
import {
  type Endpoint,
  Flag,
  headersLength,
  putSegment,
} from "../../src/trace/tcp_packet.ts";
import { fromHex, toHex } from "../testing/hex.ts";

const V4: readonly [Endpoint, Endpoint] = [
  { address: Uint8Array.of(192, 168, 0, 1), port: 50123 },
  { address: Uint8Array.of(192, 168, 0, 199), port: 502 },
];

const V6: readonly [Endpoint, Endpoint] = [
  { address: fromHex("20010db8 00000000 00000000 00000001"), port: 50123 },
  { address: fromHex("20010db8 00000000 00000000 000000c7"), port: 65535 },
];

/** The one's complement sum of RFC 1071, 1, as the RFC words it: what is right gives ffff. */
function onesComplementSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

for (const [name, [from, to]] of [["IPv4", V4], ["IPv6", V6]] as const) {
  for (
    const payload of [
      "",
      "01",
      "0001 0000 0006 11 03 006b 0003",
      "ff".repeat(8192),
    ]
  ) {
    const data = fromHex(payload);
    Deno.test({
      name:
        `putSegment() of ${data.length} bytes by ${name} has right fields and checksums`,
      permissions: "none",
      fn() {
        const bytes = new Uint8Array(9000).fill(0xee);
        const flags = Flag.push | Flag.acknowledge;
        const [sequence, acknowledgement] = [0xfedcba98, 0x12345678];
        const length = putSegment(
          ...[bytes, 3] as const,
          { from, to, sequence, acknowledgement, flags },
          data,
        );
        assertEquals(length, headersLength(from) + data.length);
        assertEquals([bytes[2], bytes[3 + length]], [0xee, 0xee]);
        const packet = bytes.slice(3, 3 + length);
        const tcpAt = headersLength(from) - 20;
        const tcp = packet.subarray(tcpAt);
        if (tcpAt === 20) {
          const total = length.toString(16).padStart(4, "0");
          assertEquals(
            toHex(packet.subarray(0, 10)),
            toHex(fromHex(`45 00 ${total} 0000 4000 40 06`)),
          );
          assertEquals(onesComplementSum(packet.subarray(0, 20)), 0xffff);
          assertEquals(
            packet.slice(12, 20),
            Uint8Array.of(...from.address, ...to.address),
          );
        } else {
          const rest = (length - 40).toString(16).padStart(4, "0");
          assertEquals(
            toHex(packet.subarray(0, 8)),
            toHex(fromHex(`60 00 0000 ${rest} 06 40`)),
          );
          assertEquals(
            packet.slice(8, 40),
            Uint8Array.of(...from.address, ...to.address),
          );
        }
        const port = (at: number) => tcp[at]! * 256 + tcp[at + 1]!;
        assertEquals([port(0), port(2)], [from.port, to.port]);
        assertEquals(
          toHex(tcp.subarray(4, 16)),
          toHex(fromHex("fedcba98 12345678 50 18 ffff")),
        );
        assertEquals(tcp.slice(20), data);
        // The pseudo header: addresses, a zero, the protocol, the length.
        const pseudo = Uint8Array.of(
          ...[...from.address, ...to.address, 0, 6],
          ...[tcp.length >> 8, tcp.length & 0xff],
        );
        assertEquals(
          onesComplementSum(Uint8Array.of(...pseudo, ...tcp)),
          0xffff,
        );
      },
    });
  }
}
