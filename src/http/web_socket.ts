/**
 * The runtime's WebSocket behind the interface that the hub knows.
 * @module
 */
import type { Socket } from "../ws/socket.ts";

/** A WebSocket of `Deno.upgradeWebSocket`. */
export class DenoSocket implements Socket {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  readonly #socket: WebSocket;

  /** Wraps an open socket. */
  constructor(socket: WebSocket, peer: string) {
    this.#socket = socket;
    this.peer = peer;
  }

  /** Bytes given to `send` that have not gone out yet. */
  get buffered(): number {
    return this.#socket.bufferedAmount;
  }

  /** Sends a text message, if the socket is open. */
  send(text: string): void {
    // In any other state `send` would throw or keep the text for nobody.
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  /** Begins to close. */
  close(code: number, reason: string): void {
    if (this.#socket.readyState <= WebSocket.OPEN) {
      this.#socket.close(code, reason);
    }
  }
}
