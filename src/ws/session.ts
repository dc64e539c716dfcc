/**
 * One WebSocket client: what it says is done, what it wants to know it is told.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import { type Change, Origin, type Writer } from "../bank/change.ts";
import { wireLength } from "../bank/tables.ts";
import type { BankView } from "../bank/view.ts";
import { Backlog } from "./backlog.ts";
import type { ChangeTexts } from "./change_texts.ts";
import {
  encodeError,
  encodeNotification,
  encodeOk,
  encodePong,
  encodeRead,
} from "./encode.ts";
import {
  type ClientMessage,
  type MessageId,
  ProtocolError,
  type Range,
  type ReadMessage,
  type SubscribeMessage,
  type WriteMessage,
} from "./messages.ts";
import { isLongerThan } from "./message_size.ts";
import { Outbox } from "./outbox.ts";
import { parseMessage } from "./parse.ts";
import { ALL_CELLS, RangeSet } from "./ranges.ts";
import type { SessionHost, SessionLimits, Share } from "./session_host.ts";
import { CloseCode, type Socket } from "./socket.ts";
import { NO_GUARD, type WriteGuard } from "./write_guard.ts";

/** The unit id that writes of WebSocket clients carry unless they say another. */
const DEFAULT_UNIT = 0;

/** What a client gets that has said nothing: everything but its own writes, as with the original. */
const EVERYTHING = new RangeSet(ALL_CELLS);

/** A client's side of the hub. */
export class Session {
  /** The client's number, unique in this run of the program. */
  readonly number: number;
  /** The client's socket. */
  readonly socket: Socket;
  /** What it may write. */
  readonly guard: WriteGuard;
  readonly #bank: Bank;
  readonly #host: SessionHost;
  readonly #limits: SessionLimits;
  readonly #outbox: Outbox;
  readonly #writer: Writer;
  #wanted = EVERYTHING;
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
    bank: Bank,
    host: SessionHost,
    limits: SessionLimits,
    guard: WriteGuard = NO_GUARD,
  ) {
    this.number = number;
    this.socket = socket;
    this.guard = guard;
    this.#bank = bank;
    this.#host = host;
    this.#limits = limits;
    this.#outbox = new Outbox(socket, limits.queue, host.counters);
    const origin = Origin.websocket;
    this.#writer = { origin, connection: number, unitId: DEFAULT_UNIT };
    this.#since = bank.seq;
  }

  /** The cells that the client wants. */
  get wanted(): RangeSet {
    return this.#wanted;
  }

  /** Whether it is owed current values. */
  get isOwed(): boolean {
    return this.#backlog !== undefined;
  }

  /** Whether it wants every cell. */
  get wantsAll(): boolean {
    return this.#wanted === EVERYTHING;
  }

  /**
   * Does what a message says, and answers it.
   *
   * @param data What has arrived: text, or something else, which is refused.
   * @returns The error that was sent, when the message was not accepted.
   */
  receive(data: unknown): ProtocolError | undefined {
    if (this.#closed) return undefined;
    const most = this.#limits.message;
    if (isLongerThan(most, data)) {
      this.close(CloseCode.messageTooBig, `Messages have up to ${most} bytes`);
      return undefined;
    }
    try {
      if (typeof data !== "string") {
        const what = "A message is JSON text, not binary data";
        throw new ProtocolError("invalid_message", what);
      }
      const message = parseMessage(data);
      this.#host.counters.received.count(message.type);
      this.#execute(message);
      return undefined;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#host.counters.errors.count(error.code);
      this.answer(encodeError(error));
      return error;
    }
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
    this.#wanted = ranges === undefined ? EVERYTHING : new RangeSet(ranges);
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
    const backlog = this.#backlog;
    if (backlog === undefined) return !this.#outbox.holds;
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
      this.#outbox.notify(encodeNotification(part, meta));
    }
    this.#outbox.flush();
    if (!settled) return false;
    this.#since = seq;
    this.#backlog = undefined;
    return !this.#outbox.holds;
  }

  /** For how many milliseconds the client has taken nothing of what waits for it, at time `now`. */
  stalledFor(now: number): number {
    return this.#outbox.stalledFor(now);
  }

  /** Sends an answer. A client that sends requests and never reads answers is closed. */
  answer(text: string): void {
    this.#outbox.answer(text);
    this.flush();
    if (this.#outbox.room < -this.#outbox.limit) {
      this.close(CloseCode.tryAgainLater, "The answers are not read");
    }
  }

  /** Ends the session and begins to close the socket. Nothing is kept for the client from here on. */
  close(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#backlog = undefined;
    this.#outbox.end(code !== CloseCode.tryAgainLater);
    this.#host.leave(this);
    this.socket.close(code, reason);
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

  #execute(message: ClientMessage): void {
    switch (message.type) {
      case "write":
        return this.#write(message);
      case "read":
        return this.#read(message);
      case "subscribe":
        return this.#host.subscribe(this, message);
      case "ping":
        return this.answer(encodePong(message.id));
      case "auth":
        // The client is in already, whoever it says it is.
        return this.#acknowledge(message.id);
    }
  }

  #write(message: WriteMessage): void {
    const { table, address, count, values, id } = message;
    this.guard.check(table, address, count);
    this.#writer.unitId = message.unit ?? DEFAULT_UNIT;
    this.#bank.write(table, address, count, values, 0, this.#writer);
    this.#acknowledge(id);
  }

  #acknowledge(id: MessageId | undefined): void {
    if (id !== undefined) this.answer(encodeOk(id));
  }

  #read({ table, address, count, id }: ReadMessage): void {
    const values = new Uint8Array(wireLength(table, count));
    this.#bank.read(table, address, count, values, 0);
    this.answer(encodeRead({ table, address, count, values }, id));
  }
}
