/**
 * The first look at each connection and request: whether it may come in at all,
 * and from whom.
 * @module
 */
import { AddressSet } from "../access/cidr.ts";
import { FirstTime } from "../access/first_time.ts";
import { forwardedBy } from "../access/proxy.ts";
import type { Tokens } from "../access/tokens.ts";
import { formatAddress } from "../address.ts";
import type { Log } from "../log.ts";
import { tokenOf } from "./credentials.ts";
import { isAllowedHost } from "./host.ts";
import { errorResponse } from "./responses.ts";
import type { Visitor } from "./visitor.ts";

/** Who may come in. */
export interface GateOptions {
  /** Addresses and ranges of them that may; none: all. */
  readonly allow: readonly string[];
  /** Names by which a browser may ask for this server, besides those that no web page can have. */
  readonly allowHosts: readonly string[];
  /** Addresses and ranges of the proxies that are believed. */
  readonly trustedProxies: readonly string[];
  /** The tokens that are known; undefined: none is needed, and all may do everything. */
  readonly tokens: Tokens | undefined;
}

/** Most characters of a wrong name that the log and an answer repeat. */
const MAX_QUOTE = 100;

/** Looks at requests. */
export class Gate {
  readonly #options: GateOptions;
  readonly #allowed: AddressSet | undefined;
  readonly #proxies: AddressSet;
  readonly #log: Log;
  readonly #refused: (code: string) => void;
  readonly #seen = new FirstTime();

  /**
   * A gate.
   *
   * @param log Is told who is refused, once for each address.
   * @param refused Is told the code of each refusal.
   */
  constructor(options: GateOptions, log: Log, refused: (code: string) => void) {
    this.#options = options;
    const { allow, trustedProxies } = options;
    this.#allowed = allow.length === 0 ? undefined : new AddressSet(allow);
    this.#proxies = new AddressSet(trustedProxies);
    this.#log = log;
    this.#refused = refused;
  }

  /** Whether a connection may come in: its address is allowed, or that of a proxy, whose requests say for whom. */
  admits(remote: Deno.NetAddr): boolean {
    const { hostname } = remote;
    if (this.#allows(hostname) || this.#proxies.has(hostname)) return true;
    this.#noteAddress(hostname, formatAddress(remote));
    return false;
  }

  /**
   * Who sends a request, or the answer to one that may not come in.
   *
   * @param remote Where it comes from; undefined: from a connection that was not admitted.
   */
  visit(
    { url: text, headers }: Pick<Request, "url" | "headers">,
    remote: Deno.NetAddr | undefined,
  ): Visitor | Response {
    if (remote === undefined) return addressRefusal();
    const { address, host: forwardedHost, isSecure } = forwardedBy(
      remote.hostname,
      headers,
      this.#proxies,
    );
    const peer = address === remote.hostname
      ? formatAddress(remote)
      : `${address} by proxy ${formatAddress(remote)}`;
    if (!this.#allows(address)) {
      this.#noteAddress(address, peer);
      return addressRefusal();
    }
    const url = URL.parse(text);
    // In HTTP/2 the name stands in the URL alone.
    const host = forwardedHost ?? headers.get("host") ?? url?.host ?? "";
    if (url === null || !isAllowedHost(host, this.#options.allowHosts)) {
      const name = host.slice(0, MAX_QUOTE);
      const why =
        `it asked for "${name}", which a web page may have made this server's name: start with --allow-host if it is one`;
      this.#note("host_not_allowed", address, peer, why);
      const what = `"${name}" is not a name of this server: see --allow-host`;
      return refusal("host_not_allowed", what);
    }
    if (forwardedHost !== undefined) url.host = forwardedHost;
    if (isSecure !== undefined) url.protocol = isSecure ? "https:" : "http:";
    const { role, hasWrongToken } = this.#identify(headers, address, peer);
    const client = address === remote.hostname
      ? remote
      : { ...remote, hostname: address, port: 0 };
    return { remote: client, peer, url, host, role, hasWrongToken };
  }

  #allows(address: string): boolean {
    return this.#allowed?.has(address) !== false;
  }

  #noteAddress(address: string, peer: string): void {
    const why = "its address is not among those of --ws-allow";
    this.#note("address_not_allowed", address, peer, why);
  }

  #identify(
    headers: Headers,
    address: string,
    peer: string,
  ): Pick<Visitor, "role" | "hasWrongToken"> {
    const { tokens } = this.#options;
    if (tokens === undefined) return { role: "operator", hasWrongToken: false };
    const token = tokenOf(headers);
    if (token === undefined) return { role: undefined, hasWrongToken: false };
    const role = tokens.roleOf(token);
    if (role !== undefined) return { role, hasWrongToken: false };
    this.#note("unauthorized", address, peer, "its token is not known");
    return { role, hasWrongToken: true };
  }

  /** Counts a refusal. Many of one address make one line of the log. */
  #note(code: string, address: string, peer: string, why: string): void {
    this.#refused(code);
    const level = this.#seen.of(code + address) ? "warn" : "debug";
    this.#log(level, `Refused client ${peer}: ${why}`);
  }
}

function addressRefusal(): Response {
  const what = "Clients of your address may not connect to this server";
  return refusal("address_not_allowed", what);
}

/** Asks the client to go. Deno 2.9 leaves that to it: the server's side stays open. */
function refusal(code: string, what: string): Response {
  const response = errorResponse(403, code, what);
  response.headers.set("connection", "close");
  return response;
}
