/**
 * Values of flags as they stand in configuration files.
 * @module
 */
import { CONFIG_FLAGS } from "../../src/flags.ts";

/** What a file gives a flag for a text on the command line: numbers as such, lists for what may be repeated. */
export function inFile(name: string, text: string): unknown {
  const flag = CONFIG_FLAGS.find((flag) => flag.name === name)!;
  const isNumber = (flag.schema?.type ?? "string") !== "string" &&
    /^[\d.]+$/.test(text);
  const value = isNumber ? Number(text) : text;
  return flag.repeatable ? [value] : value;
}
