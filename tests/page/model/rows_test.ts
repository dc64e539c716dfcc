import { assertEquals } from "@std/assert";
import {
  allRows,
  NonZeroRows,
  type RowList,
} from "../../../src/page/model/rows.js";
import { TABLE_SIZE } from "../../../src/page/model/tables.js";

const options = { permissions: "none" } as const;

/** All of them. */
function list(rows: RowList): number[] {
  return Array.from({ length: rows.length }, (_, place) => rows.at(place));
}

Deno.test("allRows() are all, each at its place", options, () => {
  const rows = allRows(10);
  assertEquals(rows.length, 6554);
  assertEquals([rows.at(0), rows.at(6553)], [0, 6553]);
  assertEquals([rows.placeOf(7), rows.placeOf(9999)], [7, 6554]);
});

Deno.test("NonZeroRows are those with something in them", options, () => {
  const values = new Uint16Array(TABLE_SIZE);
  assertEquals(list(new NonZeroRows(values, 10)), []);
  values[0] = 1;
  values[9] = 1;
  values[10] = 0;
  values[65_535] = 7;
  assertEquals(list(new NonZeroRows(values, 10)), [0, 6553]);
  assertEquals(list(new NonZeroRows(values, 20)), [0, 3276]);
});

Deno.test(
  "NonZeroRows.add() adds rows in order, and takes none away",
  options,
  () => {
    const rows = new NonZeroRows(new Uint16Array(TABLE_SIZE), 10);
    assertEquals(rows.add(500, [0, 0, 3]), true);
    assertEquals(rows.add(98, [true, false, true]), true);
    assertEquals(list(rows), [9, 10, 50]);
    assertEquals(rows.add(501, [9]), false);
    assertEquals(rows.add(502, [0]), false);
    assertEquals(list(rows), [9, 10, 50]);
  },
);

Deno.test(
  "NonZeroRows.placeOf() is the row's, or the next one's",
  options,
  () => {
    const rows = new NonZeroRows(new Uint16Array(TABLE_SIZE), 10);
    for (const row of [3, 7, 8]) rows.add(row * 10, [1]);
    assertEquals([0, 3, 4, 7, 8, 9].map((row) => rows.placeOf(row)), [
      ...[0, 0, 1, 1, 2, 3],
    ]);
  },
);
