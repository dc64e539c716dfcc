/**
 * The flags of the tools in `tests/`, all of which but `--help` have a value.
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

/** If the arguments ask for help, prints it and ends the program. */
export function answerHelp(args: readonly string[], help: string): void {
  if (!args.some((arg) => arg === "--help" || arg === "-h")) return;
  // deno-lint-ignore no-console
  console.log(help.trimEnd());
  Deno.exit(0);
}

/** Flags that were given. */
export class Flags {
  readonly #given: Readonly<Record<string, unknown>>;

  /**
   * Understands the arguments.
   *
   * @param names All flags there are.
   * @throws {TypeError} If another one is given.
   */
  constructor(args: readonly string[], names: readonly string[]) {
    this.#given = parseArgs([...args], {
      boolean: [],
      string: [...names],
      collect: [],
      alias: {},
      unknown: (argument) => {
        const known = names.map((name) => `--${name}`).join(", ");
        throw new TypeError(`${argument} is not known: there are ${known}`);
      },
    });
  }

  /** The text of a flag, one of `allowed`; undefined when it is not given. */
  oneOf(name: string, allowed: readonly string[]): string | undefined {
    const text = this.#text(name);
    if (text === undefined || allowed.includes(text)) return text;
    throw new TypeError(`--${name} is one of ${allowed.join(", ")}`);
  }

  /** The number of a flag, at least 0; undefined when it is not given. */
  number(name: string): number | undefined {
    const text = this.#text(name);
    if (text === undefined) return undefined;
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
    throw new TypeError(`--${name} takes a number from 0, not "${text}"`);
  }

  #text(name: string): string | undefined {
    return this.#given[name] as string | undefined;
  }
}
