/**
 * A socket without a network, whose other end does what the test says.
 * @module
 */
import type { Socket } from "../../src/ws/socket.ts";
import { within } from "./within.ts";

/** Keeps what is sent. */
export class FakeSocket implements Socket {
  /** Who the log would say it is. */
  readonly peer = "192.0.2.1:50000";
  /** Bytes that wait for the client: set by the test, or by `send` while the client is stuck. */
  buffered = 0;
  /** Whether the client reads nothing: all that is sent waits from then on. */
  stuck = false;
  /** Texts sent and not taken yet. */
  readonly sent: string[] = [];
  /** Texts sent after the close, which a real socket would drop. */
  readonly late: string[] = [];
  /** Code and reason of each close. */
  readonly closes: [code: number, reason: string][] = [];
  #arrived = Promise.withResolvers<void>();

  /** Sends a text. */
  send(text: string): void {
    (this.closes.length === 0 ? this.sent : this.late).push(text);
    if (this.stuck) this.buffered += text.length;
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  /** Begins to close. */
  close(code: number, reason: string): void {
    this.closes.push([code, reason]);
  }

  /** What was sent since the last call. */
  take(): string[] {
    return this.sent.splice(0);
  }

  /** What was sent since the last call, parsed; arrays are opened. */
  // deno-lint-ignore no-explicit-any
  takeJson(): any[] {
    return this.take().flatMap((text) => JSON.parse(text));
  }

  /** Resolves when that many texts are there to be taken. */
  async until(count: number): Promise<void> {
    while (this.sent.length < count) {
      await within(this.#arrived.promise, `text ${count} of ${count}`);
    }
  }

  /** The client has read everything. */
  drain(): void {
    this.stuck = false;
    this.buffered = 0;
  }
}
