/**
 * By which names the server may be asked for. A page on the web can give its
 * own name this machine's address (DNS rebinding): to the browser, the server
 * then is that page's own host. What gives it away is the name in the `Host`
 * header. Pure functions.
 * @module
 */

/** Ends of names that nobody can register: RFC 6761, RFC 6762, RFC 8375, and ICANN's choice for private use. */
const PRIVATE = [".localhost", ".local", ".home.arpa", ".internal"];

/**
 * Whether a `Host` header has a name that no page on the web can have: an IP
 * address, a name without a dot, one of a private domain, or one that is
 * named. A request without the header does not come from a browser.
 *
 * @param allowed Further names, in small letters; `*` allows all.
 */
export function isAllowedHost(
  host: string | null,
  allowed: readonly string[],
): boolean {
  if (host === null || allowed.includes("*")) return true;
  const name = hostnameOf(host)?.replace(/\.$/, "");
  if (name === undefined) return false;
  return isIpOfUrl(name) || !name.includes(".") || allowed.includes(name) ||
    PRIVATE.some((domain) => name.endsWith(domain));
}

/** The name in a `Host` header, as it stands in a URL; undefined when the header is none. */
export function hostnameOf(host: string): string | undefined {
  // What is more than host and port would be taken for user, path or query.
  if (/[/?#@\\\s]/.test(host)) return undefined;
  return URL.parse(`http://${host}`)?.hostname;
}

/** Whether a host, as it stands in a URL, is an address and not a name. */
function isIpOfUrl(hostname: string): boolean {
  return hostname.startsWith("[") || /^\d+(\.\d+){3}$/.test(hostname);
}
