import { assertEquals } from "@std/assert";
import {
  formatCell,
  formatRegister,
  parseRegister,
  REGISTER_FORMATS,
} from "../../../src/page/model/numbers.js";
import { assertResult, table } from "../cases.ts";

const WHAT = new Error(
  "A register takes a number such as 42, -1, 0x2A or 0b101",
);
const RANGE = new Error("A register holds -32768 to 65535");

table<[string, number | Error]>("parseRegister() reads", [
  ["0", 0],
  ["42", 42],
  [" 42 ", 42],
  ["65535", 65_535],
  ["007", 7],
  ["+7", 7],
  ["-1", 65_535],
  ["-32768", 32_768],
  ["0x2A", 42],
  ["0XbeEF", 0xbeef],
  ["-0x1", 65_535],
  ["0b101", 5],
  ["0b1111111111111111", 65_535],
  ["0b1111_0000 1111_0000", 0xf0f0],
  ["65 535", 65_535],
  ["65536", RANGE],
  ["-32769", RANGE],
  ["0x10000", RANGE],
  ["99999999999999999999999", RANGE],
  ["", WHAT],
  ["-", WHAT],
  ["1.5", WHAT],
  ["1e3", WHAT],
  ["0x", WHAT],
  ["0b2", WHAT],
  ["0o7", WHAT],
  ["x", WHAT],
  ["1,5", WHAT],
  ["NaN", WHAT],
], (text, expected) => assertResult(parseRegister(text), expected));

table<[number, string, string, string, string]>("formatRegister() writes", [
  [0, "0", "0", "0x0000", "0b0000000000000000"],
  [42, "42", "42", "0x002A", "0b0000000000101010"],
  [32_767, "32767", "32767", "0x7FFF", "0b0111111111111111"],
  [32_768, "32768", "-32768", "0x8000", "0b1000000000000000"],
  [65_535, "65535", "-1", "0xFFFF", "0b1111111111111111"],
], (value, ...texts) => {
  assertEquals(
    REGISTER_FORMATS.map((format) => formatRegister(value, format)),
    texts,
  );
  for (const text of texts) assertEquals(parseRegister(text).value, value);
});

table<[number, string, string]>(
  "formatCell() leaves out what the toolbar says",
  [
    [255, "unsigned", "255"],
    [65_535, "signed", "-1"],
    [255, "hex", "00FF"],
    [5, "binary", "0000000000000101"],
  ],
  (value, format, text) => {
    const known = REGISTER_FORMATS.find((one) => one === format)!;
    assertEquals(formatCell(value, known), text);
  },
);
