/**
 * From the command line to what the program is asked to do. Pure: what is read
 * is handed in.
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Subcommand } from "./command.ts";
import { type Config, ConfigError, configFrom } from "./config.ts";
import { CONFIG_FLAGS, SWITCHES } from "./flags.ts";

/** What the program was asked to do. */
export type Command =
  | { readonly action: "run"; readonly config: Config }
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

/** Texts of flags by name, in the order given. */
type Given = Readonly<Record<string, readonly string[]>>;

/** What stands on a command line. */
interface Line {
  readonly help: boolean;
  readonly version: boolean;
  readonly given: Given;
  /** Words that are no flags. */
  readonly operands: readonly string[];
}

/**
 * Understands the command line. A flag beats the environment, which beats the default.
 *
 * @param args The arguments, without the program's name.
 * @param env Looks up an environment variable.
 * @param subcommands The commands there are; one is called by the first word.
 * @throws {ConfigError} If something is unknown or not allowed.
 */
export function parseCommand(
  args: readonly string[],
  env: (name: string) => string | undefined,
  subcommands: readonly Subcommand[] = [],
): Command {
  const subcommand = called(args[0], subcommands);
  const line = subcommand === undefined
    ? parseServing(args)
    : parseCalling(subcommand, args.slice(1));
  if (line.help) {
    return { action: "help", ...(subcommand && { subcommand }) };
  }
  if (line.version) return { action: "version" };
  if (subcommand === undefined) {
    return { action: "run", config: configFrom(line.given, env) };
  }
  const { operands } = line;
  checkNumber(subcommand, operands);
  const config = configFrom(line.given, env);
  return { action: "subcommand", subcommand, operands, config };
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
  const line = parseLine(args, flags, "this program", (word) => {
    throw new ConfigError(`"${word}" is not understood: there are only flags`);
  });
  if (line.operands.length === 0) return line;
  throw new ConfigError('Nothing may follow "--": there are only flags');
}

/** A line that calls a command, behind its name. */
function parseCalling({ name, flags }: Subcommand, args: readonly string[]) {
  const words: string[] = [];
  const line = parseLine(args, flags, `"${name}"`, (word) => {
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
  owner: string,
  takeWord: (word: string) => false,
): Line {
  const refuse = (argument: string): never => {
    const name = argument.split("=", 1)[0]!;
    throw new ConfigError(`${name} is not a flag of ${owner}`);
  };
  const surprise = args.find((argument) => SURPRISES.test(argument));
  if (surprise !== undefined) refuse(surprise);
  const { _, help, version, ...given } = parseArgs(args, {
    boolean: SWITCHES.map(({ name }) => name),
    string: [...flags],
    collect: [...flags],
    alias: Object.fromEntries(SWITCHES.map(({ name, short }) => [short, name])),
    unknown: (argument) =>
      argument.startsWith("-") ? refuse(argument) : takeWord(argument),
  });
  return { help, version, given: given as Given, operands: _ as string[] };
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
