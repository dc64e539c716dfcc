import { assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import type { Range } from "../../src/ws/messages.ts";
import { CellSet } from "../../src/ws/cell_set.ts";
import { allCells } from "../../src/ws/ranges.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { cellsOf, nearRange, range, runsOf } from "./range_model.ts";

const { coils, holdingRegisters } = Table;

test("ranges() of an empty set", () => {
  assertEquals(new CellSet().ranges(), []);
});

test("ranges() of all cells", () => {
  for (const tables of [4, 12]) {
    const { ranges } = allCells(tables);
    assertEquals(new CellSet(ranges).ranges(), [...ranges]);
  }
});

test("ranges() joins what touches, by table and address", () => {
  const cells = new CellSet([range(holdingRegisters, 65_535, 1)]);
  cells.add(range(coils, 9, 3));
  cells.add(range(coils, 3, 6));
  cells.add(range(coils, 3, 1));
  assertEquals(cells.ranges(), [
    range(coils, 3, 9),
    range(holdingRegisters, 65_535, 1),
  ]);
});

test("ranges() has the cells that were put in, in the fewest ranges", () => {
  const random = new Random(4);
  for (let i = 0; i < 200; i++) {
    const first = Array.from(
      { length: random.int(4) },
      () => nearRange(random),
    );
    const later: Range[] = Array.from(
      { length: random.int(20) },
      () => nearRange(random),
    );
    const cells = new CellSet(first);
    for (const range of later) cells.add(range);
    assertEquals(cells.ranges(), runsOf(cellsOf([...first, ...later])), `${i}`);
  }
});
