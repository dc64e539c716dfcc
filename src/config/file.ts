/**
 * Configuration files: one JSON object, with comments, whose names are those of
 * the flags. Pure: the text is handed in.
 * @module
 */
import {
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { ConfigError, type FileSetting } from "../config.ts";
import { FlagError } from "../flag_values.ts";
import { CONFIG_FLAGS } from "../flags.ts";
import type { Flag, ValueSchema } from "../flags/flag.ts";
import { closest } from "./closest.ts";

/** Names an editor's schema for the file; no flag. */
const SCHEMA_KEY = "$schema";

/**
 * Understands a configuration file.
 *
 * @param name The file's name, for messages.
 * @param text What it holds.
 * @returns What it gives, by the names of the flags.
 * @throws {ConfigError} If something in it is unknown or not allowed. The message
 * begins as `FILE:LINE:COLUMN: `.
 */
export function parseConfigFile(
  name: string,
  text: string,
): ReadonlyMap<string, FileSetting> {
  return new ConfigFile(name, text).settings;
}

const TEXT: ValueSchema = { type: "string" };

class ConfigFile {
  readonly settings = new Map<string, FileSetting>();
  readonly #name: string;
  readonly #text: string;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#text = text;
    const root = this.#parse();
    if (root.type !== "object") {
      throw this.#error(root, 'it takes an object, such as {"ws-port": 8765}');
    }
    const lines = new Map<string, number>();
    for (const property of root.children!) {
      const [key, value] = property.children as [Node, Node];
      const first = lines.get(key.value);
      if (first !== undefined) {
        const message = `${key.value} is given in line ${first} already`;
        throw this.#error(key, message);
      }
      lines.set(key.value, this.#position(key).line);
      if (key.value === SCHEMA_KEY) continue;
      const flag = this.#flag(key);
      const texts = flag.repeatable
        ? this.#texts(flag, value)
        : [this.#textOf(flag, value, flag.name)];
      const origin = `${this.#name}:${this.#position(key).line}`;
      this.settings.set(flag.name, { texts, origin });
    }
  }

  #parse(): Node {
    const errors: ParseError[] = [];
    const root = this.#tree(errors);
    const [error] = errors;
    if (root !== undefined && error === undefined) return root;
    const { offset, code } = {
      offset: error?.offset ?? 0,
      code: error === undefined ? "" : printParseErrorCode(error.error),
    };
    // "CommaExpected" to "comma expected".
    const what = code.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`).trim();
    throw this.#error({ offset }, `this is not JSON with comments: ${what}`);
  }

  #tree(errors: ParseError[]): Node | undefined {
    try {
      return parseTree(this.#text, errors, { allowTrailingComma: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // The stack is used up.
      throw this.#error({ offset: 0 }, "it is nested too deeply");
    }
  }

  #flag(key: Node): Flag {
    const name: string = key.value;
    const flag = CONFIG_FLAGS.find((flag) => flag.name === name);
    if (flag !== undefined) return flag;
    const meant = closest(name, CONFIG_FLAGS.map(({ name }) => name));
    const hint = meant === undefined
      ? "it takes the names of the flags, which --help lists"
      : `did you mean "${meant}"?`;
    throw this.#error(key, `"${name}" is not a setting: ${hint}`);
  }

  /** The texts of a flag that may be repeated. */
  #texts(flag: Flag, list: Node): string[] {
    if (list.type !== "array") {
      const message = `${flag.name} is ${this.#shown(list)}: it takes a list`;
      throw this.#error(list, `${message}, in brackets`);
    }
    return list.children!.map((value, i) =>
      this.#textOf(flag, value, `${flag.name}[${i}]`)
    );
  }

  /** The text that the flag would have on the command line; its value is tried. */
  #textOf(flag: Flag, value: Node, path: string): string {
    const schema = flag.schema ?? TEXT;
    const isAllowed = [schema.type].flat().some((type) =>
      type === "string" ? value.type === "string" : value.type === "number"
    );
    if (!isAllowed) {
      const message = `${path} is ${this.#shown(value)}: it takes`;
      throw this.#error(value, `${message} ${allowed(schema)}`);
    }
    const text = String(value.value);
    if (text === "") throw this.#error(value, `${path} needs a value`);
    try {
      flag.parse(text);
      return text;
    } catch (error) {
      if (!(error instanceof FlagError)) throw error;
      throw this.#error(value, `${path} ${error.message}`);
    }
  }

  /** A value as it stands in the file; of a long one, what it is. */
  #shown({ type, offset, length }: Node): string {
    if (type === "object") return "an object";
    if (type === "array") return "a list";
    return this.#text.slice(offset, offset + length);
  }

  #error(at: { readonly offset: number }, message: string): ConfigError {
    const { line, column } = this.#position(at);
    return new ConfigError(`${this.#name}:${line}:${column}: ${message}`);
  }

  /** Line and column in the file, both counted from 1. */
  #position({ offset }: { readonly offset: number }) {
    const before = this.#text.slice(0, offset).split(/\r\n|\n|\r/);
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }
}

/** What a value may be, for messages. */
function allowed({ type, minimum, maximum, enum: words }: ValueSchema): string {
  if (words !== undefined) return words.map((w) => `"${w}"`).join(", ");
  const forms = [type].flat().map((type) =>
    type === "string"
      ? "a text in quotes"
      : `a number from ${minimum} to ${maximum}`
  );
  return forms.join(" or ");
}
