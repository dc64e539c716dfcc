/**
 * What clients can say in the JSON protocol, and what can be wrong with it.
 * @module
 */
import { type Table, TABLE_NAMES } from "../bank/tables.ts";

/** What a client may send along to know which answer is whose. */
export type MessageId = string | number;

/** Fields that every message may have. */
export interface Common {
  /** Comes back in the answer; a write without it is answered only when it fails. */
  readonly id: MessageId | undefined;
  /** The unit id that is meant, 0 to 255; undefined: the default. */
  readonly unit: number | undefined;
}

/** Consecutive cells of a table. */
export interface Range {
  /** The table. */
  readonly table: Table;
  /** The first cell, 0 to 65,535. */
  readonly address: number;
  /** How many cells, from 1 up to the table's end. */
  readonly count: number;
}

/** Writes cells. */
export interface WriteMessage extends Common, Range {
  /** Discriminator. */
  readonly type: "write";
  /** The values in wire form. */
  readonly values: Uint8Array;
}

/** Reads cells. */
export interface ReadMessage extends Common, Range {
  /** Discriminator. */
  readonly type: "read";
}

/** Asks for a sign of life. */
export interface PingMessage extends Common {
  /** Discriminator. */
  readonly type: "ping";
}

/** Shows who the client is. */
export interface AuthMessage extends Common {
  /** Discriminator. */
  readonly type: "auth";
  /** What the token file may have. */
  readonly token: string;
}

/** Says which changes the client wants from now on, and how. */
export interface SubscribeMessage extends Common {
  /** Discriminator. */
  readonly type: "subscribe";
  /** The cells whose changes it wants; undefined: all of them. */
  readonly ranges: readonly Range[] | undefined;
  /** Whether it wants the current values first. */
  readonly snapshot: boolean;
  /** Whether it wants its own writes back. */
  readonly echo: boolean;
  /** Whether several notifications may come in one JSON array. */
  readonly batch: boolean;
  /** Whether notifications carry sequence number, time and source. */
  readonly meta: boolean;
  /** What it has had before: it wants what came behind that. */
  readonly resume: ResumePoint | undefined;
}

/** A place in the stream of changes. */
export interface ResumePoint {
  /** The run of the program. */
  readonly epoch: string;
  /** The last sequence number of that run that the client has. */
  readonly seq: number;
}

/** What a client can say. */
export type ClientMessage =
  | WriteMessage
  | ReadMessage
  | PingMessage
  | AuthMessage
  | SubscribeMessage;

/** Codes of the errors that clients can meet. */
export const ERROR_CODES = [
  "invalid_json",
  "invalid_message",
  "unknown_type",
  "invalid_id",
  "invalid_unit",
  "invalid_address",
  "invalid_count",
  "invalid_value",
  "invalid_ranges",
  "invalid_option",
  "invalid_resume",
  "invalid_token",
  "address_out_of_range",
  "unauthorized",
  "forbidden",
  "write_protected",
  "not_stored",
] as const;

/** Code of an error. */
export type ErrorCode = typeof ERROR_CODES[number];

/** A message that can't be accepted. */
export class ProtocolError extends Error {
  /** The message's id, when it has a usable one. */
  id: MessageId | undefined;

  /**
   * An error to be sent to the client.
   *
   * @param code What is wrong, for programs.
   * @param message What is wrong with which field and what is allowed, for people.
   */
  constructor(readonly code: ErrorCode, message: string) {
    super(message);
    this.name = "ProtocolError";
  }
}

/** A table's name as it stands in message types: `Coils`, `DiscreteInputs` … */
export const TYPE_SUFFIXES: readonly string[] = TABLE_NAMES.map((name) =>
  name.charAt(0).toUpperCase() + name.slice(1)
);
