import { assertEquals } from "@std/assert";
import {
  formatAddress,
  type Notation,
  parseAddress,
} from "../../../src/page/model/notation.js";
import { tableOf } from "../../../src/page/model/tables.js";
import { assertResult, table } from "../cases.ts";

table<[string, number, string, string, string]>("formatAddress() writes", [
  ["coils", 0, "0", "1", "000001"],
  ["discreteInputs", 9, "9", "10", "100010"],
  ["inputRegisters", 99, "99", "100", "300100"],
  ["holdingRegisters", 100, "100", "101", "400101"],
  ["holdingRegisters", 65_535, "65535", "65536", "465536"],
], (name, address, zero, one, prefixed) => {
  const table = tableOf(name);
  assertEquals(formatAddress(address, "zero", table), zero);
  assertEquals(formatAddress(address, "one", table), one);
  assertEquals(formatAddress(address, "prefixed", table), prefixed);
  assertEquals(parseAddress(prefixed, "prefixed", tableOf("coils")).value, {
    ...{ table, address },
  });
});

const NUMBER = new Error("An address is a number, such as 100 or 0x64");
const FROM_0 = new Error("Addresses are 0 to 65535");
const FROM_1 = new Error("Addresses are 1 to 65536");
const DIGITS = new Error("0, 1, 3 or 4 and then 4 or 5 digits, such as 400001");

table<[Notation, string, [string, number] | Error]>(
  "parseAddress() of an input register reads",
  [
    ["zero", "0", ["inputRegisters", 0]],
    ["zero", " 100 ", ["inputRegisters", 100]],
    ["zero", "0x64", ["inputRegisters", 100]],
    ["zero", "65535", ["inputRegisters", 65_535]],
    ["zero", "65536", FROM_0],
    ["zero", "0x10000", FROM_0],
    ["zero", "-1", NUMBER],
    ["zero", "1.5", NUMBER],
    ["zero", "", NUMBER],
    ["one", "1", ["inputRegisters", 0]],
    ["one", "65536", ["inputRegisters", 65_535]],
    ["one", "0", FROM_1],
    ["one", "65537", FROM_1],
    ["one", "0x64", ["inputRegisters", 100]],
    ["prefixed", "100", ["inputRegisters", 99]],
    ["prefixed", "40001", ["holdingRegisters", 0]],
    ["prefixed", "49999", ["holdingRegisters", 9998]],
    ["prefixed", "400001", ["holdingRegisters", 0]],
    ["prefixed", "300100", ["inputRegisters", 99]],
    ["prefixed", "10001", ["discreteInputs", 0]],
    ["prefixed", "00001", ["coils", 0]],
    ["prefixed", "400000", FROM_1],
    ["prefixed", "465537", FROM_1],
    ["prefixed", "200001", DIGITS],
    ["prefixed", "4000001", DIGITS],
  ],
  (notation, text, expected) => {
    const { value, error } = parseAddress(
      ...[text, notation, tableOf("inputRegisters")] as const,
    );
    const place: [string, number] | undefined = value &&
      [value.table.name, value.address];
    assertResult({ value: place, error }, expected);
  },
);
