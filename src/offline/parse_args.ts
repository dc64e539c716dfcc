/**
 * Stands in for `@std/cli/parse-args` where JSR can't be reached: what this
 * project uses of it, made of `node:util`.
 * @module
 */
import { parseArgs as parse } from "node:util";

/** The options that this project uses; see `ParseOptions` of `@std/cli`. */
export interface ParseOptions {
  /** Names of flags without a value. */
  boolean?: readonly string[];
  /** Names of flags with a value. */
  string?: readonly string[];
  /** Names of flags that may be repeated: their values come as an array. */
  collect?: readonly string[];
  /** Short names to long names. */
  alias?: Record<string, string>;
  /** Is told of each argument that is not named here. */
  unknown?: (argument: string) => unknown;
}

/** Flags by name, and under `_` what is no flag. */
export interface Args {
  /** Arguments that are not flags. */
  _: string[];
  /** Values of flags. */
  // deno-lint-ignore no-explicit-any
  [name: string]: any;
}

/** Parses command line arguments like `parseArgs` of `@std/cli`. */
export function parseArgs(
  args: string[],
  { boolean = [], string = [], collect = [], alias = {}, unknown }:
    ParseOptions = {},
): Args {
  const result: Args = { _: [] };
  for (const name of boolean) result[name] = false;
  for (const name of collect) result[name] = [];
  const options = Object.fromEntries([
    ...boolean.map((name) => [name, { type: "boolean" as const }]),
    ...string.map((name) => [name, { type: "string" as const }]),
  ]);
  const { tokens } = parse({
    args: withValues(args, string),
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (unknown?.(token.value) !== false) result._.push(token.value);
    } else if (token.kind === "option") {
      const name = alias[token.name] ?? token.name;
      if (boolean.includes(name)) result[name] = token.value !== "false";
      else if (string.includes(name)) {
        const value = token.value ?? "";
        if (collect.includes(name)) result[name].push(value);
        else result[name] = value;
      } else unknown?.(token.rawName);
    }
  }
  return result;
}

/** As in `@std/cli`, a flag with a value that is followed by a flag, or by nothing, has the value "". */
function withValues(args: string[], string: readonly string[]): string[] {
  return args.map((arg, i) => {
    const next = args[i + 1];
    const bare = arg.startsWith("--") && string.includes(arg.slice(2));
    return bare && (next === undefined || /^-\D/.test(next)) ? `${arg}=` : arg;
  });
}
