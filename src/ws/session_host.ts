/**
 * What a session knows of the hub.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { ChangeTexts } from "./change_texts.ts";
import type { ClientCounters } from "./client_counters.ts";
import type { Range, SubscribeMessage } from "./messages.ts";
import type { RangeSet } from "./ranges.ts";
import type { Session } from "./session.ts";

/** What a session needs of the hub. */
export interface SessionHost {
  /** What the clients read and write. */
  readonly bank: Bank;
  /** What one client may cost. */
  readonly limits: SessionLimits;
  /** All cells that there are. */
  readonly everything: RangeSet;
  /** Where the sessions count. */
  readonly counters: ClientCounters;
  /** Does a subscription. */
  subscribe(session: Session, message: SubscribeMessage): void;
  /** Is told that something waits for the client; `catchUp` is to be called until nothing does. */
  fellBehind(session: Session): void;
  /** Does something for the session so that a fault in it ends no other. */
  contain(session: Session, action: (session: Session) => void): void;
  /** Lets the session go. */
  leave(session: Session): void;
}

/** A part of a change, and where its text comes from. */
export interface Share {
  /** The cells. */
  readonly part: Range;
  /** The texts of the change. */
  readonly texts: ChangeTexts;
}

/** Bounds of what one client may cost. */
export interface SessionLimits {
  /** Bytes that may wait for the client before its changes are no longer queued. */
  readonly queue: number;
  /** Bytes of its largest message. */
  readonly message: number;
}
