/**
 * One turn of the fan-out: takes changes out of the bank's log and tells them
 * to everyone who wants them.
 * @module
 */
import { type Change, Origin } from "../bank/change.ts";
import type { ChangeReader } from "../bank/change_reader.ts";
import type { Units } from "../bank/units.ts";
import type { Audience } from "./audience.ts";
import { ChangeTexts } from "./change_texts.ts";
import type { ClientCounters } from "./client_counters.ts";
import type { History } from "./history.ts";
import type { Session } from "./session.ts";

/**
 * Costs of one turn: sockets get theirs in between. With more all is slower,
 * as texts fill caches and queues before they go out.
 */
const MAX_COSTS = 4096;

/** What a change costs, as a multiple of its place in an array for one client. */
const CHANGE_COST = 16;

/** What a message of its own costs, as a multiple of a place in an array. */
const SINGLE_COST = 16;

/** Does something for one client so that a fault in it touches no other. */
export type Contain = (
  session: Session,
  action: (session: Session) => void,
) => void;

/** What a {@linkcode FanOut} works with. */
export interface FanOutParts {
  /** Where the changes come from. */
  readonly reader: ChangeReader;
  /** Keeps them for clients that come back. */
  readonly history: History;
  /** Who wants what. */
  readonly audience: Audience;
  /** The bank's units. */
  readonly units: Units;
  /** Counts what was told. */
  readonly counters: ClientCounters;
  /** Calls a session. */
  readonly contain: Contain;
}

/** Tells sessions of changes. */
export class FanOut {
  readonly #parts: FanOutParts;
  /** Sessions that have something to send at the end of this turn. */
  readonly #unsent = new Set<Session>();

  /** Reads and tells nothing yet. */
  constructor(parts: FanOutParts) {
    this.#parts = parts;
  }

  /** Tells as many changes as a turn may cost. Returns whether there may be more. */
  turn(): boolean {
    const { reader, history, counters, contain } = this.#parts;
    const writes: Change[] = [];
    let costs = 0;
    let more = true;
    while (more && costs < MAX_COSTS) {
      const changes = reader.take(1, history);
      more = changes.length > 0;
      if (more && changes[0]!.origin !== Origin.resync) {
        const write = changes.shift()!;
        writes.push(write);
        costs += CHANGE_COST + this.#tell(write);
      }
      // What an overflow has left comes last, and is a turn's worth.
      if (changes.length > 0) {
        this.#tellValues(changes);
        costs = MAX_COSTS;
      }
    }
    for (const session of this.#unsent) contain(session, flush);
    this.#unsent.clear();
    counters.told(writes, Date.now());
    return more;
  }

  /** Returns what it costs. */
  #tell(change: Change): number {
    const { audience, units, contain } = this.#parts;
    const texts = new ChangeTexts(change, units);
    const tell = (session: Session) => session.tell(change, texts);
    let costs = 0;
    audience.forEach(change, (session) => {
      contain(session, tell);
      if (session.isUnsent) this.#unsent.add(session);
      costs += session.batches ? 1 : SINGLE_COST;
    });
    return costs;
  }

  /** Tells of current values, all read at one moment: each client is to know which of them is its last. */
  #tellValues(changes: readonly Change[]): void {
    const { audience, units, history, contain } = this.#parts;
    const { seq } = changes[0]!;
    const all = changes.map((part) => ({
      part,
      texts: new ChangeTexts(part, units),
    }));
    for (const [session, own] of audience.shares(all)) {
      contain(session, () => session.tellValues(seq, own));
      if (session.isUnsent) this.#unsent.add(session);
    }
    history.restart(seq);
  }
}

function flush(session: Session): void {
  session.flush();
}
