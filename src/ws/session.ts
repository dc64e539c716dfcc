/**
 * One WebSocket client: what it says is done, what it wants to know it is told.
 * @module
 */
import { type Change, Origin } from "../bank/change.ts";
import { TABLE_SIZE } from "../bank/tables.ts";
import type { Units } from "../bank/units.ts";
import type { BankView } from "../bank/view.ts";
import { Backlog } from "./backlog.ts";
import type { ChangeTexts } from "./change_texts.ts";
import { encodeNotification } from "./encode.ts";
import type { ProtocolError, Range, SubscribeMessage } from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { RangeSet } from "./ranges.ts";
import { Requests } from "./requests.ts";
import type { SessionHost, Share } from "./session_host.ts";
import { CloseCode, type Socket } from "./socket.ts";
import { NO_GUARD, type WriteGuard } from "./write_guard.ts";

/** Characters of the largest answer: bits of a whole table, each `false,`, and what is around them. */
const LARGEST_ANSWER = 6 * TABLE_SIZE + 2048;

/** A client's side of the hub. */
export class Session {
  /** The client's number, unique in this run of the program. */
  readonly number: number;
  /** The client's socket. */
  readonly socket: Socket;
  /** What it may write. */
  readonly guard: WriteGuard;
  /** Since when it is connected, in milliseconds since 1970. */
  readonly connectedAt: number = Date.now();
  readonly #host: SessionHost;
  readonly #outbox: Outbox;
  readonly #requests: Requests;
  readonly #units: Units;
  /** Until it says something a client gets everything but its own writes, as with the original. */
  #wanted: RangeSet;
  #echo = false;
  #meta = false;
  /** The last write whose effect the client has, or does not care for. */
  #since: number;
  #backlog: Backlog | undefined;
  #closed = false;

  /** A session of the client with that number, beginning now. */
  constructor(
    number: number,
    socket: Socket,
    host: SessionHost,
    guard: WriteGuard = NO_GUARD,
  ) {
    this.number = number;
    this.socket = socket;
    this.guard = guard;
    this.#host = host;
    this.#units = host.bank.units;
    this.#wanted = host.everything;
    this.#outbox = new Outbox(socket, host.limits.queue, host.counters);
    this.#requests = new Requests(this, host);
    this.#since = host.bank.seq;
  }

  /** The cells that the client wants. */
  get wanted(): RangeSet {
    return this.#wanted;
  }

  /** Whether it takes several notifications in one array. */
  get batches(): boolean {
    return this.#outbox.batching;
  }

  /** Whether {@linkcode Session.flush} has anything to send. */
  get isUnsent(): boolean {
    return this.#outbox.isUnsent;
  }

  /** Whether it is owed current values. */
  get isOwed(): boolean {
    return this.#backlog !== undefined;
  }

  /** Whether it wants every cell. */
  get wantsAll(): boolean {
    return this.#wanted === this.#host.everything;
  }

  /** Does what a message says, and answers it; see {@linkcode Requests.receive}. */
  receive(data: unknown): ProtocolError | undefined {
    return this.#closed ? undefined : this.#requests.receive(data);
  }

