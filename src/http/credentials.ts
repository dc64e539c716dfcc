/**
 * Where a request may carry a token: never in its URL, which ends up in logs
 * and histories. Pure functions.
 * @module
 */
import type { HeaderSource } from "../access/proxy.ts";

/** The subprotocol of this server. A token is offered beside it, as a browser sends no other header of a page's choice. */
const SUBPROTOCOL = "modbus-ws";

/** What a token begins with among the subprotocols. */
const BEARER = "bearer.";

/** The token that a request carries, as `Authorization: Bearer` or among its subprotocols; undefined: none. */
export function tokenOf(headers: HeaderSource): string | undefined {
  const authorization = headers.get("authorization") ?? "";
  const [, token] = /^bearer +(\S*)$/i.exec(authorization) ?? [];
  return token ??
    subprotocols(headers).find((name) => name.startsWith(BEARER))
      ?.slice(BEARER.length);
}

/** The subprotocol to answer with; undefined: the client offers none that is known. Never a token. */
export function chosenSubprotocol(headers: HeaderSource): string | undefined {
  return subprotocols(headers).includes(SUBPROTOCOL) ? SUBPROTOCOL : undefined;
}

function subprotocols(headers: HeaderSource): string[] {
  return (headers.get("sec-websocket-protocol") ?? "").split(",")
    .map((name) => name.trim());
}
