/**
 * The flags that say who may do what.
 * @module
 */
import { parseCidr } from "../access/cidr.ts";
import {
  parseRule,
  type ProtectionRule,
  type Sides,
} from "../access/write_protection.ts";
import { choice, FILE, FlagError } from "../flag_values.ts";
import { hostnameOf } from "../http/host.ts";
import type { Topic } from "./flag.ts";

/** What these flags configure. */
export interface AccessConfig {
  /** Addresses and ranges of them from which Modbus clients may come; none: all. */
  readonly modbusAllow: readonly string[];
  /** Addresses and ranges whose Modbus connections are never closed to make room. */
  readonly modbusPriority: readonly string[];
  /** Addresses and ranges of them from which HTTP and WebSocket clients may come; none: all. */
  readonly wsAllow: readonly string[];
  /** Names by which browsers may ask for the server, besides those that no web page can have. */
  readonly allowHost: readonly string[];
  /** Addresses and ranges of the proxies whose `X-Forwarded-` headers are believed. */
  readonly trustedProxy: readonly string[];
  /** File with the tokens that let HTTP and WebSocket clients in. */
  readonly tokenFile: string | undefined;
  /** Which side's clients may write nothing. */
  readonly readOnly: Sides | "none";
  /** Cells that clients of one or both sides may not write. */
  readonly protect: readonly ProtectionRule[];
  /** File with the certificate for HTTPS and WSS. */
  readonly tlsCert: string | undefined;
  /** File with the key that belongs to it. */
  readonly tlsKey: string | undefined;
}

const CIDR = {
  value: "CIDR",
  default: "",
  repeatable: true,
  parse: (text: string) => refused(text, parseCidr) && text,
} as const;

/** Names and order are those of {@linkcode AccessConfig}. */
const FLAGS: Topic["flags"] = [
  {
    name: "modbus-allow",
    ...CIDR,
    help:
      "let Modbus clients of these addresses alone connect, such as 192.168.1.0/24; may be repeated",
  },
  {
    name: "modbus-priority",
    ...CIDR,
    help:
      "never close a Modbus connection of these addresses to make room for another; may be repeated",
  },
  {
    name: "ws-allow",
    ...CIDR,
    help:
      "let HTTP and WebSocket clients of these addresses alone connect; may be repeated",
  },
  {
    name: "allow-host",
    value: "NAME",
    default: "",
    repeatable: true,
    help:
      "let browsers ask for this server by a public name, such as hmi.example; may be repeated",
    parse: hostName,
  },
  {
    name: "trusted-proxy",
    ...CIDR,
    help:
      "believe X-Forwarded-For, -Host and -Proto from these addresses; may be repeated",
  },
  {
    name: "token-file",
    ...FILE,
    default: "",
    help:
      'let nobody in without a token; lines "viewer TOKEN" or "operator TOKEN"',
  },
  {
    name: "read-only",
    ...choice("SIDE", ["none", "modbus", "ws", "all"]),
    default: "none",
    help: "take no writes from modbus, ws or all; none: from both",
  },
  {
    name: "protect",
    value: "CELLS",
    default: "",
    repeatable: true,
    help:
      "take no writes to these cells, such as holdingRegisters:1000-1999 or coils:7:ws; may be repeated",
    parse: (text) => refused(text, parseRule),
  },
  {
    name: "tls-cert",
    ...FILE,
    default: "",
    help: "serve HTTPS and WSS with this certificate (PEM, with its chain)",
  },
  {
    name: "tls-key",
    ...FILE,
    default: "",
    help: "the key of that certificate (PEM)",
  },
];

/** Who may do what. */
export const ACCESS: Topic = { title: "Access", flags: FLAGS };

/** Has a parser of others say in the words of a flag why it does not take a text. */
function refused<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new FlagError(error.message);
    throw error;
  }
}

/** A host name without a port, in small letters, or `*`. */
function hostName(text: string): string {
  const name = hostnameOf(text);
  if (text === "*" || name === text.toLowerCase()) return text.toLowerCase();
  throw new FlagError(
    `"${text}" is not a host name: it takes a name without scheme and port, such as hmi.example, or *`,
  );
}
