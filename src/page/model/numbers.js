/**
 * The values of single cells as people write them.
 * @module
 */
import { ok, wrong } from "./result.js";

/** @import { Result } from "./result.js" */

/** @typedef {"unsigned" | "signed" | "hex" | "binary"} RegisterFormat */

/** @type {readonly RegisterFormat[]} */
export const REGISTER_FORMATS = ["unsigned", "signed", "hex", "binary"];

const REGISTER = /^([+-]?)(?:0x([0-9a-f]+)|0b([01]+)|(\d+))$/i;

/**
 * Reads the value of a register: decimal, `0x` hexadecimal or `0b` binary,
 * −32,768 to 65,535. Between digits `_` and spaces may stand.
 *
 * @param {string} text
 * @returns {Result<number>} 0 to 65,535; negative numbers in two's complement.
 */
export function parseRegister(text) {
  const [all, sign, hex, binary, decimal] =
    REGISTER.exec(text.trim().replace(/(?<=\w)[_ ]+(?=\w)/g, "")) ?? [];
  if (all === undefined) {
    return wrong("A register takes a number such as 42, -1, 0x2A or 0b101");
  }
  const size = hex !== undefined
    ? parseInt(hex, 16)
    : binary !== undefined
    ? parseInt(binary, 2)
    : Number(decimal);
  const number = sign === "-" ? -size : size;
  if (number < -32_768 || number > 65_535) {
    return wrong("A register holds -32768 to 65535");
  }
  return ok(number & 0xffff);
}

/**
 * @param {number} value 0 to 65,535.
 * @param {RegisterFormat} format
 * @returns {string} What {@linkcode parseRegister} reads as the same value.
 */
export function formatRegister(value, format) {
  switch (format) {
    case "unsigned":
      return String(value);
    case "signed":
      return String((value << 16) >> 16);
    case "hex":
      return "0x" + value.toString(16).toUpperCase().padStart(4, "0");
    case "binary":
      return "0b" + value.toString(2).padStart(16, "0");
  }
}

/**
 * The text for a cell of the grid, whose toolbar says what format it is.
 *
 * @param {number} value 0 to 65,535.
 * @param {RegisterFormat} format
 * @returns {string}
 */
export function formatCell(value, format) {
  const text = formatRegister(value, format);
  return text.startsWith("0x") || text.startsWith("0b") ? text.slice(2) : text;
}
