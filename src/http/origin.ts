/**
 * Which web pages may open a WebSocket, as pure functions. A browser lets any
 * page on the web connect to any server that its user can reach, so the server
 * has to look at who asks (RFC 6455, 10.2).
 * @module
 */
import { hostnameOf } from "./host.ts";

/**
 * Whether a page of that origin may connect. A request without an origin does
 * not come from a page. A page from this host or from the user's own machine
 * may, whatever its port (a web server beside the adapter has another), and
 * those that are named.
 *
 * @param origin The request's `Origin` header.
 * @param host The request's `Host` header.
 * @param allowed Further origins, such as `https://hmi.example`; `*` allows all.
 */
export function isAllowedOrigin(
  origin: string | null,
  host: string | null,
  allowed: readonly string[],
): boolean {
  if (origin === null || allowed.includes("*")) return true;
  const page = normalizeOrigin(origin);
  if (page === undefined) return false;
  if (allowed.includes(page)) return true;
  const url = URL.parse(page);
  if (url === null) return false;
  return url.hostname === hostnameOf(host ?? "") ||
    isLoopbackName(url.hostname);
}

/** The host names of origins, in small letters. */
export function hostsOf(origins: readonly string[]): string[] {
  return origins.flatMap((origin) => URL.parse(origin)?.hostname ?? []);
}

/** Whether a host name, as it stands in a URL, is that of the user's own machine. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") ||
    hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * An origin as browsers write it, or undefined when the text is none. What no
 * page's origin can be is refused, too: it would never match.
 */
export function normalizeOrigin(text: string): string | undefined {
  if (text === "*" || text === "null") return text;
  const url = URL.parse(text);
  // The path of a scheme that is not the web's own, as an app's, is empty.
  const isOrigin = url !== null && url.host !== "" &&
    (url.pathname === "/" || url.pathname === "") &&
    url.search === "" && url.hash === "" &&
    url.username === "" && url.password === "" &&
    !url.host.includes("*") && !/^wss?:$/.test(url.protocol);
  return isOrigin ? `${url.protocol}//${url.host}` : undefined;
}
