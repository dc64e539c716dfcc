/**
 * What goes out to one client: its order, its arrays, its bound.
 * @module
 */
import type { Socket } from "./socket.ts";

/** Longest array of notifications, in characters: long enough to save, short enough to be handled at once. */
const MAX_BATCH = 1 << 16;

/**
 * Sends texts to one client. Notifications may be gathered into arrays; answers
 * go out behind all notifications that were there before them.
 */
export class Outbox {
  /** Whether notifications are gathered until {@linkcode Outbox.flush}. */
  batching = false;
  readonly #socket: Socket;
  readonly #limit: number;
  #batch: string[] = [];
  #batchLength = 0;
  #sent = 0;
  #drained = 0;
  #waited = false;
  #progressAt = 0;

  /**
   * An outbox for the client behind `socket`.
   *
   * @param limit Bytes that may wait for the client.
   */
  constructor(socket: Socket, limit: number) {
    this.#socket = socket;
    this.#limit = limit;
  }

  /** Bytes that may still be sent before the limit is reached; negative behind it. */
  get room(): number {
    return this.#limit - this.#socket.buffered - this.#batchLength;
  }

  /** Bytes that may wait for the client. */
  get limit(): number {
    return this.#limit;
  }

  /** Sends a notification, now or with the next {@linkcode Outbox.flush}. */
  notify(text: string): void {
    if (!this.batching) return this.#send(text);
    this.#batch.push(text);
    this.#batchLength += text.length + 1;
    if (this.#batchLength > MAX_BATCH) this.flush();
  }

  /** Sends an answer. */
  answer(text: string): void {
    this.flush();
    this.#send(text);
  }

  /** Sends what has been gathered: an array, or the object when it is only one. */
  flush(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#batchLength = 0;
    this.#send(batch.length === 1 ? batch[0]! : `[${batch.join()}]`);
  }

  /**
   * For how many milliseconds nothing has gone out although something waits,
   * as far as its calls can see: they begin to count when they find something.
   *
   * @param now The time in milliseconds of any steady clock, the same each time.
   */
  stalledFor(now: number): number {
    const buffered = this.#socket.buffered;
    const drained = this.#sent - buffered;
    const waits = buffered > 0;
    if (!waits || !this.#waited || drained !== this.#drained) {
      this.#drained = drained;
      this.#progressAt = now;
    }
    this.#waited = waits;
    return now - this.#progressAt;
  }

  #send(text: string): void {
    this.#sent += text.length;
    this.#socket.send(text);
  }
}
