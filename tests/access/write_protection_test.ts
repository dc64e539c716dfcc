import { assertEquals, assertThrows } from "@std/assert";
import {
  parseRule,
  protectedFrom,
  type ProtectionRule,
  type Side,
  type Sides,
} from "../../src/access/write_protection.ts";
import { ALL_CELLS } from "../../src/bank/cell_range.ts";
import { Table, type TableName } from "../../src/bank/tables.ts";

const permissions = "none";

const rule = (
  table: TableName,
  from: number,
  to: number,
  side: Sides,
): ProtectionRule => ({
  ...{ table: Table[table], address: from, count: to - from + 1, side },
});

/** Rules as they are written, and what they say. */
const RULES: readonly (readonly [text: string, rule: ProtectionRule])[] = [
  ["coils:7", rule("coils", 7, 7, "all")],
  ["coils:7:ws", rule("coils", 7, 7, "ws")],
  ["coils:7:all", rule("coils", 7, 7, "all")],
  ["coils:7-7", rule("coils", 7, 7, "all")],
  [
    "holdingRegisters:1000-1999:modbus",
    rule("holdingRegisters", 1000, 1999, "modbus"),
  ],
  ["inputRegisters:0-65535", rule("inputRegisters", 0, 65_535, "all")],
  ["discreteInputs:65535", rule("discreteInputs", 65_535, 65_535, "all")],
];

for (const [text, expected] of RULES) {
  Deno.test(`parseRule() understands ${text}`, { permissions }, () => {
    assertEquals(parseRule(text), expected);
  });
}

/** What is no rule, and what is said of it. */
const FLAWS: readonly (readonly [text: string, message: string])[] = [
  ["", "is not a range of cells"],
  ["coils", "is not a range of cells"],
  ["coils:1-2-3", "is not a range of cells"],
  ["coils:-1", "is not a range of cells"],
  ["coils:1.5", "is not a range of cells"],
  ["coils:100000", "is not a range of cells"],
  ["coils:65536", "has no cells: addresses go from 0 to 65535"],
  ["coils:0-65536", "has no cells: addresses go from 0 to 65535"],
  ["coils:8-7", "has no cells: addresses go from 0 to 65535, the first one"],
  ["coil:7", "has no table: it takes coils, discreteInputs, inputRegisters"],
  ["Coils:7", "has no table"],
  ["holding-registers:7", "is not a range of cells"],
  ["constructor:7", "has no table"],
  ["coils:7:both", "has no side: it takes modbus, ws"],
  ["coils:7:websocket", "has no side: it takes modbus, ws"],
];

for (const [text, message] of FLAWS) {
  Deno.test(`parseRule() refuses "${text}"`, { permissions }, () => {
    const error = assertThrows(() => parseRule(text), RangeError, message);
    assertEquals(error.message.startsWith(`"${text}" `), true);
  });
}

const SOME = [
  rule("coils", 7, 9, "ws"),
  rule("holdingRegisters", 10, 10, "modbus"),
  rule("inputRegisters", 0, 65_535, "all"),
];
const COILS = { table: Table.coils, address: 7, count: 3 };
const HOLDING = { table: Table.holdingRegisters, address: 10, count: 1 };
const INPUTS = { table: Table.inputRegisters, address: 0, count: 65_536 };

/** Sides, what they may not write at all, and what they may not write because of the rules. */
const SIDES: readonly (readonly [Side, Sides | "none", readonly unknown[]])[] =
  [
    ["modbus", "none", [HOLDING, INPUTS]],
    ["modbus", "ws", [HOLDING, INPUTS]],
    ["modbus", "modbus", ALL_CELLS],
    ["modbus", "all", ALL_CELLS],
    ["ws", "none", [COILS, INPUTS]],
    ["ws", "modbus", [COILS, INPUTS]],
    ["ws", "ws", ALL_CELLS],
    ["ws", "all", ALL_CELLS],
  ];

for (const [side, readOnly, cells] of SIDES) {
  Deno.test(`protectedFrom("${side}") with --read-only ${readOnly}`, {
    permissions,
  }, () => {
    assertEquals(protectedFrom(side, readOnly, SOME), cells);
    const without = readOnly === side || readOnly === "all" ? ALL_CELLS : [];
    assertEquals(protectedFrom(side, readOnly, []), without);
  });
}
