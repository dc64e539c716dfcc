/**
 * All WebSocket clients of one bank: who is there, what they want, what they
 * are owed.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Change } from "../bank/change.ts";
import type { ChangeReader } from "../bank/change_reader.ts";
import type { BankView } from "../bank/view.ts";
import { nextTurn, pause } from "../pause.ts";
import { Alarm } from "./alarm.ts";
import { Audience } from "./audience.ts";
import { ChangeTexts } from "./change_texts.ts";
import { ClientCounters } from "./client_counters.ts";
import { encodeSubscribed } from "./encode.ts";
import { FanOut } from "./fan_out.ts";
import { History } from "./history.ts";
import type { HubOptions } from "./hub_options.ts";
import type { ResumePoint, SubscribeMessage } from "./messages.ts";
import { allCells, type RangeSet } from "./ranges.ts";
import { Session } from "./session.ts";
import type { SessionHost, SessionLimits } from "./session_host.ts";
import { CloseCode, type Socket } from "./socket.ts";
import type { WriteGuard } from "./write_guard.ts";

/** Bytes in the log from which on it is emptied although nobody listens. */
const UNWATCHED_FILL = 1 << 16;

/** How often clients are looked at for which something waits, in milliseconds. */
const CATCH_UP_INTERVAL = 10;

/** How often all clients are looked at, in milliseconds. */
const STALL_INTERVAL = 1000;

