/**
 * Fan-out: takes the changes out of the bank's log and tells them to every
 * client that wants them.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Change } from "../bank/change.ts";
import type { ChangeReader } from "../bank/change_reader.ts";
import { encodeNotification } from "./encode.ts";
import { Session } from "./session.ts";
import { CloseCode, type Socket } from "./socket.ts";

/** Most changes told in one turn of the event loop, so that sockets get theirs in between. */
const BATCH = 256;

/** Bytes in the log from which on it is emptied although nobody listens. */
const UNWATCHED_FILL = 1 << 16;

/** All WebSocket clients of one bank. */
export class Hub {
  readonly #bank: Bank;
  readonly #reader: ChangeReader;
  readonly #sessions = new Set<Session>();
  readonly #pumping: Promise<void>;
  #nextNumber = 1;
  #closed = false;

  /** Starts to read the changes of `bank`: it is the log's one reader. */
  constructor(bank: Bank) {
    this.#bank = bank;
    this.#reader = bank.reader();
    this.#pumping = this.#pump();
  }

  /** How many clients there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Takes a client in; from now on it is told of changes. */
  join(socket: Socket): Session {
    const session = new Session(this.#nextNumber++, socket, this.#bank);
    this.#sessions.add(session);
    this.#reader.wake();
    return session;
  }

  /** Lets a client go. May be called twice. */
  leave(session: Session): void {
    this.#sessions.delete(session);
  }

  /** Tells what has been written up to now, then ends all sessions. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#reader.close();
    await this.#pumping;
    while (this.#publish() > 0);
    for (const { socket } of this.#sessions) {
      socket.close(CloseCode.goingAway, "The server stops");
    }
  }

  async #pump(): Promise<void> {
    while (!this.#closed) {
      await this.#reader.wait(this.#sessions.size > 0 ? 1 : UNWATCHED_FILL);
      while (this.#publish() >= BATCH) await nextTurn();
    }
  }

  #publish(): number {
    const changes = this.#reader.take(BATCH);
    for (const change of changes) this.#tell(change);
    return changes.length;
  }

  #tell(change: Change): void {
    let text: string | undefined;
    for (const session of this.#sessions) {
      if (!session.wants(change)) continue;
      text ??= encodeNotification(change);
      session.socket.send(text);
    }
  }
}

/** Resolves after the event loop has looked at sockets and timers. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
