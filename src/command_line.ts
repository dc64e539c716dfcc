/**
 * From the command line to what the program is asked to do. Pure: what is read
 * is handed in.
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Subcommand } from "./command.ts";
import {
  type Config,
  ConfigError,
  configFrom,
  envName,
  type Given,
  type Setting,
  settingsFrom,
  type Sources,
} from "./config.ts";
import { closest } from "./config/closest.ts";
import { readConfigFile } from "./config/read.ts";
import { CONFIG_FLAGS, CONFIG_SWITCHES, FILE_FLAG, SWITCHES } from "./flags.ts";
import type { Switch } from "./flags/flag.ts";

/** What is read, and what there is. */
export interface Surroundings {
  /** Looks up an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** Reads a file, or throws an `Error` that says why it can't. */
  readonly readFile: (path: string) => Uint8Array;
  /** The commands there are. */
  readonly subcommands: readonly Subcommand[];
}

/** What the program was asked to do. */
export type Command =
  | { readonly action: "run"; readonly config: Config }
  | { readonly action: "print-config"; readonly settings: readonly Setting[] }
  | { readonly action: "print-config-schema" }
  | { readonly action: "help"; readonly subcommand?: Subcommand }
  | { readonly action: "version" }
  | {
    readonly action: "subcommand";
    readonly subcommand: Subcommand;
    readonly operands: readonly string[];
    readonly config: Config;
  };

/** What `parseArgs` would take, but not for what was meant: `--no-host=x` as `--host=x`, `-h=false` as a value. */
const SURPRISES = /^--no-|^-(?!-)(?![A-Za-z]+$)./s;

/** What stands on a command line. */
interface Line {
  /** Names of the switches that are on. */
  readonly on: ReadonlySet<string>;
  readonly given: Given;
  /** Words that are no flags. */
  readonly operands: readonly string[];
}

/**
 * Understands the command line. A flag beats the environment, which beats the
 * configuration file, which beats the default.
 *
 * @param args The arguments, without the program's name; a command is called by
 * the first.
 * @throws {ConfigError} If something is unknown or not allowed.
 */
export function parseCommand(
  args: readonly string[],
  surroundings: Surroundings,
): Command {
  const { env, subcommands } = surroundings;
  const subcommand = called(args[0], subcommands);
  const { on, given, operands } = subcommand === undefined
    ? parseServing(args)
    : parseCalling(subcommand, args.slice(1));
  if (on.has("help")) {
    return { action: "help", ...(subcommand && { subcommand }) };
  }
  if (on.has("version")) return { action: "version" };
  if (on.has("print-config-schema")) return { action: "print-config-schema" };
  if (subcommand !== undefined) checkNumber(subcommand, operands);
  const file = fileSettings(given[FILE_FLAG.name] ?? [], surroundings);
  const settings = settingsFrom({ given, env, file });
  if (on.has("print-config")) return { action: "print-config", settings };
  const config = configFrom(settings);
  return subcommand === undefined
    ? { action: "run", config }
    : { action: "subcommand", subcommand, operands, config };
}

/** What the configuration file gives, if there is one. */
function fileSettings(
  given: readonly string[],
  { env, readFile }: Surroundings,
): Sources["file"] {
  const [flag, variable] = [`--${FILE_FLAG.name}`, envName(FILE_FLAG.name)];
  if (given.length > 1) {
    throw new ConfigError(
      `${flag} is given ${given.length} times: give it once`,
    );
  }
  const [source, path] = given.length > 0
    ? [flag, given[0]!]
    : [variable, env(variable) || undefined];
  if (path === "") throw new ConfigError(`${flag} needs a value`);
  if (path === undefined) return new Map();
  return readConfigFile(path, source, readFile);
}

/** The command that the first argument names; undefined when that is a flag. */
function called(
  name: string | undefined,
  subcommands: readonly Subcommand[],
): Subcommand | undefined {
  if (name === undefined || name.startsWith("-")) return undefined;
  const found = subcommands.find((subcommand) => subcommand.name === name);
  if (found !== undefined || subcommands.length === 0) return found;
  const names = subcommands.map(({ name }) => name).join(", ");
  throw new ConfigError(`"${name}" is not a command: there are ${names}`);
}

/** A line that asks to serve, which takes nothing but flags. */
function parseServing(args: readonly string[]): Line {
  const flags = CONFIG_FLAGS.map(({ name }) => name);
  const switches = [...SWITCHES, ...CONFIG_SWITCHES];
  const line = parseLine(args, flags, switches, "this program", (word) => {
    throw new ConfigError(`"${word}" is not understood: there are only flags`);
  });
  if (line.operands.length === 0) return line;
  throw new ConfigError('Nothing may follow "--": there are only flags');
}

/** A line that calls a command, behind its name. */
function parseCalling({ name, flags }: Subcommand, args: readonly string[]) {
  const words: string[] = [];
  const line = parseLine(args, flags, SWITCHES, `"${name}"`, (word) => {
    words.push(word);
    return false;
  });
  return { ...line, operands: [...words, ...line.operands] };
}

/**
 * @param flags Names of the flags that may be given.
 * @param owner What they are flags of, for messages.
 * @param takeWord Is told of words that are no flags, but not of those behind `--`.
 */
function parseLine(
  args: readonly string[],
  flags: readonly string[],
  switches: readonly Switch[],
  owner: string,
  takeWord: (word: string) => false,
): Line {
  const [values, booleans] = [
    [...flags, FILE_FLAG.name],
    switches.map(({ name }) => name),
  ];
  const refuse = (argument: string): never => {
    const name = argument.split("=", 1)[0]!;
    const meant = /^--\w/.test(name)
      ? closest(name.slice(2), [...values, ...booleans])
      : undefined;
    const hint = meant === undefined ? "" : `: did you mean --${meant}?`;
    throw new ConfigError(`${name} is not a flag of ${owner}${hint}`);
  };
  const surprise = args.find((argument) => SURPRISES.test(argument));
  if (surprise !== undefined) refuse(surprise);
  const { _, ...parsed } = parseArgs(args, {
    boolean: booleans,
    string: values,
    collect: values,
    alias: Object.fromEntries(
      switches.flatMap(({ name, short }) => short ? [[short, name]] : []),
    ),
    unknown: (argument) =>
      argument.startsWith("-") ? refuse(argument) : takeWord(argument),
  });
  return {
    on: new Set(booleans.filter((name) => parsed[name])),
    given: parsed as Given,
    operands: _ as string[],
  };
}

function checkNumber(
  { name, operands: wanted }: Subcommand,
  operands: readonly string[],
): void {
  const missing = wanted[operands.length];
  if (missing !== undefined && !missing.startsWith("[")) {
    throw new ConfigError(`"${name}" needs ${missing}`);
  }
  const extra = operands[wanted.length];
  if (extra === undefined) return;
  const usage = [name, ...wanted].join(" ");
  throw new ConfigError(`"${extra}" is too much: it is "${usage}"`);
}