/** All WebSocket clients of one bank. */
export class Hub implements SessionHost {
  /** This run of the program: sequence numbers of another one mean nothing. */
  readonly epoch: string;
  /** What the clients read and write. */
  readonly bank: Bank;
  /** What one client may cost. */
  readonly limits: SessionLimits;
  /** All cells of the bank. */
  readonly everything: RangeSet;
  /** What it and the sessions have counted. */
  readonly counters: ClientCounters = new ClientCounters();
  readonly #options: HubOptions;
  readonly #reader: ChangeReader;
  readonly #history: History;
  readonly #sessions = new Set<Session>();
  readonly #audience = new Audience();
  /** Sessions for which something waits: values that they are owed, or texts that their sockets did not take yet. */
  readonly #behind = new Set<Session>();
  readonly #fanOut: FanOut;
  readonly #pumping: Promise<void>;
  readonly #atOnce: <T>(action: (view: BankView) => T) => T;
  readonly #alarm = new Alarm(() => {
    this.sweep(performance.now());
    if (this.#sessions.size > 0) this.#schedule();
  });
  #checkedAt = 0;
  #nextNumber = 1;
  #closed = false;

  /** Starts to read the changes of `bank`: it is the log's one reader. */
  constructor(bank: Bank, options: HubOptions) {
    this.bank = bank;
    this.limits = options;
    this.#options = options;
    this.everything = allCells(bank.units.tableCount);
    this.epoch = options.epoch ?? crypto.randomUUID();
    this.#reader = bank.reader();
    this.#atOnce = (action) => this.#reader.atOnce(action);
    this.#history = new History(options.history, bank.seq);
    this.#fanOut = new FanOut({
      reader: this.#reader,
      history: this.#history,
      audience: this.#audience,
      units: bank.units,
      counters: this.counters,
      contain: (session, action) => this.contain(session, action),
    });
    this.#pumping = this.#pump();
  }

  /** How many clients there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** All clients. */
  get sessions(): Iterable<Session> {
    return this.#sessions;
  }

  /** How many clients are behind: they get current values instead of every change. */
  get behind(): number {
    return [...this.#behind].filter(({ isOwed }) => isOwed).length;
  }

  /** Takes a client in that may write what `guard` lets pass; from now on it is told of changes. */
  join(socket: Socket, guard?: WriteGuard): Session {
    this.counters.joined++;
    // What nobody was there to be told of is no delivery that took so long.
    if (this.#sessions.size === 0) this.#reader.skim(this.#history);
    const session = new Session(
      this.#nextNumber++,
      socket,
      this,
      guard,
    );
    this.#sessions.add(session);
    this.#audience.add(session);
    if (this.#closed) this.#dismiss(session);
    // The pump may sleep until there is more than one change.
    this.#reader.wake();
    this.#schedule();
    return session;
  }

  /** Lets a client go. May be called twice. */
  leave(session: Session): void {
    this.#sessions.delete(session);
    this.#behind.delete(session);
    this.#audience.remove(session);
    this.contain(session, () => session.leave());
  }

  /** Replaces what a client wants, answers it, and sends what it has asked for. */
  subscribe(session: Session, message: SubscribeMessage): void {
    const { resume, id, meta } = message;
    const missed = resume === undefined ? undefined : this.#missedSince(resume);
    this.#audience.remove(session);
    session.subscribe(message, missed === undefined ? undefined : resume?.seq);
    this.#audience.add(session);
    const resumed = resume === undefined ? undefined : missed !== undefined;
    const valuesFirst = resumed === false || (message.snapshot && !resumed);
    const seq = resumed ? resume!.seq : session.seqAfter(this.#history.last);
    const more = session.isOwed ||
      (valuesFirst && session.wanted.ranges.length > 0);
    const readOnly = session.guard.isReadOnly;
    const { ids: units } = this.bank.units;
    const hello = meta || resume !== undefined
      ? { epoch: this.epoch, seq, resumed, more, readOnly, units }
      : undefined;
    session.answer(encodeSubscribed(id, hello));
    for (const change of missed ?? []) {
      session.tell(change, new ChangeTexts(change, this.bank.units));
    }
    session.flush();
    if (valuesFirst) {
      session.oweAll(resumed === false);
      this.#catchUp(session);
    }
  }

  /** Remembers a client for which something waits. */
  fellBehind(session: Session): void {
    this.#behind.add(session);
    this.#schedule();
  }

  /**
   * Looks at the clients for which something waits, and now and then at all of them.
   * Runs by itself; callers with a clock of their own may run it, too.
   *
   * @param now The time in milliseconds of a steady clock.
   */
  sweep(now: number): void {
    for (const session of this.#behind) {
      this.contain(session, () => this.#catchUp(session));
    }
    if (now - this.#checkedAt < STALL_INTERVAL) return;
    this.#checkedAt = now;
    for (const session of this.#sessions) {
      if (session.stalledFor(now) < this.#options.stallTimeout) continue;
      session.close(CloseCode.tryAgainLater, "The client takes nothing");
    }
  }

  /** Ends all sessions; the clients may come back. */
  dismissAll(code: number, reason: string): void {
    for (const session of this.#sessions) session.close(code, reason);
  }

  /**
   * Tells what has been written up to now, then ends all sessions.
   *
   * @param grace Milliseconds that clients who are behind get to catch up.
   */
  async close(grace = 0): Promise<void> {
    this.#closed = true;
    this.#reader.close();
    this.#alarm.clear();
    await this.#pumping;
    while (this.#publish());
    const deadline = performance.now() + grace;
    for (;;) {
      const late = performance.now() >= deadline;
      for (const session of this.#sessions) {
        this.contain(session, () => {
          if (session.catchUp(this.#atOnce) || late) this.#dismiss(session);
        });
      }
      if (this.#sessions.size === 0) return;
      await pause(CATCH_UP_INTERVAL);
    }
  }

  #catchUp(session: Session): void {
    if (session.catchUp(this.#atOnce)) this.#behind.delete(session);
  }

  #dismiss(session: Session): void {
    session.close(CloseCode.goingAway, "The server stops");
  }

  #missedSince({ epoch, seq }: ResumePoint): Iterable<Change> | undefined {
    const { lastRun } = this.#options;
    const isKnown = epoch === this.epoch ||
      (epoch === lastRun?.epoch && seq === lastRun.seq);
    if (!isKnown || seq > this.bank.seq) return undefined;
    return this.#history.since(seq);
  }

  #schedule(): void {
    if (this.#closed) return;
    this.#alarm.within(
      this.#behind.size > 0 ? CATCH_UP_INTERVAL : STALL_INTERVAL,
    );
  }

  async #pump(): Promise<void> {
    while (!this.#closed) {
      await this.#reader.wait(this.#sessions.size > 0 ? 1 : UNWATCHED_FILL);
      while (this.#publish()) await nextTurn();
    }
  }

  /** Tells some changes. Returns whether there may be more. */
  #publish(): boolean {
    if (this.#sessions.size === 0 && this.#reader.skim(this.#history)) {
      return false;
    }
    return this.#fanOut.turn();
  }

  /** Does something for one client so that a fault in it touches no other. */
  contain(session: Session, action: (session: Session) => void): void {
    try {
      action(session);
    } catch (error) {
      this.#options.failed?.(error);
      session.close(CloseCode.internalError, "The server has a fault");
    }
  }
}
