/**
 * What a request needs to be answered.
 * @module
 */
import { isRole } from "../access/role.ts";
import { errorResponse } from "./responses.ts";
import type { Visitor } from "./visitor.ts";

/** Methods that change nothing. */
const SAFE = ["GET", "HEAD"];

/** How to show a token (RFC 6750, 3). */
const CHALLENGE = 'Bearer realm="modbus-ws-adapter"';

/**
 * Refuses a request whose sender may not do it; undefined: it may.
 *
 * @param method The request's method: what changes something takes an operator.
 * @param isPublic Whether what is asked for is for everybody.
 */
export function refuseCall(
  { role, hasWrongToken }: Pick<Visitor, "role" | "hasWrongToken">,
  method: string,
  isPublic: boolean,
): Response | undefined {
  if (hasWrongToken) return unauthorized("This token is not known", true);
  if (isPublic) return undefined;
  if (role === undefined) {
    return unauthorized("A token is needed: Authorization: Bearer …", false);
  }
  if (SAFE.includes(method) || isRole(role, "operator")) return undefined;
  const what = `A ${role} may change nothing: that takes an operator's token`;
  return errorResponse(403, "forbidden", what);
}

function unauthorized(message: string, isWrong: boolean): Response {
  const response = errorResponse(401, "unauthorized", message);
  const error = isWrong ? `${CHALLENGE}, error="invalid_token"` : CHALLENGE;
  response.headers.set("www-authenticate", error);
  return response;
}
