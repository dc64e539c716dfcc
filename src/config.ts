/**
 * Flags and environment to one validated configuration. Pure: what is read is
 * handed in.
 * @module
 */
import { FlagError } from "./flag_values.ts";
import { CONFIG_FLAGS } from "./flags.ts";
import type { AccessConfig } from "./flags/access.ts";
import type { Flag } from "./flags/flag.ts";
import { escapeControls, type LogFormat, type LogLevel } from "./log.ts";

/** Everything that can be configured, checked. */
export interface Config extends AccessConfig {
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

/** The environment variable that stands for a flag: `--ws-port` is `MODBUS_WS_WS_PORT`. */
export function envName(flag: string): string {
  return ENV_PREFIX + flag.toUpperCase().replaceAll("-", "_");
}

/**
 * Everything that can be configured. A flag beats the environment, which beats
 * the default.
 *
 * @param given The texts of the flags by name, in the order given.
 * @param env Looks up an environment variable.
 * @throws {ConfigError} If a value is not allowed.
 */
export function configFrom(
  given: Readonly<Record<string, readonly string[]>>,
  env: (name: string) => string | undefined,
): Config {
  const values = CONFIG_FLAGS.map((flag) => [
    camelCase(flag.name),
    valueOf(flag, given[flag.name] ?? [], env),
  ]);
  return Object.fromEntries(values) as Config;
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
