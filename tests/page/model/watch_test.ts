import { assertEquals } from "@std/assert";
import {
  cellsOf,
  channelsOf,
  checkItem,
  fromJson,
  fromText,
  toJson,
  toText,
  type WatchItem,
} from "../../../src/page/model/watch.js";
import { assertResult, table } from "../cases.ts";

const options = { permissions: "none" } as const;

const FLOW: WatchItem = {
  ...{ name: "Flow m³/h", table: "holdingRegisters", address: 100 },
  ...{ type: "float32", order: "CDAB", count: 1 },
};
const PUMP: WatchItem = {
  ...{ name: 'a.b~c&d=e#f%41 "ü', table: "coils", address: 3 },
  ...{ type: "bit", order: "ABCD", count: 4 },
};

table<[Partial<WatchItem>, number]>("cellsOf() counts the cells of", [
  [{ type: "uint16", count: 3 }, 3],
  [{ type: "float32", count: 3 }, 6],
  [{ type: "float64", count: 2 }, 8],
  [{ type: "ascii", count: 8 }, 8],
], (item, count) => assertEquals(cellsOf({ ...FLOW, ...item }).count, count));

Deno.test("channelsOf() are the values one by one", options, () => {
  assertEquals(
    channelsOf({ ...FLOW, count: 2 }).map(({ name, address, cells }) => [
      ...[name, address, cells],
    ]),
    [["Flow m³/h[0]", 100, 2], ["Flow m³/h[1]", 102, 2]],
  );
  assertEquals(channelsOf(FLOW).map(({ name }) => name), ["Flow m³/h"]);
  const text: WatchItem = { ...FLOW, type: "ascii", count: 8 };
  assertEquals(channelsOf(text).map(({ cells }) => cells), [8]);
});

table<[unknown, string]>("checkItem() refuses", [
  [
    undefined,
    '"table" is not one of coils, discreteInputs, inputRegisters, holdingRegisters',
  ],
  [
    { ...FLOW, table: "x" },
    '"table" is not one of coils, discreteInputs, inputRegisters, holdingRegisters',
  ],
  [{ ...FLOW, name: 5 }, '"name" is not a text of up to 60 characters'],
  [
    { ...FLOW, name: "x".repeat(61) },
    '"name" is not a text of up to 60 characters',
  ],
  [
    { ...FLOW, type: "float16" },
    '"type" of holdingRegisters is not one of uint16, int16, uint32, int32, float32, uint64, int64, float64, ascii',
  ],
  [
    { ...FLOW, type: "bit" },
    '"type" of holdingRegisters is not one of uint16, int16, uint32, int32, float32, uint64, int64, float64, ascii',
  ],
  [{ ...PUMP, type: "uint16" }, '"type" of coils is not one of bit'],
  [{ ...FLOW, order: "DABC" }, '"order" is not one of ABCD, CDAB, BADC, DCBA'],
  [{ ...FLOW, unit: 256 }, '"unit" is not an integer from 0 to 255'],
  [{ ...FLOW, unit: "1" }, '"unit" is not an integer from 0 to 255'],
  [{ ...FLOW, count: 0 }, '"count" is not an integer from 1 to 32'],
  [{ ...FLOW, count: 33 }, '"count" is not an integer from 1 to 32'],
  [{ ...FLOW, address: -1 }, '"address" is not an integer from 0 to 65534'],
  [{ ...FLOW, address: 65_535 }, '"address" is not an integer from 0 to 65534'],
  [{ ...FLOW, address: "5" }, '"address" is not an integer from 0 to 65534'],
], (item, error) => assertEquals(checkItem(item).error, error));

Deno.test(
  "checkItem() fills in order and count, and drops the rest",
  options,
  () => {
    const { name, table, address, type } = FLOW;
    assertResult(checkItem({ name, table, address, type, extra: 1 }), {
      ...FLOW,
      ...{ order: "ABCD", count: 1 },
    });
  },
);

Deno.test("fromText() reads what toText() writes", options, () => {
  const text = toText([FLOW, PUMP]);
  assertEquals(
    text,
    "h100.float32.CDAB.1.Flow%20m%C2%B3%2Fh~c3.bit.ABCD.4.a.b%7Ec%26d%3De%23f%2541%20%22%C3%BC",
  );
  assertEquals(fromText(text).value, [FLOW, PUMP]);
  assertEquals(fromText(toText([])).value, []);
});

table<[string]>("fromText() refuses", [
  ["x"],
  ["z100.float32.ABCD.1.x"],
  ["h100.float32.ABCD"],
  ["hx.float32.ABCD.1.x"],
  ["h100.float99.ABCD.1.x"],
  ["h65535.float32.ABCD.1.x"],
], (text) => assertEquals(fromText(text).value, undefined));

Deno.test(
  "fromText() takes an escape that is none for what it is",
  options,
  () => {
    assertEquals(fromText("h1.uint16.ABCD.1.50%").value?.[0]?.name, "50%");
  },
);

Deno.test("fromJson() reads what toJson() writes", options, () => {
  assertEquals(fromJson(toJson([FLOW, PUMP])).value, [FLOW, PUMP]);
});

table<[string, string]>("fromJson() says what is wrong with", [
  ["[]", 'Not a watch list: it has no "version": 1 and "watch": […]'],
  ["null", 'Not a watch list: it has no "version": 1 and "watch": […]'],
  [
    '{"version":2,"watch":[]}',
    'Not a watch list: it has no "version": 1 and "watch": […]',
  ],
  [
    '{"version":1,"watch":[{"table":"coils","name":"x","type":"bit","address":-5}]}',
    'Item 1: "address" is not an integer from 0 to 65535',
  ],
  [`{"version":1,"watch":[${new Array(101).fill("0")}]}`, "At most 100 items"],
], (text, error) => assertEquals(fromJson(text).error, error));

Deno.test("fromJson() says that it is no JSON", options, () => {
  assertEquals(fromJson("{").error?.startsWith("Not JSON: "), true);
});
