/**
 * Network addresses as people write them.
 * @module
 */

/** One end of a TCP connection. */
export interface SocketAddress {
  /** The IP address, or a host's name. */
  readonly hostname: string;
  /** The TCP port. */
  readonly port: number;
}

/** Host and port, an IPv6 address in brackets. */
export function formatAddress({ hostname, port }: SocketAddress): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}
