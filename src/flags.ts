/**
 * The flags: one table, from which arguments are checked and help is printed.
 * @module
 */
import {
  bytes,
  count,
  host,
  oneOf,
  origin,
  port,
  seconds,
} from "./flag_values.ts";
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
  /** Turns its text into its value, or throws a `FlagError`. */
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

/** Flags with values: names and order are those of the configuration. */
export const CONFIG_FLAGS: readonly Flag[] = [
  {
    name: "host",
    value: "ADDRESS",
    default: "127.0.0.1",
    help: "address that both servers listen on; 0.0.0.0 or :: for all",
    parse: host,
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
    name: "max-clients",
    value: "N",
    default: "1000",
    help: "most WebSocket clients at a time",
    parse: count,
  },
  {
    name: "max-clients-per-address",
    value: "N",
    default: "1000",
    help: "most WebSocket clients of one address at a time",
    parse: count,
  },
  {
    name: "max-message",
    value: "BYTES",
    default: "512K",
    help: "largest message from a WebSocket client; K and M may be used",
    parse: (text) => bytes(text, 128),
  },
  {
    name: "client-queue",
    value: "BYTES",
    default: "1M",
    help: "bytes that may wait for a slow client before changes are merged",
    parse: (text) => bytes(text, 1024),
  },
  {
    name: "client-stall-timeout",
    value: "SECONDS",
    default: "30",
    help: "close a client that takes nothing of what waits for it for so long",
    parse: (text) => seconds(text, 0.1),
  },
  {
    name: "history",
    value: "BYTES",
    default: "4M",
    help: "memory for past changes, for clients that come back",
    parse: (text) => bytes(text, 0),
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
