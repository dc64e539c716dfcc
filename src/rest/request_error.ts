/**
 * What can be wrong with a request besides what the JSON protocol has words for.
 * @module
 */

/** Codes of errors that only requests have. */
export type RequestErrorCode =
  | "unknown_parameter"
  | "repeated_parameter"
  | "address_mismatch"
  | "body_incomplete"
  | "body_timeout"
  | "body_too_large"
  | "unsupported_media_type";

const STATUS: Readonly<Record<RequestErrorCode, number>> = {
  unknown_parameter: 400,
  repeated_parameter: 400,
  address_mismatch: 400,
  body_incomplete: 400,
  body_timeout: 408,
  body_too_large: 413,
  unsupported_media_type: 415,
};

/** A request that can't be done. */
export class RequestError extends Error {
  /** The status of the answer. */
  readonly status: number;

  /**
   * An error to be sent to the client.
   *
   * @param code What is wrong, for programs.
   * @param message What is wrong and what is allowed, for people.
   */
  constructor(readonly code: RequestErrorCode, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = STATUS[code];
  }
}
