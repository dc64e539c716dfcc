/**
 * Those who look on at connections: the log of the traffic, the capture.
 * @module
 */
import type { SocketAddress } from "../address.ts";

/** Looks on at one connection. The bytes that it is shown are valid during the call only. */
export interface Tap {
  /** The client has sent bytes. */
  received(bytes: Uint8Array): void;
  /**
   * Requests were executed, and the responses handed to the socket. Requests
   * to units that do not answer have none.
   *
   * @param requests Their ADUs, one behind the other.
   * @param responses Those of the responses.
   * @param seconds How long that took from the arrival of the last byte.
   */
  answered(requests: Uint8Array, responses: Uint8Array, seconds: number): void;
  /** The connection has ended. */
  closed(): void;
}

/** Begins to look on at a connection. */
export type OpenTap = (client: SocketAddress, server: SocketAddress) => Tap;

/** Several that look on as one; undefined when there is none. */
export function openAll(all: readonly OpenTap[]): OpenTap | undefined {
  if (all.length < 2) return all[0];
  return (client, server) => {
    const taps = all.map((open) => open(client, server));
    return {
      received: (bytes) => taps.forEach((tap) => tap.received(bytes)),
      answered: (requests, responses, seconds) =>
        taps.forEach((tap) => tap.answered(requests, responses, seconds)),
      closed: () => taps.forEach((tap) => tap.closed()),
    };
  };
}
