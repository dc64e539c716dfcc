/**
 * The flags: one table, from which arguments are checked and help is printed.
 * @module
 */
import { normalizeOrigin } from "./http/origin.ts";
import { LOG_FORMATS, LOG_LEVELS } from "./log.ts";

/** A flag that takes a value. */
export interface Flag {
  /** Name without the dashes. */
  readonly name: string;
  /** What its value is called in the help. */
  readonly value: string;
  /** Value when it is not given; not used for a repeatable flag, whose default is none. */
  readonly default: string;
  /** Whether it may be given several times. */
  readonly repeatable?: true;
  /** What it does. */
  readonly help: string;
  /** Turns its text into its value, or throws a {@linkcode FlagError}. */
  readonly parse: (text: string) => unknown;
}

/** A flag without a value. */
export interface Switch {
  /** Name without the dashes. */
  readonly name: string;
  /** Its one-letter form, without the dash. */
  readonly short: string;
  /** What it does. */
  readonly help: string;
}

/** Why a value is not allowed: goes on after the flag's name. */
export class FlagError extends Error {
  /** The message says what the value is and what is allowed. */
  constructor(message: string) {
    super(message);
    this.name = "FlagError";
  }
}

/** The longest time that a timer can wait, in seconds. */
const MAX_SECONDS = 2_147_483;

/** Flags with values: names and order are those of the configuration. */
export const CONFIG_FLAGS: readonly Flag[] = [
  {
    name: "host",
    value: "ADDRESS",
    default: "127.0.0.1",
    help: "address that both servers listen on; 0.0.0.0 or :: for all",
    parse: text,
  },
  {
    name: "modbus-port",
    value: "PORT",
    default: "8502",
    help: "TCP port for Modbus clients; 0 takes a free one",
    parse: port,
  },
  {
    name: "ws-port",
    value: "PORT",
    default: "8765",
    help: "TCP port for browsers (HTTP and WebSocket); 0 takes a free one",
    parse: port,
  },
  {
    name: "allow-origin",
    value: "ORIGIN",
    default: "",
    repeatable: true,
    help:
      "let pages of this origin connect, such as https://hmi.example; may be repeated",
    parse: origin,
  },
  {
    name: "modbus-max-connections",
    value: "N",
    default: "256",
    help: "one more closes the connection that is idle for longest",
    parse: count,
  },
  {
    name: "modbus-frame-timeout",
    value: "SECONDS",
    default: "10",
    help: "close a connection whose request is not complete by then",
    parse: (text) => seconds(text, 0.1),
  },
  {
    name: "modbus-idle-timeout",
    value: "SECONDS",
    default: "0",
    help: "close a connection without a request for so long; 0: never",
    parse: (text) => seconds(text, 0),
  },
  {
    name: "log-level",
    value: "LEVEL",
    default: "info",
    help: LOG_LEVELS.join(", "),
    parse: oneOf(LOG_LEVELS),
  },
  {
    name: "log-format",
    value: "FORMAT",
    default: "text",
    help: LOG_FORMATS.join(" or "),
    parse: oneOf(LOG_FORMATS),
  },
];

/** Flags without values. */
export const SWITCHES: readonly Switch[] = [
  { name: "help", short: "h", help: "show this help and exit" },
  { name: "version", short: "V", help: "show the version and exit" },
];

function text(text: string): string {
  if (text.trim() === "") throw new FlagError("needs a value");
  return text;
}

function port(text: string): number {
  return integer(text, 0, 65_535, "port");
}

function count(text: string): number {
  return integer(text, 1, 65_535, "number of connections");
}

function integer(
  text: string,
  min: number,
  max: number,
  what: string,
): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new FlagError(
    `"${text}" is not a ${what}: it takes an integer from ${min} to ${max}`,
  );
}

/** Seconds, to milliseconds. */
function seconds(text: string, min: number): number {
  const value = /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= MAX_SECONDS) return value * 1000;
  throw new FlagError(
    `"${text}" is not a time: it takes seconds from ${min} to ${MAX_SECONDS}`,
  );
}

function origin(text: string): string {
  const origin = normalizeOrigin(text);
  if (origin !== undefined) return origin;
  throw new FlagError(
    `"${text}" is not an origin: it takes scheme and host, such as https://hmi.example, or *`,
  );
}

function oneOf(allowed: readonly string[]): (text: string) => string {
  return (text) => {
    if (allowed.includes(text)) return text;
    throw new FlagError(
      `"${text}" is not known: it takes ${allowed.join(", ")}`,
    );
  };
}
