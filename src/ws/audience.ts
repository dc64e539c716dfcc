/**
 * Who wants to be told of which cells.
 * @module
 */
import type { Change } from "../bank/change.ts";
import { RangeIndex } from "./range_index.ts";
import type { Session } from "./session.ts";
import type { Share } from "./session_host.ts";

/** The sessions of a hub by what they want. */
export class Audience {
  /** Those that want every cell: they are not in the index. */
  readonly #listeners = new Set<Session>();
  readonly #index = new RangeIndex<Session>();

  /** Enters a session with what it wants now. */
  add(session: Session): void {
    if (session.wantsAll) this.#listeners.add(session);
    else this.#index.add(session, session.wanted.ranges);
  }

  /** Takes a session out, before it wants something else. May be called twice. */
  remove(session: Session): void {
    this.#listeners.delete(session);
    if (!session.wantsAll) this.#index.remove(session, session.wanted.ranges);
  }

  /** Calls `visit` for everyone who may want a part of the change; some who do not are among them. */
  forEach(change: Change, visit: (session: Session) => void): void {
    for (const session of this.#listeners) visit(session);
    for (const session of this.#index.near(change)) visit(session);
  }

  /** What each session wants of several ranges. */
  shares(all: readonly Share[]): Map<Session, readonly Share[]> {
    const shares = new Map<Session, Share[]>();
    for (const { part: range, texts } of all) {
      for (const session of this.#index.near(range)) {
        const parts = session.wanted.parts(range);
        const own = shares.getOrInsertComputed(session, () => []);
        own.push(...parts.map((part) => ({ part, texts })));
      }
    }
    const result: Map<Session, readonly Share[]> = shares;
    for (const session of this.#listeners) result.set(session, all);
    return result;
  }
}
