import { assertEquals, assertThrows } from "@std/assert";
import {
  assertRange,
  isBitTable,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../../src/bank/tables.ts";

Deno.test({
  name: "TABLE_NAMES has each table's name at its number",
  permissions: "none",
  fn() {
    assertEquals(TABLE_NAMES.map((name) => Table[name]), [0, 1, 2, 3]);
    assertEquals(TABLE_SIZE, 65_536);
  },
});

Deno.test({
  name: "isBitTable() is true for coils and discrete inputs alone",
  permissions: "none",
  fn() {
    const bits = TABLE_NAMES.filter((name) => isBitTable(Table[name]));
    assertEquals(bits, ["coils", "discreteInputs"]);
  },
});

// Byte counts as the standard gives them (Application Protocol V1.1b3, 6.1 and
// 6.3): a byte for each 8 bits begun, two for each register.
Deno.test("wireLength()", { permissions: "none" }, async (t) => {
  for (
    const [table, count, expected] of [
      ["coils", 1, 1],
      ["coils", 8, 1],
      ["coils", 9, 2],
      ["discreteInputs", 19, 3],
      ["discreteInputs", 2000, 250],
      ["coils", 65_536, 8192],
      ["inputRegisters", 1, 2],
      ["holdingRegisters", 125, 250],
      ["holdingRegisters", 65_536, 131_072],
    ] as const
  ) {
    await t.step(`of ${count} ${table} is ${expected}`, () => {
      assertEquals(wireLength(Table[table], count), expected);
    });
  }
});

Deno.test("assertRange()", { permissions: "none" }, async (t) => {
  for (
    const [address, count, good] of [
      [0, 1, true],
      [0, 65_536, true],
      [65_535, 1, true],
      [1, 65_535, true],
      [0, 0, false],
      [0, -1, false],
      [-1, 1, false],
      [-1, 2, false],
      [65_536, 1, false],
      [65_535, 2, false],
      [1, 65_536, false],
      [0, 65_537, false],
      [2 ** 32, 1, false],
      [0, 2 ** 32 + 1, false],
      [NaN, 1, false],
      [0, NaN, false],
      [0, Infinity, false],
      [0.5, 1, false],
      [0, 1.5, false],
    ] as const
  ) {
    const name = `${count} cells from address ${address}`;
    await t.step(`${good ? "takes" : "refuses"} ${name}`, () => {
      if (good) return assertRange(address, count);
      assertThrows(() => assertRange(address, count), RangeError, name);
    });
  }
});
