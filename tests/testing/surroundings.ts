/**
 * What a command line is read with.
 * @module
 */
import type { Surroundings } from "../../src/command_line.ts";

/** Nothing but these variables, and files by their paths. */
export function surroundings(
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Surroundings {
  return {
    env: (name) => env[name],
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error("No such file");
      return new TextEncoder().encode(text);
    },
    subcommands: [],
  };
}