  /** Tells the client of a change, if and as far as it wants to know. */
  tell(change: Change, texts: ChangeTexts): void {
    if (change.seq <= this.#since) return;
    if (!this.#echo && this.#isOwn(change)) return;
    if (this.wantsAll) return this.#tellPart(change, texts, false);
    const parts = this.#wanted.parts(change);
    for (const [i, part] of parts.entries()) {
      this.#tellPart(part, texts, i < parts.length - 1);
    }
  }

  /** Tells the client of current values up to the write `seq`, all read at one moment; it wants them. */
  tellValues(seq: number, shares: readonly Share[]): void {
    if (seq <= this.#since) return;
    for (const [i, { part, texts }] of shares.entries()) {
      this.#tellPart(part, texts, i < shares.length - 1);
    }
  }

  /** Sends what was gathered for a client that takes arrays. */
  flush(): void {
    this.#outbox.flush();
    if (this.#outbox.holds) this.#host.fellBehind(this);
  }

  /**
   * Replaces what the client wants. What it was owed of that it is still owed.
   *
   * @param since The last write that the client has, when it comes back;
   * undefined: it goes on where it is.
   */
  subscribe(message: SubscribeMessage, since: number | undefined): void {
    this.flush();
    const { ranges } = message;
    this.#wanted = ranges === undefined
      ? this.#host.everything
      : new RangeSet(ranges);
    this.#echo = message.echo;
    this.#meta = message.meta;
    this.#outbox.batching = message.batch;
    this.#backlog = this.#backlog?.within(this.#wanted);
    if (since !== undefined) this.#since = since;
  }

  /**
   * The last write that is behind the client; `delivered` is the last that all
   * clients have been told of.
   */
  seqAfter(delivered: number): number {
    return Math.max(this.#since, delivered);
  }

  /** Owes the client the current values of all it wants. */
  oweAll(resync: boolean): void {
    // What it was owed before is in these values: they make up for that, too.
    const made = resync || this.#backlog?.resync === true;
    this.#owe(new Backlog(this.#wanted.ranges, made, true));
  }

  /**
   * Sends of what the client is owed as much as it can take.
   *
   * @param atOnce Runs its argument on the bank at one moment.
   * @returns Whether nothing waits for it any more.
   */
  catchUp(atOnce: <T>(action: (view: BankView) => T) => T): boolean {
    if (this.#closed) return true;
    this.#outbox.flush();
    this.#requests.advance();
    const backlog = this.#backlog;
    if (backlog === undefined) return this.#isDone;
    const room = this.#outbox.room;
    if (room < this.#outbox.limit / 2) return false;
    const { seq, cells, settled } = backlog.take(room, this.#wanted, atOnce);
    const base = {
      ...{ seq, time: Date.now(), source: "bank" } as const,
      ...{ resync: backlog.resync, writer: undefined },
    };
    for (const [i, part] of cells.entries()) {
      const more = !settled || i < cells.length - 1;
      const meta = this.#meta ? { ...base, more } : undefined;
      const unit = this.#units.idOf(part.table);
      this.#outbox.notify(encodeNotification(part, unit, meta));
    }
    this.#outbox.flush();
    if (!settled) return false;
    this.#since = seq;
    this.#backlog = undefined;
    return this.#isDone;
  }

  /** For how many milliseconds the client has taken nothing of what waits for it, at time `now`. */
  stalledFor(now: number): number {
    return this.#outbox.stalledFor(now);
  }

  /** Whether there is room for an answer. If not, what waits for it is done as soon as there is. */
  hasRoom(): boolean {
    if (!this.#outbox.isFull) return true;
    this.#host.fellBehind(this);
    return false;
  }

  /** Sends an answer. A client that sends writes and never reads answers is closed. */
  answer(text: string): void {
    this.#outbox.answer(text);
    this.flush();
    if (this.#outbox.room < -this.#outbox.limit - LARGEST_ANSWER) {
      this.close(CloseCode.tryAgainLater, "The answers are not read");
    }
  }

  /** Ends the session and begins to close the socket. Nothing is kept for the client from here on. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#backlog = undefined;
    this.#requests.end();
    this.#outbox.end(code !== CloseCode.tryAgainLater);
    this.#host.leave(this);
    this.socket.close(code, reason);
  }

  /** Ends the session of a client that is gone. What it has written before is written. */
  leave(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#backlog = undefined;
    this.#requests.finish();
    this.#outbox.end(false);
  }

  get #isDone(): boolean {
    return !this.#outbox.holds && !this.#requests.wait;
  }

  #isOwn(change: Change): boolean {
    return change.origin === Origin.websocket &&
      change.connection === this.number;
  }

  #tellPart(part: Range, texts: ChangeTexts, more: boolean): void {
    if (this.#closed) return;
    if (this.#backlog !== undefined) return this.#backlog.add(part);
    this.#outbox.notify(texts.of(part, this.#meta, more));
    if (!this.#outbox.isFull) return;
    this.#host.counters.resyncs++;
    this.#owe(new Backlog([], true, false));
  }

  #owe(backlog: Backlog): void {
    if (this.#closed) return;
    this.#backlog = backlog;
    this.#host.fellBehind(this);
  }
}
