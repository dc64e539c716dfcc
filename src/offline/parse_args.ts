/**
 * Stands in for `@std/cli/parse-args` where JSR can't be reached: what this
 * project uses of it. It is not made of `parseArgs` of `node:util`, which takes
 * `--flag -1`, `--switch false` and what follows `--` for something else.
 * @module
 */

/** The options that this project uses; see `ParseOptions` of `@std/cli`. */
export interface ParseOptions {
  /** Names of flags without a value. */
  boolean: readonly string[];
  /** Names of flags with a value. */
  string: readonly string[];
  /** Names of flags that may be repeated: their values come as an array. */
  collect: readonly string[];
  /** Short names to long names. */
  alias: Readonly<Record<string, string>>;
  /** Is told of each argument that is not named here: must throw, or leave out a word by `false`. */
  unknown: (argument: string) => false;
}

/** Flags by name, and under `_` what is no flag. */
export interface Args {
  /** What stands behind `--`. */
  _: string[];
  /** Values of flags. */
  // deno-lint-ignore no-explicit-any
  [name: string]: any;
}

/** Parses command line arguments like `parseArgs` of `@std/cli`. */
export function parseArgs(
  args: readonly string[],
  options: ParseOptions,
): Args {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const parsed = new Parsed(options);
  let i = 0;
  while (i < end) {
    const next = i + 1 < end ? args[i + 1]! : "";
    i += parsed.take(args[i]!, next);
  }
  parsed.result._.push(...args.slice(end + 1));
  return parsed.result;
}

class Parsed {
  readonly result: Args = { _: [] };
  readonly #options: ParseOptions;
  /** All names of each switch, by each of its names. */
  readonly #switches = new Map<string, readonly string[]>();

  constructor(options: ParseOptions) {
    this.#options = options;
    for (const name of options.collect) this.result[name] = [];
    for (const name of options.boolean) {
      const { alias } = options;
      const short = Object.keys(alias).filter((key) => alias[key] === name);
      const names = [name, ...short];
      for (const each of names) this.#switches.set(each, names);
      this.#set(names, false);
    }
  }

  /** Takes an argument, and the next one when that is its value. Returns how many it has taken. */
  take(arg: string, next: string): 1 | 2 {
    const [, name, value] = /^--(.+?)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name === undefined) return this.#takeShort(arg, next);
    const { string, unknown } = this.#options;
    const names = this.#switches.get(name);
    if (names !== undefined) {
      return value === undefined
        ? this.#setBy(names, next)
        : this.#set(names, value !== "false");
    }
    if (!string.includes(name)) unknown(arg);
    if (value !== undefined) return this.#add(name, value, 1);
    return next === "" || next.startsWith("-")
      ? this.#add(name, "", 1)
      : this.#add(name, next, 2);
  }

  #takeShort(arg: string, next: string): 1 | 2 {
    const letters = /^-([A-Za-z]+)$/.exec(arg)?.[1] ?? "";
    const switches = Array.from(letters, (name) => this.#switches.get(name));
    const last = switches.pop();
    if (last === undefined || switches.includes(undefined)) {
      this.#options.unknown(arg);
      return 1;
    }
    for (const names of switches) this.#set(names!, true);
    return this.#setBy(last, next);
  }

  #set(names: readonly string[], value: boolean): 1 {
    for (const name of names) this.result[name] = value;
    return 1;
  }

  /** A switch may be followed by its value, as a word of its own. */
  #setBy(names: readonly string[], next: string): 1 | 2 {
    this.#set(names, next !== "false");
    return next === "true" || next === "false" ? 2 : 1;
  }

  #add(name: string, value: string, taken: 1 | 2): 1 | 2 {
    if (this.#options.collect.includes(name)) this.result[name].push(value);
    else this.result[name] = value;
    return taken;
  }
}
