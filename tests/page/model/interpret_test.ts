import { assertEquals } from "@std/assert";
import {
  decode,
  encode,
  formatValue,
  type Order,
  ORDERS,
  registersOf,
  type Type,
  TYPES,
} from "../../../src/page/model/interpret.js";
import { Random } from "../../testing/random.ts";
import { assertResult, table } from "../cases.ts";

/** Bytes by IEEE 754 and two's complement, most significant first. */
const VALUES: readonly [Type, string, string][] = [
  ["uint16", "4660", "1234"],
  ["uint16", "65535", "ffff"],
  ["int16", "-2", "fffe"],
  ["int16", "-32768", "8000"],
  ["uint32", "305419896", "12345678"],
  ["uint32", "4294967295", "ffffffff"],
  ["int32", "-2", "fffffffe"],
  ["int32", "-2147483648", "80000000"],
  ["float32", "1", "3f800000"],
  ["float32", "-2.5", "c0200000"],
  ["float32", "123.456", "42f6e979"],
  ["float32", "0.1", "3dcccccd"],
  ["float32", "3.4028235e+38", "7f7fffff"],
  ["float32", "Infinity", "7f800000"],
  ["float32", "-Infinity", "ff800000"],
  ["float32", "NaN", "7fc00000"],
  ["uint64", "1311768467463790320", "123456789abcdef0"],
  ["uint64", "18446744073709551615", "ffffffffffffffff"],
  ["int64", "-2", "fffffffffffffffe"],
  ["int64", "-9223372036854775808", "8000000000000000"],
  ["float64", "3.141592653589793", "400921fb54442d18"],
  ["float64", "-0.5", "bfe0000000000000"],
];

/** The registers of a value whose bytes are given most significant first. */
function inOrder(hex: string, order: Order): number[] {
  const bytes = hex.match(/../g)!.map((pair) => parseInt(pair, 16));
  const isHighFirst = order === "ABCD" || order === "CDAB";
  const words = [];
  for (let i = 0; i < bytes.length; i += 2) {
    const [high, low] = [bytes[i]!, bytes[i + 1]!];
    words.push(isHighFirst ? high << 8 | low : low << 8 | high);
  }
  return order === "CDAB" || order === "DCBA" ? words.reverse() : words;
}

Deno.test("ORDERS name where the bytes of four lie", {
  permissions: "none",
}, () => {
  const words = (order: Order) => encode("0x0A0B0C0D", "uint32", order).value;
  assertEquals(words("ABCD"), [0x0a0b, 0x0c0d]);
  assertEquals(words("CDAB"), [0x0c0d, 0x0a0b]);
  assertEquals(words("BADC"), [0x0b0a, 0x0d0c]);
  assertEquals(words("DCBA"), [0x0d0c, 0x0b0a]);
});

table("decode() and encode() know", VALUES, (type, text, hex) => {
  for (const order of ORDERS) {
    const words = inOrder(hex, order);
    assertEquals(words.length, registersOf(type));
    assertEquals(formatValue(decode(words, type, order), type), text);
    assertEquals(encode(text, type, order).value, words);
  }
});

table<[string, Order, number, number[] | Error, string]>("a text is", [
  ["AB", "ABCD", 1, [0x4142], "AB"],
  ["AB", "CDAB", 1, [0x4142], "AB"],
  ["AB", "BADC", 1, [0x4241], "AB"],
  ["AB", "DCBA", 1, [0x4241], "AB"],
  ["PUMP1", "ABCD", 4, [0x5055, 0x4d50, 0x3100, 0], "PUMP1"],
  ["PUMP1", "CDAB", 4, [0x5055, 0x4d50, 0x3100, 0], "PUMP1"],
  ["PUMP1", "DCBA", 4, [0x5550, 0x504d, 0x0031, 0], "PUMP1"],
  ["", "ABCD", 2, [0, 0], ""],
  ["ABC", "ABCD", 1, new Error("2 characters fit into these registers"), ""],
  ["é", "ABCD", 1, new Error("Only ASCII fits here"), ""],
], (text, order, length, expected, back) => {
  assertResult(encode(text, "ascii", order, length), expected);
  if (expected instanceof Error) return;
  assertEquals(decode(expected, "ascii", order), back);
});

Deno.test(
  "decode() shows what is no visible ASCII as a dot",
  {
    permissions: "none",
  },
  () =>
    assertEquals(decode([0x411f, 0x80ff, 0x4200], "ascii", "ABCD"), "A···B"),
);

const WHOLE = new Error("A whole number, decimal, 0x… or 0b…");
const FLOAT = new Error("A number such as 3.14, -1e6, inf or nan");

table<[Type, string, number[] | Error]>("encode() takes", [
  ["uint16", "0xFF", [255]],
  ["int16", "0b11", [3]],
  ["uint32", "1_000_000", [0x000f, 0x4240]],
  ["uint16", "65536", new Error("uint16 is 0 to 65535")],
  ["uint16", "-1", new Error("uint16 is 0 to 65535")],
  ["int16", "32768", new Error("int16 is -32768 to 32767")],
  ["int32", "2147483648", new Error("int32 is -2147483648 to 2147483647")],
  ["uint64", "-1", new Error("uint64 is 0 to 18446744073709551615")],
  ["int32", "1.5", WHOLE],
  ["int32", "", WHOLE],
  ["uint64", "0x", WHOLE],
  ["float32", ".5", [0x3f00, 0]],
  ["float32", "1e0", [0x3f80, 0]],
  ["float32", "inf", [0x7f80, 0]],
  ["float32", "-inf", [0xff80, 0]],
  ["float32", "1e39", new Error("That does not fit into a float32")],
  ["float64", "1e999", new Error("That does not fit into a float64")],
  ["float32", "1,5", FLOAT],
  ["float64", "", FLOAT],
  ["float64", "0x10", FLOAT],
], (type, text, expected) => {
  assertResult(encode(text, type, "ABCD"), expected);
});

Deno.test("formatValue() writes what encode() reads as the same registers", {
  permissions: "none",
}, () => {
  const random = new Random(6);
  for (const type of TYPES.filter((type) => type !== "ascii")) {
    for (let i = 0; i < 200; i++) {
      const words = Array.from({ length: registersOf(type) }, () => {
        return random.int(0x10000);
      });
      const order = ORDERS[i % 4]!;
      const value = decode(words, type, order);
      if (Number.isNaN(value)) continue;
      const text = formatValue(value, type);
      assertEquals(encode(text, type, order).value, words, `${type} ${text}`);
    }
  }
});
