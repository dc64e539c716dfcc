import { assertEquals } from "@std/assert";
import { type Column, toCsv } from "../../../src/page/model/csv.js";
import { table } from "../cases.ts";

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const AT = "2026-01-02T03:04:05.678Z";
const LATER = "2026-01-02T03:04:06.678Z";

table<[string, Column[], string[]]>("toCsv() writes", [
  ["nothing but a head", [], ["time"]],
  [
    "a column",
    [{ name: "Speed", entries: [[TIME, 1.5], [TIME + 1000, -2]] }],
    ["time,Speed", `${AT},1.5`, `${LATER},-2`],
  ],
  [
    "values that hold beside those that are new",
    [
      { name: "a", entries: [[TIME, 1]] },
      { name: "b", entries: [[TIME + 1000, 2]] },
    ],
    ["time,a,b", `${AT},1,`, `${LATER},1,2`],
  ],
  [
    "a line for one time",
    [{ name: "a", entries: [[TIME, 1]] }, { name: "b", entries: [[TIME, 2]] }],
    ["time,a,b", `${AT},1,2`],
  ],
  [
    "the last of several values of one time",
    [{ name: "a", entries: [[TIME, 1], [TIME, 3]] }],
    ["time,a", `${AT},3`],
  ],
  [
    "a gap as nothing",
    [{ name: "a", entries: [[TIME, 1], [TIME + 1000, NaN]] }],
    ["time,a", `${AT},1`, `${LATER},`],
  ],
  ["commas in quotes", [{ name: "a,b", entries: [] }], ['time,"a,b"']],
  ["quotes doubled", [{ name: 'a"b', entries: [] }], ['time,"a""b"']],
  ["lines in quotes", [{ name: "a\nb", entries: [] }], ['time,"a\nb"']],
  ["no formula", [{ name: "=1+1", entries: [] }], ["time,'=1+1"]],
  ["none with an at", [{ name: "@x", entries: [] }], ["time,'@x"]],
], (_, columns, lines) => {
  assertEquals(toCsv(columns), lines.map((line) => line + "\r\n").join(""));
});
