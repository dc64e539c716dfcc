/**
 * What registers mean: numbers and texts that lie in one or more of them.
 * @module
 */
import { ok, wrong } from "./result.js";

/** @import { Result } from "./result.js" */

/** @typedef {"uint16" | "int16" | "uint32" | "int32" | "float32" | "uint64" | "int64" | "float64" | "ascii"} Type */

/**
 * Where the bytes of a value lie, `A` being the most significant. `ABCD`: as
 * the standard sends a register, and the first register first. `CDAB`: the last
 * register first. `BADC`: the low byte of each register first. `DCBA`: both.
 * A text has no last register: there only the bytes of each register change.
 * @typedef {"ABCD" | "CDAB" | "BADC" | "DCBA"} Order
 */

/** @type {readonly Order[]} */
export const ORDERS = ["ABCD", "CDAB", "BADC", "DCBA"];

/** @type {Readonly<Record<Type, number>>} Registers that a value takes; a text takes as many as it is given. */
const REGISTERS = {
  ...{ uint16: 1, int16: 1, uint32: 2, int32: 2, float32: 2 },
  ...{ uint64: 4, int64: 4, float64: 4, ascii: 1 },
};

/** @type {readonly Type[]} */
export const TYPES = /** @type {Type[]} */ (Object.keys(REGISTERS));

/**
 * @param {Type} type
 * @returns {number} Registers that one value takes; of a text the fewest.
 */
export function registersOf(type) {
  return REGISTERS[type];
}

/**
 * @param {readonly number[]} words As many registers as the type takes; any number for a text.
 * @param {Type} type
 * @param {Order} order
 * @returns {number | bigint | string}
 */
export function decode(words, type, order) {
  const bytes = new Uint8Array(words.length * 2);
  arrange(words, type, order).forEach((word, i) => {
    bytes[2 * i] = word >> 8;
    bytes[2 * i + 1] = word;
  });
  const view = new DataView(bytes.buffer);
  switch (type) {
    case "uint16":
      return view.getUint16(0);
    case "int16":
      return view.getInt16(0);
    case "uint32":
      return view.getUint32(0);
    case "int32":
      return view.getInt32(0);
    case "float32":
      return view.getFloat32(0);
    case "uint64":
      return view.getBigUint64(0);
    case "int64":
      return view.getBigInt64(0);
    case "float64":
      return view.getFloat64(0);
    case "ascii":
      return textOf(bytes);
  }
}

/**
 * @param {string} text What a person has typed.
 * @param {Type} type
 * @param {Order} order
 * @param {number} [length] Registers that a text fills, the rest with zeros.
 * @returns {Result<number[]>} The registers.
 */
export function encode(text, type, order, length = 1) {
  const bytes = type === "ascii"
    ? bytesOf(text, length * 2)
    : type.startsWith("float")
    ? floatBytes(text, type)
    : integerBytes(text, type);
  if (bytes.error !== undefined) return bytes;
  const view = new DataView(bytes.value.buffer);
  const words = Array.from(
    { length: view.byteLength / 2 },
    (_, i) => view.getUint16(2 * i),
  );
  return ok(arrange(words, type, order));
}

/**
 * @param {number | bigint | string} value
 * @param {Type} type
 * @returns {string} The shortest text that {@linkcode encode} turns into the same registers, but for what can't be shown in a text.
 */
export function formatValue(value, type) {
  if (typeof value !== "number" || type !== "float32") return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * To the order `ABCD` and back: each of these is its own inverse.
 *
 * @param {readonly number[]} words
 * @param {Type} type
 * @param {Order} order
 * @returns {number[]}
 */
function arrange(words, type, order) {
  const swapped = order === "BADC" || order === "DCBA"
    ? words.map((word) => ((word & 0xff) << 8) | (word >> 8))
    : [...words];
  const isReversed = order === "CDAB" || order === "DCBA";
  return isReversed && type !== "ascii" ? swapped.reverse() : swapped;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} Up to the first zero; what is no visible ASCII is a dot.
 */
function textOf(bytes) {
  const end = bytes.indexOf(0);
  const shown = end === -1 ? bytes : bytes.subarray(0, end);
  return Array.from(
    shown,
    (byte) => byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·",
  ).join("");
}

/**
 * @param {string} text
 * @param {number} length
 * @returns {Result<Uint8Array<ArrayBuffer>>}
 */
function bytesOf(text, length) {
  // deno-lint-ignore no-control-regex
  if (!/^[\x00-\x7f]*$/.test(text)) return wrong("Only ASCII fits here");
  if (text.length > length) {
    return wrong(`${length} characters fit into these registers`);
  }
  const bytes = new Uint8Array(length);
  bytes.set(new TextEncoder().encode(text));
  return ok(bytes);
}

/**
 * @param {string} text
 * @param {Type} type
 * @returns {Result<Uint8Array<ArrayBuffer>>}
 */
function floatBytes(text, type) {
  const word = text.trim().toLowerCase();
  const special = /^([+-]?)(inf|infinity|nan)$/.exec(word);
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(word);
  if (special === null && !isNumber) {
    return wrong("A number such as 3.14, -1e6, inf or nan");
  }
  const sign = special?.[1] === "-" ? -1 : 1;
  const number = special === null
    ? Number(word)
    : special[2] === "nan"
    ? NaN
    : sign * Infinity;
  const bytes = new Uint8Array(REGISTERS[type] * 2);
  const view = new DataView(bytes.buffer);
  if (type === "float32") view.setFloat32(0, number);
  else view.setFloat64(0, number);
  const isLost = special === null && type === "float32" &&
    !Number.isFinite(Math.fround(number));
  return isLost || (special === null && !Number.isFinite(number))
    ? wrong(`That does not fit into a ${type}`)
    : ok(bytes);
}

/**
 * @param {string} text
 * @param {Type} type
 * @returns {Result<Uint8Array<ArrayBuffer>>}
 */
function integerBytes(text, type) {
  const digits = text.trim().replace(/(?<=\w)[_ ]+(?=\w)/g, "");
  const [all, sign, size = ""] =
    /^([+-]?)(0x[0-9a-f]+|0b[01]+|\d+)$/i.exec(digits) ?? [];
  if (all === undefined) return wrong("A whole number, decimal, 0x… or 0b…");
  const number = sign === "-" ? -BigInt(size) : BigInt(size);
  const bits = REGISTERS[type] * 16;
  const isSigned = type.startsWith("int");
  const least = isSigned ? -(2n ** BigInt(bits - 1)) : 0n;
  const most = 2n ** BigInt(isSigned ? bits - 1 : bits) - 1n;
  if (number < least || number > most) {
    return wrong(`${type} is ${least} to ${most}`);
  }
  const bytes = new Uint8Array(bits / 8);
  let rest = BigInt.asUintN(bits, number);
  for (let i = bytes.length - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return ok(bytes);
}
