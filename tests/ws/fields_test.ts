import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  fail,
  isInteger,
  parseAddress,
  parseCount,
  quote,
  shorten,
} from "../../src/ws/fields.ts";
import { ProtocolError } from "../../src/ws/messages.ts";
import { test } from "../testing/pure.ts";

test("parseAddress() accepts what ends inside the table", () => {
  for (const [address, count] of [[0, 1], [0, 65_536], [65_535, 1], [7, 9]]) {
    assertEquals(parseAddress(address, count!), address);
  }
});

const ADDRESSES: readonly (readonly [
  address: unknown,
  count: number,
  code: string,
  message: string,
])[] = [
  [
    "7",
    1,
    "invalid_address",
    '"address" must be an integer from 0 to 65535, not "7"',
  ],
  [
    undefined,
    1,
    "invalid_address",
    '"address" must be an integer from 0 to 65535, not left out',
  ],
  [
    NaN,
    1,
    "invalid_address",
    '"address" must be an integer from 0 to 65535, not NaN',
  ],
  [
    -1,
    1,
    "address_out_of_range",
    '"address" -1 is not an integer from 0 to 65535',
  ],
  [
    65_536,
    1,
    "address_out_of_range",
    '"address" 65536 is not an integer from 0 to 65535',
  ],
  [
    65_535,
    2,
    "address_out_of_range",
    '"address" 65535 and 2 cells end at 65536: the last cell is 65535',
  ],
  [
    1,
    65_536,
    "address_out_of_range",
    '"address" 1 and 65536 cells end at 65536: the last cell is 65535',
  ],
];

for (const [address, count, code, message] of ADDRESSES) {
  test(`parseAddress() refuses ${String(address)} for ${count} cells`, () => {
    const error = assertThrows(
      () => parseAddress(address, count),
      ProtocolError,
    );
    assertEquals([error.code, error.message], [code, message]);
  });
}

test("parseCount() accepts 1 to 65,536 and nothing else", () => {
  for (const count of [1, 2, 65_536]) assertEquals(parseCount(count), count);
  for (const count of [0, -1, 1.5, 65_537, NaN, "1", null, undefined, [1]]) {
    const error = assertThrows(() => parseCount(count), ProtocolError);
    assertEquals(error.code, "invalid_count");
    assert(
      error.message.startsWith('"count" must be an integer from 1 to 65536, '),
    );
  }
});

test("parseAddress() and parseCount() call the field what they are told", () => {
  const address = assertThrows(() => parseAddress(-1, 1, "x.y"), ProtocolError);
  assert(address.message.startsWith('"x.y" '));
  const count = assertThrows(() => parseCount(0, "x.z"), ProtocolError);
  assert(count.message.startsWith('"x.z" '));
});

test("isInteger() has both bounds inside", () => {
  const values = [1, 2, 3, 4, 5, 2.5, "3", null, NaN, true];
  assertEquals(values.filter((value) => isInteger(value, 2, 4)), [2, 3, 4]);
});

const QUOTES: readonly (readonly [value: unknown, text: string])[] = [
  [undefined, "left out"],
  [null, "null"],
  [true, "true"],
  [-0.5, "-0.5"],
  ["a", '"a"'],
  ['"\n', '"\\"\\n"'],
  [[], "an array"],
  [{ a: 1 }, "an object"],
  ["x".repeat(38), `"${"x".repeat(38)}"`],
  ["x".repeat(39), `"${"x".repeat(39)}…`],
  ["x".repeat(100_000), `"${"x".repeat(39)}…`],
];

for (const [value, text] of QUOTES) {
  test(`quote() of ${text}`, () => assertEquals(quote(value), text));
}

test("shorten() leaves no half of a character", () => {
  assertEquals(shorten("ab", 2), "ab");
  assertEquals(shorten("abc", 2), "ab…");
  assertEquals(shorten("a🙂b", 3), "a🙂…");
  assertEquals(shorten("a🙂b", 2), "a\ufffd…");
  assertEquals(shorten("a\ud83d", 2), "a\ufffd");
});

test("fail() throws an error for the client", () => {
  const error = assertThrows(() => fail("invalid_unit", "No"), ProtocolError);
  assertEquals([error.code, error.message], ["invalid_unit", "No"]);
});
