/**
 * Who sends a request.
 * @module
 */
import type { Role } from "../access/role.ts";

/** The sender of a request, as far as it is known and believed. */
export interface Visitor {
  /** Its address; that of the client behind a trusted proxy, which does not tell the port: 0. */
  readonly remote: Deno.NetAddr;
  /** Address and port for the log. */
  readonly peer: string;
  /** The URL that it asked for. */
  readonly url: URL;
  /** The `Host` that it asked for; null when it did not say. */
  readonly host: string | null;
  /** What it may do; undefined: it has shown no token that is known. */
  readonly role: Role | undefined;
  /** Whether it has shown a token that is not known. */
  readonly hasWrongToken: boolean;
}
