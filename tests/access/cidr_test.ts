import { assertEquals, assertThrows } from "@std/assert";
import { AddressSet, parseCidr, parseIp } from "../../src/access/cidr.ts";

/** Forms of one address (RFC 4291, 2.2), and what they are as a number. */
const ADDRESSES: readonly [text: string, bits: 32 | 128, value: bigint][] = [
  ["0.0.0.0", 32, 0n],
  ["192.0.2.7", 32, 0xc0000207n],
  ["255.255.255.255", 32, 0xffffffffn],
  ["::", 128, 0n],
  ["::1", 128, 1n],
  ["2001:db8::8:800:200c:417a", 128, 0x20010db80000000000080800200c417an],
  ["2001:DB8:0:0:8:800:200C:417A", 128, 0x20010db80000000000080800200c417an],
  ["fe80::1%eth0", 128, 0xfe800000000000000000000000000001n],
  ["ff02::", 128, 0xff020000000000000000000000000000n],
  ["::192.0.2.7", 128, 0xc0000207n],
  ["64:ff9b::192.0.2.7", 128, 0x0064ff9b0000000000000000c0000207n],
  ["::ffff:192.0.2.7", 32, 0xc0000207n],
  ["::ffff:c000:207", 32, 0xc0000207n],
  ["0:0:0:0:0:FFFF:192.0.2.7", 32, 0xc0000207n],
];

for (const [text, bits, value] of ADDRESSES) {
  Deno.test({
    name: `parseIp() knows ${text}`,
    permissions: "none",
    fn: () => assertEquals(parseIp(text), { bits, value }),
  });
}

const NO_ADDRESSES = [
  "",
  " ",
  "localhost",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "1.2.3.04",
  "0x7f.0.0.1",
  "2130706433",
  "1.2.3.4 ",
  " 1.2.3.4",
  "1.2.3.-4",
  "1.2.3.4:80",
  "1..2.3",
  "[::1]",
  "::1::",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "12345::",
  "::g",
  "::1.2.3",
  "::1/64",
  "::1]/[::2",
  "192.0.2.7%eth0",
  "１.２.３.４",
];

for (const text of NO_ADDRESSES) {
  Deno.test({
    name: `parseIp() knows that ${JSON.stringify(text)} is no address`,
    permissions: "none",
    fn: () => assertEquals(parseIp(text), undefined),
  });
}

/** Ranges, an address that is in and one that is not. */
const RANGES: readonly [range: string, inside: string, outside: string][] = [
  ["10.0.0.7", "10.0.0.7", "10.0.0.8"],
  ["10.0.0.7/32", "10.0.0.7", "10.0.0.6"],
  ["10.0.0.0/8", "10.255.255.255", "11.0.0.0"],
  ["10.0.0.0/8", "10.0.0.0", "9.255.255.255"],
  ["192.168.1.128/25", "192.168.1.128", "192.168.1.127"],
  ["0.0.0.0/1", "127.255.255.255", "128.0.0.0"],
  ["0.0.0.0/0", "255.255.255.255", "::1"],
  ["0.0.0.0/0", "::ffff:8.8.8.8", "2001:db8::8"],
  ["::/0", "2001:db8::1", "192.0.2.1"],
  ["::/0", "::1", "::ffff:192.0.2.1"],
  ["::1", "::1", "::2"],
  ["fd00::/8", "fdff:ffff::1", "fc00::1"],
  ["2001:db8::/33", "2001:db8:7fff::", "2001:db8:8000::"],
  ["fe80::/10", "fe80::1%eth0", "fec0::1"],
  ["10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3"],
  ["::ffff:10.0.0.0/104", "10.1.2.3", "11.1.2.3"],
  ["::ffff:10.0.0.7", "10.0.0.7", "10.0.0.8"],
  ["::ffff:0:0/96", "1.2.3.4", "::1.2.3.4"],
  ["10.0.0.0/8", "10.0.0.1", "no address"],
  ["127.0.0.0/8", "127.0.0.1", "2130706433"],
];

for (const [range, inside, outside] of RANGES) {
  Deno.test({
    name: `AddressSet: ${range} has ${inside} and not ${outside}`,
    permissions: "none",
    fn() {
      const set = new AddressSet(["203.0.113.1", range, "2001:db8:ffff::1"]);
      assertEquals([set.has(inside), set.has(outside)], [true, false]);
    },
  });
}

Deno.test({
  name: "AddressSet: nothing is in none",
  permissions: "none",
  fn: () => assertEquals(new AddressSet([]).has("127.0.0.1"), false),
});

/** What is no range, and what the message says after it. */
const NO_RANGES: readonly [text: string, message: string][] = [
  ["", "is not an address or range"],
  ["/8", "is not an address or range"],
  ["10.0.0.0/", "is not an address or range"],
  ["10.0.0.0/33", "is not an address or range"],
  ["10.0.0.0/-1", "is not an address or range"],
  ["10.0.0.0/08", "is not an address or range"],
  ["10.0.0.0/8/8", "is not an address or range"],
  ["10.0.0.0/255.0.0.0", "is not an address or range"],
  ["10.0.0.0 /8", "is not an address or range"],
  ["10.0.0/8", "is not an address or range"],
  ["10/8", "is not an address or range"],
  ["::/129", "is not an address or range"],
  ["[::1]/128", "is not an address or range"],
  ["localhost", "is not an address or range"],
  ["*", "is not an address or range"],
  [
    "10.1.2.3/8",
    "has bits behind its prefix: the range around it is 10.0.0.0/8",
  ],
  ["fd00::1/8", "has bits behind its prefix: the range around it is fd00::/8"],
  ["::ffff:10.1.2.3/104", "the range around it is ::ffff:a00:0/104"],
  // Half of the mapped addresses and none of them at once.
  ["::ffff:0:0/90", "has bits behind its prefix"],
];

for (const [text, message] of NO_RANGES) {
  Deno.test({
    name: `parseCidr() refuses ${JSON.stringify(text)}`,
    permissions: "none",
    fn() {
      const error = assertThrows(() => parseCidr(text), RangeError, message);
      assertEquals(error.message.startsWith(`"${text}" `), true);
    },
  });
}
