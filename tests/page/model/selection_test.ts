import { assertEquals } from "@std/assert";
import { allRows, NonZeroRows } from "../../../src/page/model/rows.js";
import {
  clipped,
  isSelected,
  moved,
  rangeOf,
} from "../../../src/page/model/selection.js";
import { TABLE_SIZE } from "../../../src/page/model/tables.js";
import { table } from "../cases.ts";

const few = new NonZeroRows(new Uint16Array(TABLE_SIZE), 10);
for (const row of [2, 3, 40]) few.add(row * 10, [1]);

const ALL = { rows: allRows(10), columns: 10, page: 5 };
const FEW = { rows: few, columns: 10, page: 5 };

table<[number, number, number, number]>("rangeOf() anchor and focus is", [
  [5, 5, 5, 1],
  [5, 8, 5, 4],
  [8, 5, 5, 4],
  [0, 65_535, 0, 65_536],
], (anchor, focus, address, count) => {
  assertEquals(rangeOf({ anchor, focus }), { address, count });
  for (const cell of [address, address + count - 1]) {
    assertEquals(isSelected({ anchor, focus }, cell), true);
  }
  assertEquals(isSelected({ anchor, focus }, address - 1), false);
  assertEquals(isSelected({ anchor, focus }, address + count), false);
});

table<[string, boolean, number, number | undefined]>("moved() among all rows", [
  ["ArrowRight", false, 5, 6],
  ["ArrowRight", false, 9, 10],
  ["ArrowRight", false, 65_535, 65_535],
  ["ArrowLeft", false, 10, 9],
  ["ArrowLeft", false, 0, 0],
  ["ArrowDown", false, 5, 15],
  ["ArrowDown", false, 65_528, 65_535],
  ["ArrowUp", false, 15, 5],
  ["ArrowUp", false, 5, 5],
  ["PageDown", false, 5, 55],
  ["PageDown", false, 65_520, 65_530],
  ["PageUp", false, 55, 5],
  ["PageUp", false, 15, 5],
  ["Home", false, 15, 10],
  ["End", false, 15, 19],
  ["End", false, 65_531, 65_535],
  ["Home", true, 65_531, 0],
  ["End", true, 15, 65_535],
  ["x", false, 15, undefined],
], (key, ctrl, from, to) => assertEquals(moved(from, { key, ctrl }, ALL), to));

table<[string, boolean, number, number]>("moved() among rows 2, 3 and 40", [
  ["ArrowDown", false, 35, 405],
  ["ArrowUp", false, 405, 35],
  ["ArrowRight", false, 39, 400],
  ["ArrowLeft", false, 400, 39],
  ["ArrowLeft", false, 20, 20],
  ["PageDown", false, 25, 405],
  ["Home", true, 405, 20],
  ["End", true, 25, 409],
], (key, ctrl, from, to) => assertEquals(moved(from, { key, ctrl }, FEW), to));

table<[string, number, number, number]>("clipped() among rows 2, 3 and 40", [
  ["within a row", 21, 25, 25],
  ["over rows that follow each other", 21, 35, 35],
  ["not over hidden ones", 21, 405, 39],
  ["nor backwards", 405, 21, 400],
  ["up to the first", 35, 20, 20],
], (_, anchor, focus, to) => {
  assertEquals(clipped({ anchor, focus }, few, 10), { anchor, focus: to });
});

Deno.test("clipped() leaves a selection among all rows as it is", {
  permissions: "none",
}, () => {
  const selection = { anchor: 7, focus: 65_535 };
  assertEquals(clipped(selection, ALL.rows, 10), selection);
});
