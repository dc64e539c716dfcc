import { assertEquals } from "@std/assert";
import {
  columnsFor,
  rowsFor,
  scrollToRow,
  visibleRows,
} from "../../../src/page/model/virtual.js";
import { table } from "../cases.ts";

table<[number, number, number]>("columnsFor() of width and cell width is", [
  [1200, 50, 20],
  [1000, 50, 20],
  [999, 50, 10],
  [500, 50, 10],
  [300, 50, 5],
  [240, 50, 2],
  [90, 50, 1],
  [0, 50, 1],
], (width, cellWidth, columns) => {
  assertEquals(columnsFor(width, cellWidth), columns);
});

table<[number, number]>("rowsFor() columns is", [
  [20, 3277],
  [10, 6554],
  [1, 65_536],
], (columns, rows) => assertEquals(rowsFor(columns), rows));

table<[string, number, number, number, number, number, number]>(
  "visibleRows() with rows of 30 pixels",
  [
    ["at the top", 0, 300, 6554, 0, 0, 10],
    ["with a margin", 0, 300, 6554, 3, 0, 13],
    ["between two rows", 45, 300, 6554, 0, 1, 12],
    ["in the middle", 3000, 300, 6554, 2, 98, 112],
    ["at the end", 6554 * 30 - 300, 300, 6554, 3, 6541, 6554],
    ["beyond the end", 9999999, 300, 6554, 3, 6554, 6554],
    ["of few rows", 0, 300, 2, 3, 0, 2],
    ["of none", 0, 300, 0, 3, 0, 0],
    ["without room", 0, 0, 6554, 0, 0, 0],
  ],
  (_, scrollTop, height, rows, margin, first, end) => {
    const view = { scrollTop, height, rowHeight: 30 };
    assertEquals(visibleRows(view, rows, margin), { first, end });
  },
);

table<[string, number, number, "nearest" | "center", number]>(
  "scrollToRow() with 10 rows of 30 pixels",
  [
    ["one that can be seen stays", 300, 12, "nearest", 300],
    ["one above comes to the top", 300, 9, "nearest", 270],
    ["one below comes to the bottom", 300, 20, "nearest", 330],
    ["one that is cut off at the bottom comes up", 310, 20, "nearest", 330],
    ["to the middle", 0, 100, "center", 2865],
    ["the first can't be in the middle", 500, 0, "center", 0],
  ],
  (_, scrollTop, row, place, expected) => {
    const view = { scrollTop, height: 300, rowHeight: 30 };
    assertEquals(scrollToRow(view, row, place), expected);
  },
);
