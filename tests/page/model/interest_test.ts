import { assertEquals } from "@std/assert";
import {
  covers,
  same,
  type Scope,
  wanted,
} from "../../../src/page/model/interest.js";
import type { Range } from "../../../src/client/client.js";
import { table } from "../cases.ts";

const coils = (address: number, count: number, unit?: number): Range => {
  return { table: "coils", address, count, unit };
};
const registers = (address: number, count: number): Range => {
  return { table: "holdingRegisters", address, count, unit: undefined };
};
const ALL = 65_536;

table<[Scope, boolean, Range[], Range[]]>(
  "wanted() while coils 100 to 199 are shown: scope, filter, watched",
  [
    ["view", false, [], [coils(100, 100)]],
    ["view", false, [registers(5, 2)], [coils(100, 100), registers(5, 2)]],
    ["view", false, [coils(120, 5)], [coils(100, 100)]],
    ["view", true, [coils(7, 1)], [coils(0, ALL)]],
    ["table", false, [registers(5, 2)], [coils(0, ALL), registers(5, 2)]],
    ["bank", false, [registers(5, 2)], [
      coils(0, ALL),
      { ...coils(0, ALL), table: "discreteInputs" },
      { ...coils(0, ALL), table: "inputRegisters" },
      registers(0, ALL),
    ]],
    ["table", false, [coils(5, 2, 9)], [coils(0, ALL), coils(5, 2, 9)]],
  ],
  (scope, isFiltered, watched, expected) => {
    const view = coils(100, 100);
    assertEquals(wanted({ scope, isFiltered, watched, view }), expected);
  },
);

table<[Range[], Range[], boolean, boolean]>("covers() and same() of", [
  [[], [], true, true],
  [[coils(0, 10)], [], true, false],
  [[coils(0, 10)], [coils(0, 10)], true, true],
  [[coils(0, 10)], [coils(2, 8)], true, false],
  [[coils(0, 10)], [coils(2, 9)], false, false],
  [[coils(0, 10)], [registers(0, 10)], false, false],
  [[coils(0, 10)], [coils(0, 10, 9)], false, false],
  [
    [coils(0, 10), registers(0, 1)],
    [registers(0, 1), coils(0, 10)],
    true,
    true,
  ],
], (have, want, isCovered, isSame) => {
  assertEquals(covers(have, want), isCovered);
  assertEquals(same(have, want), isSame);
});
