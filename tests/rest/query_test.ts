import { assert, assertEquals, assertThrows } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import {
  parseFlag,
  parsePathRange,
  parseQuery,
  parseRanges,
  parseUnitParam,
} from "../../src/rest/query.ts";
import { RequestError } from "../../src/rest/request_error.ts";
import { ProtocolError } from "../../src/ws/messages.ts";
import { test } from "../testing/pure.ts";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

test("parseQuery() gives the parameters that there are", () => {
  const parse = (query: string) =>
    parseQuery(new URLSearchParams(query), ["count", "unit"]);
  assertEquals(parse(""), { count: undefined, unit: undefined });
  assertEquals(parse("unit=1&count="), { count: "", unit: "1" });
  assertEquals(parse("count=%31+"), { count: "1 ", unit: undefined });
});

/** Queries, and what is wrong with them. */
const BAD_QUERIES: readonly (readonly [
  query: string,
  code: string,
  message: string,
])[] = [
  [
    "counts=1",
    "unknown_parameter",
    'There is no parameter "counts" here: use "count", "unit"',
  ],
  [
    "__proto__=1",
    "unknown_parameter",
    'There is no parameter "__proto__" here: use "count", "unit"',
  ],
  [
    "count=1&count=2",
    "repeated_parameter",
    'The parameter "count" is given twice',
  ],
  [
    "a".repeat(1000),
    "unknown_parameter",
    `There is no parameter "${"a".repeat(39)}… here: use "count", "unit"`,
  ],
];

for (const [query, code, message] of BAD_QUERIES) {
  test(`parseQuery() refuses ${query.slice(0, 20)}`, () => {
    const error = assertThrows(
      () => parseQuery(new URLSearchParams(query), ["count", "unit"]),
      RequestError,
    );
    assertEquals([error.code, error.status], [code, 400]);
    assertEquals(error.message, message);
  });
}

test("parsePathRange() gives kind of table, address and count", () => {
  const params = { table: "input-registers", address: "0042" };
  assertEquals(parsePathRange(params, "3"), {
    ...{ kind: inputRegisters, address: 42, count: 3 },
  });
  assertEquals(parsePathRange(params, undefined).count, 1);
});

test("parseUnitParam() is what is said", () => {
  assertEquals(
    [undefined, "0", "7", "255"].map((text) => parseUnitParam(text)),
    [
      ...[undefined, 0, 7, 255],
    ],
  );
});

test("parseFlag() is true, false, or wrong", () => {
  assertEquals(parseFlag("a", "true"), true);
  assertEquals(parseFlag("a", "false"), false);
  assertEquals(parseFlag("a", undefined), false);
  for (const text of ["", "1", "True", "yes"]) {
    const error = assertThrows(() => parseFlag("a", text), ProtocolError);
    assertEquals(error.code, "invalid_option");
  }
});

/** Texts, and the ranges that they are. */
const RANGES: readonly (readonly [
  text: string,
  ranges: readonly (readonly [Table, address: number, count: number])[],
])[] = [
  ["coils", [[coils, 0, 65536]]],
  ["coils:5", [[coils, 5, 1]]],
  ["coils:0-65535", [[coils, 0, 65536]]],
  ["discreteInputs:7-7", [[discreteInputs, 7, 1]]],
  ["discrete-inputs:65535", [[discreteInputs, 65535, 1]]],
  [
    "holdingRegisters:0-99,input-registers,coils:1-3",
    [[holdingRegisters, 0, 100], [inputRegisters, 0, 65536], [coils, 1, 3]],
  ],
];

for (const [text, ranges] of RANGES) {
  test(`parseRanges() of ${text}`, () => {
    const expected = ranges.map(([table, address, count]) => {
      return { table, address, count };
    });
    assertEquals(parseRanges(text), expected);
  });
}

test("parseRanges() of nothing is every cell", () => {
  assertEquals(parseRanges(undefined), undefined);
});

for (
  const text of [
    ...["", ",", "coils,", "coil", "coils:", "coils:-1", "coils:1-", "coils:x"],
    ...["coils:3-2", "coils:65536", "coils:0-65536", "coils:1:2", "coils: 1"],
    ...["coils:1-2-3", "Coils", "toString", "__proto__", "coils:123456"],
  ]
) {
  test(`parseRanges() refuses ${text || "an empty text"}`, () => {
    const error = assertThrows(() => parseRanges(text), ProtocolError);
    assertEquals(error.code, "invalid_ranges");
    assert(error.message.includes("holdingRegisters:0-99"), error.message);
  });
}

test("parseRanges() takes 1024 ranges and no more", () => {
  const text = new Array(1024).fill("coils:1").join();
  assertEquals(parseRanges(text)?.length, 1024);
  const error = assertThrows(
    () => parseRanges(`${text},coils:1`),
    ProtocolError,
  );
  assert(error.message.includes("1024"), error.message);
});
