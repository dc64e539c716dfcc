/**
 * Network addresses as people write them.
 * @module
 */

/** Host and port, an IPv6 address in brackets. */
export function formatAddress(
  { hostname, port }: { hostname: string; port: number },
): string {
  return hostname.includes(":")
    ? `[${hostname}]:${port}`
    : `${hostname}:${port}`;
}
