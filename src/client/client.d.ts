/**
 * A client of modbus-ws-adapter for browsers, Deno and Node 22 or later.
 *
 * ```js
 * import { connect } from "http://localhost:8765/client.js";
 *
 * const client = connect("ws://localhost:8765/");
 * client.subscribe(
 *   [{ table: "coils", address: 0, count: 8 }],
 *   ({ address, values }) => console.log(address, values),
 * );
 * await client.set("holdingRegisters", 0, [42]);
 * ```
 * @module
 */

/** Name of a table of the Modbus data model. */
export type TableName =
  | "coils"
  | "discreteInputs"
  | "inputRegisters"
  | "holdingRegisters";

/** The value of a cell: a boolean in `coils` and `discreteInputs`, otherwise 0 to 65,535. */
export type Value = boolean | number;

/** Consecutive cells of a table. */
export interface Range {
  /** The table. */
  table: TableName;
  /** The first cell, zero-based as on the wire. */
  address: number;
  /** How many cells, from 1. */
  count: number;
}

/** New values of consecutive cells. */
export interface Change {
  /** The table. */
  readonly table: TableName;
  /** The first cell, zero-based as on the wire. */
  readonly address: number;
  /** The values. */
  readonly values: readonly Value[];
  /** Number of the write, or of the last one that current values contain. */
  readonly seq: number;
  /** When it was written or read, in milliseconds since 1970. */
  readonly time: number;
  /** Who wrote; `bank`: these are current values, not one write. */
  readonly source: "modbus" | "websocket" | "bank";
  /** Whether changes were left out, which these current values make up for. */
  readonly resync: boolean;
}

/**
 * `connecting` until the first connection; `live` while what was reported is
 * what the bank holds; `stale` while the link is down or its state not known;
 * `closed` after {@linkcode Client.close}.
 */
export type State = "connecting" | "live" | "stale" | "closed";

/** How to connect. All times are in milliseconds. */
export interface ConnectOptions {
  /** Wait before the first new try when the connection is lost; doubled for each that fails. 250 unless given. */
  minDelay?: number;
  /** Longest wait before a new try. 10,000 unless given. */
  maxDelay?: number;
  /** Silence after which the server is asked for a sign of life, and after as long again given up. 10,000 unless given. */
  silence?: number;
}

/** What an error of {@linkcode Client.set} and {@linkcode Client.get} carries. */
export class AdapterError extends Error {
  /** The server's code, such as `address_out_of_range`; `not_connected` or `connection_lost` when there is no answer. */
  readonly code: string;
}

/** A connection that comes back by itself. Its events are `live`, `stale` and `closed`. */
export class Client extends EventTarget {
  /** Whether what was reported is what the bank holds. */
  readonly state: State;

  /**
   * Reports the values of cells: the current ones at once, then every change,
   * also those made through this client. After a lost connection the changes
   * in between are reported, or the current values (`resync`).
   *
   * @param ranges The cells; all of them when left out.
   * @param onChange Called for every change of them, cut to the ranges.
   * @returns Ends the subscription.
   */
  subscribe(
    ranges: readonly Range[] | undefined,
    onChange: (change: Change) => void,
  ): () => void;

  /**
   * Writes cells, all or none.
   *
   * @param values Booleans or 0 and 1 for bits; integers from −32,768 to 65,535 for registers.
   * @returns Resolves when the bank holds them.
   * @throws {AdapterError} With the server's error; with `not_connected` at
   * once while the link is down; with `connection_lost` when it went down
   * before the answer: then the write may have been done or not.
   */
  set(
    table: TableName,
    address: number,
    values: readonly Value[],
  ): Promise<void>;

  /**
   * Reads cells.
   *
   * @throws {AdapterError} As {@linkcode Client.set}.
   */
  get(table: TableName, address: number, count?: number): Promise<Value[]>;

  /** Closes the connection for good. */
  close(): void;
}

/**
 * Connects to an adapter, and again whenever the connection is lost.
 *
 * @param url URL of the WebSocket, such as `ws://localhost:8765/`.
 */
export function connect(
  url: string | URL,
  options?: ConnectOptions,
): Client;
