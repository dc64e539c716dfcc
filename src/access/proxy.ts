/**
 * Who is behind a proxy, from the `X-Forwarded-` headers. Anybody can send
 * them: they are believed only from proxies that were named. Pure.
 * @module
 */
import { type AddressSet, parseIp } from "./cidr.ts";

/** The headers of a request. */
export interface HeaderSource {
  /** The value of a header, several of the same name joined by commas; null when there is none. */
  get(name: string): string | null;
}

/** What a proxy says of the request that it passes on. */
export interface Forwarded {
  /** Address of the client. */
  readonly address: string;
  /** The `Host` that the client asked for; undefined: that of the request. */
  readonly host: string | undefined;
  /** Whether the client came by HTTPS; undefined: as the request. */
  readonly isSecure: boolean | undefined;
}

/**
 * What is known of the client of a request that came from the address `peer`.
 * Each header is read from its end, where the proxy next to this server has
 * written: what stands before that the client may have made up.
 */
export function forwardedBy(
  peer: string,
  headers: HeaderSource,
  trusted: AddressSet,
): Forwarded {
  if (!trusted.has(peer)) {
    return { address: peer, host: undefined, isSecure: undefined };
  }
  const protocol = items(headers, "x-forwarded-proto").at(-1)?.toLowerCase();
  return {
    address: clientBehind(peer, items(headers, "x-forwarded-for"), trusted),
    host: items(headers, "x-forwarded-host").at(-1),
    isSecure: protocol === undefined ? undefined : protocol === "https",
  };
}

/** The last hop that is not a trusted proxy. Behind what is no address, nothing is believed. */
function clientBehind(
  peer: string,
  hops: readonly string[],
  trusted: AddressSet,
): string {
  let client = peer;
  for (const hop of hops.toReversed()) {
    const address = withoutPort(hop);
    if (parseIp(address) === undefined) break;
    client = address;
    if (!trusted.has(address)) break;
  }
  return client;
}

/** Some proxies write `192.0.2.7:50000`, `[2001:db8::7]:50000` or `[2001:db8::7]`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ??
    /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}

function items(headers: HeaderSource, name: string): string[] {
  return (headers.get(name) ?? "").split(",").map((item) => item.trim())
    .filter((item) => item !== "");
}
