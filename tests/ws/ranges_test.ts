import { assert, assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import { Units } from "../../src/bank/units.ts";
import type { Range } from "../../src/ws/messages.ts";
import {
  allCells,
  normalizeRanges,
  RangeSet,
  unitCells,
} from "../../src/ws/ranges.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { cellsOf, nearRange, range, runsOf } from "./range_model.ts";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

const NORMALIZE: readonly {
  readonly name: string;
  readonly ranges: readonly Range[];
  readonly expected: readonly Range[];
}[] = [
  { name: "nothing", ranges: [], expected: [] },
  {
    name: "apart, in any order",
    ranges: [range(coils, 10, 5), range(coils, 0, 5)],
    expected: [range(coils, 0, 5), range(coils, 10, 5)],
  },
  {
    name: "one cell between them",
    ranges: [range(coils, 0, 5), range(coils, 6, 5)],
    expected: [range(coils, 0, 5), range(coils, 6, 5)],
  },
  {
    name: "adjacent",
    ranges: [range(coils, 5, 5), range(coils, 0, 5)],
    expected: [range(coils, 0, 10)],
  },
  {
    name: "overlapping",
    ranges: [range(coils, 0, 5), range(coils, 4, 5)],
    expected: [range(coils, 0, 9)],
  },
  {
    name: "one inside another",
    ranges: [range(coils, 0, 100), range(coils, 3, 5), range(coils, 50, 60)],
    expected: [range(coils, 0, 110)],
  },
  {
    name: "the same twice",
    ranges: [range(coils, 7, 1), range(coils, 7, 1)],
    expected: [range(coils, 7, 1)],
  },
  {
    name: "the same addresses of other tables",
    ranges: [
      range(holdingRegisters, 0, 2),
      range(coils, 0, 2),
      range(inputRegisters, 2, 2),
      range(discreteInputs, 2, 2),
    ],
    expected: [
      range(coils, 0, 2),
      range(discreteInputs, 2, 2),
      range(inputRegisters, 2, 2),
      range(holdingRegisters, 0, 2),
    ],
  },
  {
    name: "the end of one table and the start of the next",
    ranges: [range(coils, 65_535, 1), range(discreteInputs, 0, 1)],
    expected: [range(coils, 65_535, 1), range(discreteInputs, 0, 1)],
  },
  {
    name: "all cells",
    ranges: [...allCells(4).ranges, ...allCells(4).ranges],
    expected: allCells(4).ranges,
  },
];

for (const { name, ranges, expected } of NORMALIZE) {
  test(`normalizeRanges() of ${name}`, () => {
    const before = structuredClone(ranges);
    assertEquals(normalizeRanges(ranges), [...expected]);
    assertEquals(ranges, before);
  });
}

test("normalizeRanges() has the same cells in the fewest ranges", () => {
  const random = new Random(1);
  for (let i = 0; i < 500; i++) {
    const ranges = Array.from(
      { length: random.int(12) },
      () => nearRange(random),
    );
    assertEquals(normalizeRanges(ranges), runsOf(cellsOf(ranges)), `run ${i}`);
  }
});

test("allCells() has each table from its first to its last cell", () => {
  assertEquals(allCells(4).ranges, [
    { table: coils, address: 0, count: 65_536 },
    { table: discreteInputs, address: 0, count: 65_536 },
    { table: inputRegisters, address: 0, count: 65_536 },
    { table: holdingRegisters, address: 0, count: 65_536 },
  ]);
});

test("parts() of the issue's example: coils 0..7 of a write to 4..11", () => {
  const wanted = new RangeSet([range(coils, 0, 8)]);
  assertEquals(wanted.parts(range(coils, 4, 8)), [range(coils, 4, 4)]);
});

test("parts() gives the range itself, not a copy, when all of it is wanted", () => {
  const wanted = new RangeSet([range(coils, 0, 4), range(coils, 4, 4)]);
  for (const whole of [range(coils, 0, 8), range(coils, 3, 2)]) {
    const parts = wanted.parts(whole);
    assert(parts.length === 1 && parts[0] === whole);
  }
});

test("parts() is what a list of cells says", () => {
  const random = new Random(2);
  for (let i = 0; i < 300; i++) {
    const ranges = Array.from(
      { length: random.int(20) },
      () => nearRange(random),
    );
    const wanted = new RangeSet(ranges);
    const cells = cellsOf(ranges);
    for (let k = 0; k < 20; k++) {
      const asked = nearRange(random);
      const inBoth = cellsOf([asked]).filter((cell) => cells.includes(cell));
      assertEquals(wanted.parts(asked), runsOf(inBoth), `run ${i}, ${k}`);
    }
  }
});

test("RangeSet has its ranges joined", () => {
  const wanted = new RangeSet([range(coils, 4, 4), range(coils, 0, 4)]);
  assertEquals(wanted.ranges, [range(coils, 0, 8)]);
});

test("allCells() has the tables of all units", () => {
  const { ranges } = allCells(12);
  assertEquals(ranges.map(({ table }) => table), [...new Array(12).keys()]);
  assert(
    ranges.every(({ address, count }) => address === 0 && count === 65_536),
  );
});

test("unitCells() has the four tables of one unit", () => {
  const units = new Units([5, 9]);
  for (const [id, first] of [[5, 0], [9, 4]] as const) {
    assertEquals(
      unitCells(id, units),
      [0, 1, 2, 3].map((kind) => ({
        ...{ table: first + kind, address: 0, count: 65_536 },
      })),
    );
  }
});
