import { assertEquals } from "@std/assert";
import { PAGE_COUNT, PAGE_SIZE, pageOf } from "../../src/bank/pages.ts";
import { Table } from "../../src/bank/tables.ts";
import { ALL_CELLS } from "../../src/bank/cell_range.ts";
import { Retention } from "../../src/store/retention.ts";

const permissions = "none";
const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;
const ones = new Uint8Array(PAGE_SIZE).fill(0xff);

/** Numbers of the pages of which something is kept. */
function kept(retention: Retention): number[] {
  return [...new Array(PAGE_COUNT).keys()].filter((page) =>
    retention.cut(page, ones) !== undefined
  );
}

Deno.test("Retention of all cells keeps all pages as they are", {
  permissions,
}, () => {
  const retention = new Retention(ALL_CELLS);
  assertEquals(retention.complete, true);
  assertEquals(kept(retention).length, PAGE_COUNT);
  assertEquals(retention.cut(0, ones), ones);
});

Deno.test("Retention of whole tables by parts is complete, too", {
  permissions,
}, () => {
  const retention = new Retention(ALL_CELLS.flatMap(({ table }) => [
    { table, address: 30_001, count: 35_535 },
    { table, address: 0, count: 30_002 },
  ]));
  assertEquals(retention.complete, true);
});

Deno.test("cut() leaves 0 outside of the ranges", { permissions }, () => {
  const retention = new Retention([
    { table: coils, address: 3, count: 6 },
    { table: holdingRegisters, address: 511, count: 2 },
  ]);
  assertEquals(retention.complete, false);
  const first = pageOf(holdingRegisters, 511);
  assertEquals(kept(retention), [0, first, first + 1]);
  const bits = retention.cut(0, ones)!;
  assertEquals(bits.subarray(0, 3), Uint8Array.of(0b1111_1000, 1, 0));
  const registers = retention.cut(first, ones)!;
  const used = [...registers].flatMap((byte, i) => byte === 0 ? [] : [i]);
  assertEquals(used, [1022, 1023]);
  const next = retention.cut(first + 1, ones)!;
  assertEquals(next.subarray(0, 3), Uint8Array.of(0xff, 0xff, 0));
  for (const table of [discreteInputs, inputRegisters] as const) {
    assertEquals(retention.cut(pageOf(table, 0), ones), undefined);
  }
});
