/**
 * From errors to answers.
 * @module
 */
import { errorResponse } from "../http/responses.ts";
import type { Call, Handler } from "../http/router.ts";
import { type ErrorCode, ProtocolError } from "../ws/messages.ts";
import { RequestError } from "./request_error.ts";

/** Errors of requests that are right as such. */
const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  write_protected: 403,
  forbidden: 403,
  not_stored: 500,
};

/** A handler that answers with problem details (RFC 9457) when `handler` finds something wrong with the request. */
export function withProblems(handler: Handler): Handler {
  return async (call: Call) => {
    try {
      return await handler(call);
    } catch (error) {
      if (error instanceof ProtocolError) {
        const status = STATUS[error.code] ?? 400;
        return errorResponse(status, error.code, error.message);
      }
      if (error instanceof RequestError) {
        return errorResponse(error.status, error.code, error.message);
      }
      throw error;
    }
  };
}
