/**
 * What goes out to one client: its order, its arrays, its bound.
 * @module
 */
import type { ClientCounters } from "./client_counters.ts";
import type { Socket } from "./socket.ts";

/** Longest array of notifications, in characters: long enough to save, short enough to be handled at once. */
const MAX_BATCH = 1 << 16;

/**
 * Bytes and texts that the runtime is given before it has got rid of some. It
 * copies every text, and one that waits costs it more than a kilobyte besides.
 * Here it costs little more than its length, and that once for all clients.
 */
const GIVEN_BYTES = 1 << 16;
const GIVEN_TEXTS = 256;

/** Bytes that a text costs besides its characters. */
const TEXT_COST = 40;

/**
 * Sends texts to one client. Notifications may be gathered into arrays; answers
 * go out behind all notifications that were there before them.
 */
export class Outbox {
  /** Whether notifications are gathered until {@linkcode Outbox.flush}. */
  batching = false;
  readonly #socket: Socket;
  readonly #limit: number;
  readonly #counters: ClientCounters;
  #batch: string[] = [];
  #batchLength = 0;
  /** Texts that the runtime is not given yet, from `#first` on. */
  #held: string[] = [];
  #first = 0;
  #heldLength = 0;
  /** Bytes that the runtime has at most: what it had at the last look, and was given since. */
  #buffered = 0;
  /** Bytes that the runtime was given, and where in these each text ends that it may still have. */
  #sent = 0;
  #ends: number[] = [];
  #drained = 0;
  #waited = false;
  #progressAt = 0;

  /**
   * An outbox for the client behind `socket`.
   *
   * @param limit Bytes that may wait for the client.
   * @param counters Where it counts what it sends.
   */
  constructor(socket: Socket, limit: number, counters: ClientCounters) {
    this.#socket = socket;
    this.#limit = limit;
    this.#counters = counters;
  }

  /** Bytes that may still be sent before the limit is reached; negative behind it. */
  get room(): number {
    this.#look();
    return this.#roomAtLeast();
  }

  /** Whether more than the limit waits. */
  get isFull(): boolean {
    return this.#roomAtLeast() < 0 && this.room < 0;
  }

  /** Whether texts wait for the client to take others: {@linkcode Outbox.flush} is to be called again. */
  get holds(): boolean {
    return this.#first < this.#held.length;
  }

  /** Whether {@linkcode Outbox.flush} has anything to send. */
  get isUnsent(): boolean {
    return this.#batch.length > 0 || this.holds;
  }

  /** Bytes that may wait for the client. */
  get limit(): number {
    return this.#limit;
  }

  /** Sends a notification, now or with the next {@linkcode Outbox.flush}. */
  notify(text: string): void {
    this.#counters.deliveries++;
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

  /** Sends what has been gathered, an array or the object when it is only one, and what is held, as far as it goes. */
  flush(): void {
    this.#endBatch();
    while (this.holds && this.#canGive()) this.#giveNext();
  }

  /** Ends it: the runtime is given all that is left, or nothing more. */
  end(deliver: boolean): void {
    this.#endBatch();
    while (deliver && this.holds) this.#giveNext();
    this.#held = [];
    this.#first = 0;
    this.#heldLength = 0;
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
    const waits = buffered > 0 || this.holds;
    if (!waits || !this.#waited || drained !== this.#drained) {
      this.#drained = drained;
      this.#progressAt = now;
    }
    this.#waited = waits;
    return now - this.#progressAt;
  }

  #endBatch(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    this.#batch = [];
    this.#batchLength = 0;
    this.#send(batch.length === 1 ? batch[0]! : `[${batch.join()}]`);
  }

  #send(text: string): void {
    if (!this.holds && this.#canGive()) return this.#give(text);
    // A look at its end makes V8 put the pieces together of which the text was
    // made: as a tree it has up to five times the size.
    text.at(-1);
    this.#held.push(text);
    this.#heldLength += text.length + TEXT_COST;
  }

  #roomAtLeast(): number {
    const waiting = this.#buffered + this.#heldLength;
    return this.#limit - waiting - this.#batchLength;
  }

  #canGive(): boolean {
    if (this.#hasEnough()) this.#look();
    return !this.#hasEnough();
  }

  #hasEnough(): boolean {
    return this.#buffered >= GIVEN_BYTES || this.#ends.length >= GIVEN_TEXTS;
  }

  /** Asks the runtime what it still has. Done when it matters: it costs as much as to give it a text. */
  #look(): void {
    const { buffered } = this.#socket;
    this.#buffered = buffered;
    const drained = this.#sent - buffered;
    let gone = 0;
    while (gone < this.#ends.length && this.#ends[gone]! <= drained) gone++;
    if (buffered === 0) this.#ends.length = 0;
    else if (gone > 0) this.#ends.splice(0, gone);
  }

  #giveNext(): void {
    const text = this.#held[this.#first]!;
    this.#held[this.#first++] = "";
    this.#heldLength -= text.length + TEXT_COST;
    if (!this.holds) {
      this.#held = [];
      this.#first = 0;
    }
    this.#give(text);
  }

  #give(text: string): void {
    this.#sent += text.length;
    this.#buffered += text.length;
    this.#ends.push(this.#sent);
    this.#counters.sent++;
    this.#socket.send(text);
  }
}
