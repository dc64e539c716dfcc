/**
 * From the text of a flag, an environment variable or a file to its value.
 * @module
 */
import type { ValueKind, ValueSchema } from "./flags/flag.ts";
import { normalizeOrigin } from "./http/origin.ts";

/** Why a value is not allowed: goes on after the flag's name. */
export class FlagError extends Error {
  /** The message says what the value is and what is allowed. */
  constructor(message: string) {
    super(message);
    this.name = "FlagError";
  }
}

/** The largest size, in bytes. */
const MAX_BYTES = 2 ** 30;

/** The longest time that a timer can wait, in seconds. */
const MAX_SECONDS = 2_147_483;

/** What to listen on; the brackets that URLs have around an IPv6 address are let go. */
export function host(text: string): string {
  if (!/\s/.test(text)) return text.replace(/^\[(.+)\]$/, "$1");
  throw new FlagError(
    `"${text}" is not an address: it takes an IP address or a name`,
  );
}

/** A TCP port, 0 included. */
export const PORT: ValueKind = integer("PORT", 0, 65_535, "port");

/** A number of connections, at least 1. */
export const COUNT: ValueKind = integer(
  ...["N", 1, 1_000_000, "number of connections"] as const,
);

function integer(
  value: string,
  min: number,
  max: number,
  what: string,
): ValueKind {
  const schema: ValueSchema = { type: "integer", minimum: min, maximum: max };
  const parse = (text: string) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new FlagError(
      `"${text}" is not a ${what}: it takes an integer from ${min} to ${max}`,
    );
  };
  return { value, schema, parse };
}

/** A number of bytes, with K for 1024 and M for 1024 times that. */
export function bytes(min: number): ValueKind {
  const pattern = "^(\\d{1,10})([kKmM]?)$";
  const schema: ValueSchema = {
    type: ["integer", "string"],
    ...{ minimum: min, maximum: MAX_BYTES, pattern },
  };
  const parse = (text: string) => {
    const [, digits = "", unit = ""] = new RegExp(pattern).exec(text) ?? [];
    const factor = { "": 1, k: 1024, m: 1024 ** 2 }[unit.toLowerCase()]!;
    const value = digits === "" ? NaN : Number(digits) * factor;
    if (value >= min && value <= MAX_BYTES) return value;
    throw new FlagError(
      `"${text}" is not a size: it takes bytes from ${min} to ${MAX_BYTES}, such as 65536, 64K or 1M`,
    );
  };
  return { value: "BYTES", schema, parse };
}

/** Seconds, to milliseconds. */
export function seconds(min: number): ValueKind {
  const schema: ValueSchema = {
    type: "number",
    ...{ minimum: min, maximum: MAX_SECONDS },
  };
  const parse = (text: string) => {
    const value = /^\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
    // To whole microseconds: 1.001 * 1000 is a little less than 1001.
    if (value >= min && value <= MAX_SECONDS) {
      return Math.round(value * 1e6) / 1e3;
    }
    throw new FlagError(
      `"${text}" is not a time: it takes seconds from ${min} to ${MAX_SECONDS}`,
    );
  };
  return { value: "SECONDS", schema, parse };
}

/** One of a few words. */
export function choice(value: string, allowed: readonly string[]): ValueKind {
  const schema: ValueSchema = { type: "string", enum: allowed };
  const parse = (text: string) => {
    if (allowed.includes(text)) return text;
    throw new FlagError(
      `"${text}" is not known: it takes ${allowed.join(", ")}`,
    );
  };
  return { value, schema, parse };
}

/** The path of a file; undefined when it is empty. */
export const FILE: ValueKind = {
  value: "FILE",
  parse: (text) => {
    // deno-lint-ignore no-control-regex
    if (!/[\x00-\x1f\x7f]/.test(text)) return text || undefined;
    throw new FlagError(
      `"${text}" is not a file: it takes a path without control characters`,
    );
  },
};

/** The origin of a page, or `*`. */
export function origin(text: string): string {
  const origin = normalizeOrigin(text);
  if (origin !== undefined) return origin;
  throw new FlagError(
    `"${text}" is not an origin: it takes scheme and host, such as https://hmi.example, or *`,
  );
}
