/**
 * Flags, environment and file to one validated configuration. Pure: what is
 * read is handed in.
 * @module
 */
import { FlagError } from "./flag_values.ts";
import { CONFIG_FLAGS } from "./flags.ts";
import type { AccessConfig } from "./flags/access.ts";
import type { Flag } from "./flags/flag.ts";
import type { StoreConfig } from "./flags/store.ts";
import type { TraceConfig } from "./flags/trace.ts";
import type { UnitsConfig } from "./flags/units.ts";
import { escapeControls, type LogFormat, type LogLevel } from "./log.ts";

/** Everything that can be configured, checked. */
export interface Config
  extends AccessConfig, StoreConfig, TraceConfig, UnitsConfig {
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

/** Texts of a flag by the flag's name, in the order given. */
export type Given = Readonly<Record<string, readonly string[]>>;

/** What a configuration file gives a flag. */
export interface FileSetting {
  /** As on the command line; the flag takes each of them. */
  readonly texts: readonly string[];
  /** Where in the file, as `FILE:LINE`. */
  readonly origin: string;
}

/** Where values come from: the first beats the next, which beats the defaults. */
export interface Sources {
  /** The command line. */
  readonly given: Given;
  /** Looks up an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** A configuration file, by the names of flags. */
  readonly file: ReadonlyMap<string, FileSetting>;
}

/** What is in force for a flag. */
export interface Setting {
  /** The flag. */
  readonly flag: Flag;
  /** Its texts; none, if it has no value. */
  readonly texts: readonly string[];
  /** Its value, or values. */
  readonly value: unknown;
  /** The flag, variable or place in a file that gave it; undefined: it is the default. */
  readonly origin: string | undefined;
}

/**
 * What is in force for all flags, in their order.
 *
 * @throws {ConfigError} If a value is not allowed.
 */
export function settingsFrom(sources: Sources): readonly Setting[] {
  return CONFIG_FLAGS.map((flag) => {
    const { texts, origin } = givenBy(flag, sources) ??
      { texts: flag.default === "" ? [] : [flag.default], origin: undefined };
    const name = origin ?? `--${flag.name}`;
    const values = texts.map((text) => valueOf(flag, text, name));
    const value = flag.repeatable ? values : values[0];
    return { flag, texts, value, origin };
  });
}

/** What is in force, by the names that the program uses. */
export function configFrom(settings: readonly Setting[]): Config {
  const entries = settings.map((s) => [camelCase(s.flag.name), s.value]);
  return Object.fromEntries(entries) as Config;
}

/** The first of the sources that says something. */
function givenBy(
  flag: Flag,
  { given, env, file }: Sources,
): Pick<Setting, "texts" | "origin"> | undefined {
  const texts = given[flag.name] ?? [];
  if (texts.length > 1 && !flag.repeatable) {
    throw new ConfigError(
      `--${flag.name} is given ${texts.length} times: give it once`,
    );
  }
  if (texts.length > 0) return { texts, origin: `--${flag.name}` };
  const origin = envName(flag.name);
  const text = env(origin);
  // An empty variable is how compose files and units say "not set".
  if (!text) return file.get(flag.name);
  if (!flag.repeatable) return { texts: [text], origin };
  const list = text.split(",").map((part) => part.trim()).filter(Boolean);
  // Blanks and commas alone are a slip, and must not let everybody in.
  return { texts: list.length === 0 ? [""] : list, origin };
}

function valueOf(flag: Flag, text: string, name: string): unknown {
  try {
    if (text === "") throw new FlagError("needs a value");
    return flag.parse(text);
  } catch (error) {
    if (!(error instanceof FlagError)) throw error;
    throw new ConfigError(`${name} ${error.message}`);
  }
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
