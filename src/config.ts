/**
 * Command line and environment to one validated configuration. Pure: what is
 * read is handed in.
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { FlagError } from "./flag_values.ts";
import { CONFIG_FLAGS, type Flag, SWITCHES } from "./flags.ts";
import { escapeControls, type LogFormat, type LogLevel } from "./log.ts";

/** Everything that can be configured, checked. */
export interface Config {
  /** Address that both servers listen on. */
  readonly host: string;
  /** Port of the Modbus server; 0 takes a free one. */
  readonly modbusPort: number;
  /** Port of the HTTP and WebSocket server; 0 takes a free one. */
  readonly wsPort: number;
  /** Origins of pages that may connect, besides those of this host and of loopback. */
  readonly allowOrigin: readonly string[];
  /** Most WebSocket clients at a time. */
  readonly maxClients: number;
  /** Most WebSocket clients of one address at a time. */
  readonly maxClientsPerAddress: number;
  /** Bytes of the largest message from a WebSocket client. */
  readonly maxMessage: number;
  /** Bytes that may wait for a WebSocket client before its changes are merged. */
  readonly clientQueue: number;
  /** Milliseconds after which a WebSocket client that takes nothing is closed. */
  readonly clientStallTimeout: number;
  /** Bytes of past changes to keep. */
  readonly history: number;
  /** Most Modbus connections at a time. */
  readonly modbusMaxConnections: number;
  /** Milliseconds in which a request that has begun must be complete. */
  readonly modbusFrameTimeout: number;
  /** Milliseconds after which an idle Modbus connection is closed; 0: never. */
  readonly modbusIdleTimeout: number;
  /** Lines of the log below this level are left out. */
  readonly logLevel: LogLevel;
  /** Form of what is printed. */
  readonly logFormat: LogFormat;
}

/** What the program was asked to do. */
export type Command =
  | { readonly action: "run"; readonly config: Config }
  | { readonly action: "help" }
  | { readonly action: "version" };

/** An argument or variable that can't be used; the message is one line for the user. */
export class ConfigError extends Error {
  /** The message says which argument, what is wrong with it, what is allowed. */
  constructor(message: string) {
    super(escapeControls(message));
    this.name = "ConfigError";
  }
}

/** Prefix of the environment variables. */
const ENV_PREFIX = "MODBUS_WS_";

/** What `parseArgs` would take, but not for what was meant: `--no-host=x` as `--host=x`, `-h=false` as a value. */
const SURPRISES = /^--no-|^-(?!-)(?![A-Za-z]+$)./s;

/** The environment variable that stands for a flag: `--ws-port` is `MODBUS_WS_WS_PORT`. */
export function envName(flag: string): string {
  return ENV_PREFIX + flag.toUpperCase().replaceAll("-", "_");
}

/**
 * Understands the command line. A flag beats the environment, which beats the default.
 *
 * @param args The arguments, without the program's name.
 * @param env Looks up an environment variable.
 * @throws {ConfigError} If something is unknown or not allowed.
 */
export function parseCommand(
  args: readonly string[],
  env: (name: string) => string | undefined,
): Command {
  const surprise = args.find((argument) => SURPRISES.test(argument));
  if (surprise !== undefined) refuse(surprise);
  const parsed = parseArgs(args, {
    boolean: SWITCHES.map(({ name }) => name),
    string: CONFIG_FLAGS.map(({ name }) => name),
    collect: CONFIG_FLAGS.map(({ name }) => name),
    alias: Object.fromEntries(SWITCHES.map(({ name, short }) => [short, name])),
    unknown: refuse,
  });
  if (parsed._.length > 0) {
    throw new ConfigError('Nothing may follow "--": there are only flags');
  }
  if (parsed.help) return { action: "help" };
  if (parsed.version) return { action: "version" };
  const values = CONFIG_FLAGS.map((flag) => [
    camelCase(flag.name),
    valueOf(flag, (parsed[flag.name] ?? []) as string[], env),
  ]);
  return { action: "run", config: Object.fromEntries(values) as Config };
}

function refuse(argument: string): never {
  const name = argument.split("=", 1)[0]!;
  throw new ConfigError(
    argument.startsWith("-")
      ? `${name} is not a flag of this program`
      : `"${argument}" is not understood: there are only flags`,
  );
}

function valueOf(
  flag: Flag,
  given: readonly string[],
  env: (name: string) => string | undefined,
): unknown {
  const fromEnv = env(envName(flag.name));
  // An empty variable is how compose files and units say "not set".
  const source = given.length === 0 && fromEnv ? envName(flag.name) : undefined;
  const texts = source === undefined
    ? given
    : flag.repeatable
    ? fromEnv!.split(",").map((text) => text.trim()).filter(Boolean)
    : [fromEnv!];
  const name = source ?? `--${flag.name}`;
  if (texts.length > 1 && !flag.repeatable) {
    throw new ConfigError(
      `${name} is given ${texts.length} times: give it once`,
    );
  }
  try {
    if (texts.includes("")) throw new FlagError("needs a value");
    const values = texts.map(flag.parse);
    return flag.repeatable ? values : values[0] ?? flag.parse(flag.default);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new ConfigError(`${name} ${error.message}`);
  }
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
