/**
 * What the WebSocket side needs of a socket.
 * @module
 */

/** Status codes for closing a WebSocket (RFC 6455, 7.4.1, and the IANA registry). */
export const CloseCode = {
  /** The server stops. */
  goingAway: 1001,
  /** Stands for a close frame without a code; never sent. */
  noStatus: 1005,
  /** The client may not be here. */
  policyViolation: 1008,
  /** A message is larger than allowed. */
  messageTooBig: 1009,
  /** The server has a fault. */
  internalError: 1011,
  /** The server begins anew: come back. */
  serviceRestart: 1012,
  /** The client is too slow: try again later. */
  tryAgainLater: 1013,
} as const;

/** A WebSocket to one client, without what the runtime makes of it. */
export interface Socket {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  /** Bytes given to `send` that have not gone out yet. */
  readonly buffered: number;
  /** Sends a text message. Never waits, never throws; does nothing when the socket is not open. */
  send(text: string): void;
  /** Begins to close. A client that does not read keeps its socket in this state until it goes. */
  close(code: number, reason: string): void;
}
