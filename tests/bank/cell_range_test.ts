import { assertEquals, assertThrows } from "@std/assert";
import { ALL_CELLS, cellRange } from "../../src/bank/cell_range.ts";
import { Table } from "../../src/bank/tables.ts";

const permissions = "none";

Deno.test("ALL_CELLS has all four tables", { permissions }, () => {
  assertEquals(
    ALL_CELLS,
    ([0, 1, 2, 3] as const).map((table) => ({
      table,
      address: 0,
      count: 65_536,
    })),
  );
});

for (
  const [first, last, count] of [
    [0, 0, 1],
    [7, 9, 3],
    [65_535, 65_535, 1],
    [0, 65_535, 65_536],
  ] as const
) {
  Deno.test(`cellRange() has ${count} cells from ${first} to ${last}`, {
    permissions,
  }, () => {
    const table = Table.holdingRegisters;
    const range = cellRange("as written", "holdingRegisters", first, last);
    assertEquals(range, { table, address: first, count });
  });
}

for (
  const [name, first, last, message] of [
    [
      "registers",
      0,
      0,
      '"as written" has no table: it takes coils, discreteInputs, inputRegisters, holdingRegisters',
    ],
    [
      "coils",
      9,
      7,
      '"as written" has no cells: addresses go from 0 to 65535, the first one first',
    ],
    ["coils", 0, 65_536, '"as written" has no cells: addresses go from 0'],
  ] as const
) {
  Deno.test(`cellRange() refuses ${name} ${first} to ${last}`, {
    permissions,
  }, () => {
    assertThrows(
      () => cellRange("as written", name, first, last),
      RangeError,
      message,
    );
  });
}
