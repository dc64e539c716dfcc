/**
 * What one connection has asked for.
 * @module
 */
import { type ExceptionCode, WRITES } from "./codes.ts";

/** Counts the requests of one connection. */
export class RequestTally {
  /** Requests answered, exceptions included. */
  requests = 0;
  /** Those answered with an exception. */
  exceptions = 0;
  /** Those that have written. */
  writes = 0;

  /** Counts a request by its function code as sent and the exception code of its answer, 0 for none. */
  add(functionCode: number, exceptionCode: ExceptionCode | 0): void {
    this.requests++;
    if (exceptionCode === 0) this.writes += WRITES[functionCode]!;
    else this.exceptions++;
  }
}
