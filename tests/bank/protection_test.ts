import { assertEquals } from "@std/assert";
import { ALL_CELLS } from "../../src/bank/cell_range.ts";
import { Protection } from "../../src/bank/protection.ts";
import { Table, TABLE_SIZE } from "../../src/bank/tables.ts";

const { coils, discreteInputs, holdingRegisters, inputRegisters } = Table;

/** Two ranges that overlap, one alone, and the last cell. */
const RANGES = [
  { table: holdingRegisters, address: 1000, count: 100 },
  { table: holdingRegisters, address: 1050, count: 100 },
  { table: holdingRegisters, address: 2000, count: 1 },
  { table: coils, address: 65_535, count: 1 },
];

/** Cells, and the first protected one among them. */
const CASES: readonly [
  table: Table,
  address: number,
  count: number,
  first: number | undefined,
][] = [
  [holdingRegisters, 0, 1000, undefined],
  [holdingRegisters, 0, 1001, 1000],
  [holdingRegisters, 999, 1, undefined],
  [holdingRegisters, 999, 2, 1000],
  [holdingRegisters, 1000, 1, 1000],
  [holdingRegisters, 1099, 1, 1099],
  [holdingRegisters, 1100, 1, 1100],
  [holdingRegisters, 1149, 10, 1149],
  [holdingRegisters, 1150, 850, undefined],
  [holdingRegisters, 1150, 851, 2000],
  [holdingRegisters, 2001, TABLE_SIZE - 2001, undefined],
  [holdingRegisters, 0, TABLE_SIZE, 1000],
  [coils, 0, TABLE_SIZE, 65_535],
  [coils, 0, TABLE_SIZE - 1, undefined],
  [coils, 65_535, 1, 65_535],
  [inputRegisters, 1000, 100, undefined],
  [discreteInputs, 0, TABLE_SIZE, undefined],
];

for (const [table, address, count, first] of CASES) {
  Deno.test({
    name:
      `firstIn() of ${count} cells from ${address} of table ${table} is ${first}`,
    permissions: "none",
    fn() {
      const protection = new Protection(RANGES);
      assertEquals(protection.firstIn(table, address, count), first);
    },
  });
}

Deno.test({
  name: "Protection of nothing is of nothing, that of every cell is total",
  permissions: "none",
  fn() {
    assertEquals(new Protection([]).isTotal, false);
    assertEquals(new Protection([]).firstIn(coils, 0, TABLE_SIZE), undefined);
    assertEquals(new Protection(ALL_CELLS).isTotal, true);
    const halves = ALL_CELLS.flatMap((cells) => [
      { ...cells, count: 40_000 },
      { ...cells, address: 30_000, count: TABLE_SIZE - 30_000 },
    ]);
    assertEquals(new Protection(halves).isTotal, true);
    assertEquals(new Protection(halves.slice(1)).isTotal, false);
  },
});

/** Runs of holding registers, and what is left of them. */
const UNPROTECTED: readonly [
  address: number,
  count: number,
  left: readonly [address: number, count: number][],
][] = [
  [0, 1000, [[0, 1000]]],
  [999, 3, [[999, 1]]],
  [1000, 150, []],
  [990, 200, [[990, 10], [1150, 40]]],
  [2000, 1, []],
  [1999, 3, [[1999, 1], [2001, 1]]],
  [65_535, 1, [[65_535, 1]]],
];

for (const [address, count, left] of UNPROTECTED) {
  Deno.test({
    name: `unprotected() of ${count} cells from ${address}`,
    permissions: "none",
    fn() {
      const protection = new Protection(RANGES);
      assertEquals(
        protection.unprotected(holdingRegisters, { address, count }),
        left.map(([address, count]) => ({ address, count })),
      );
    },
  });
}
