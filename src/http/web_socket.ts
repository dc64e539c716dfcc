/**
 * The runtime's WebSocket behind the interface that the hub knows.
 * @module
 */
import type { Socket } from "../ws/socket.ts";

const { CONNECTING, OPEN } = WebSocket;

/** A WebSocket of `Deno.upgradeWebSocket`. */
export class DenoSocket implements Socket {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  /** Whether this side has begun to close. */
  closing = false;
  readonly #socket: WebSocket;
  readonly #closed: (code: number) => void;
  /** Whether anything was asked before the handshake was answered. */
  #wasEarly = false;
  /** Texts for a client whose handshake is not answered yet. */
  #early: string[] = [];
  #earlyLength = 0;
  #earlyClose: [code: number, reason: string] | undefined;

  /** Wraps a socket that is not open yet; `closed` is told when this side begins to close. */
  constructor(
    socket: WebSocket,
    peer: string,
    closed: (code: number) => void = () => {},
  ) {
    this.#socket = socket;
    this.peer = peer;
    this.#closed = closed;
  }

  /** Bytes given to `send` that have not gone out yet. */
  get buffered(): number {
    return this.#socket.bufferedAmount + this.#earlyLength;
  }

  /** Sends a text message, if the socket is open, or when it is. */
  send(text: string): void {
    const { readyState } = this.#socket;
    // In any other state `send` would throw or keep the text for nobody.
    if (readyState === OPEN) {
      this.opened();
      this.#socket.send(text);
    } else if (readyState === CONNECTING && this.#earlyClose === undefined) {
      this.#wasEarly = true;
      this.#early.push(text);
      this.#earlyLength += text.length;
    }
  }

  /** Begins to close, at once or when the socket is open. */
  close(code: number, reason: string): void {
    const { readyState } = this.#socket;
    if (readyState > OPEN) return;
    if (!this.closing) this.#closed(code);
    this.closing = true;
    if (readyState === CONNECTING) {
      this.#wasEarly = true;
      this.#earlyClose ??= [code, reason];
    } else {
      this.opened();
      this.#socket.close(code, reason);
    }
  }

  /** Is to be called when the socket is open: makes up for what was asked before. */
  opened(): void {
    if (!this.#wasEarly) return;
    this.#wasEarly = false;
    const texts = this.#early;
    const close = this.#earlyClose;
    this.#early = [];
    this.#earlyLength = 0;
    this.#earlyClose = undefined;
    for (const text of texts) this.#socket.send(text);
    if (close !== undefined) this.#socket.close(...close);
  }
}
