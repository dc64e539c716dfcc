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
export type Value<Table extends TableName = TableName> = Table extends
  "coils" | "discreteInputs" ? boolean : number;

/** Consecutive cells of a table. */
export interface Range<Table extends TableName = TableName> {
  /** The table. */
  readonly table: Table;
  /** The first cell, zero-based as on the wire. */
  readonly address: number;
  /** How many cells, from 1. */
  readonly count: number;
  /** The unit id, where units have cells of their own; their first when it is not given. */
  readonly unit?: number | undefined;
}

/** What cells are meant besides table and address. */
export interface UnitOption {
  /** The unit id, where units have cells of their own; their first when it is not given. */
  readonly unit?: number | undefined;
}

/** New values of consecutive cells. */
export interface Change<Table extends TableName = TableName> {
  /** The table. */
  readonly table: Table;
  /** The first cell, zero-based as on the wire. */
  readonly address: number;
  /** The values. */
  readonly values: readonly Value<Table>[];
  /** Number of the write, or of the last one that current values contain. */
  readonly seq: number;
  /** When it was written or read, in milliseconds since 1970. */
  readonly time: number;
  /** Who wrote; `bank`: these are current values, not one write. */
  readonly source: "modbus" | "websocket" | "rest" | "bank";
  /** Which client wrote: unique together with `source`; undefined for current values. */
  readonly connection: number | undefined;
  /** The unit id that it addressed, 0 to 255; undefined for current values that all units share. */
  readonly unit: number | undefined;
  /** Whether these current values may make up for changes that were not reported. */
  readonly resync: boolean;
}

/**
 * `connecting` until the current values have arrived for the first time;
 * `live` while what was reported is what the bank holds; `stale` from a lost
 * connection until what was missed has been reported; `closed` after
 * {@linkcode Client.close} or when the adapter lets nobody in without a token
 * ({@linkcode Client.error}).
 */
export type State = "connecting" | "live" | "stale" | "closed";

/** How to connect. All times are in milliseconds. */
export interface ConnectOptions {
  /** Wait before the first new try when the connection is lost; doubled for each that fails. 250 unless given. */
  readonly minDelay?: number;
  /** Longest wait before a new try. 10,000 unless given. */
  readonly maxDelay?: number;
  /**
   * Silence after which the server is asked for a sign of life, and after as
   * long again given up. It must be longer than a large message takes, up to
   * 400 KB. 10,000 unless given.
   */
  readonly silence?: number;
  /**
   * Shows the adapter who is there, where it asks for tokens. A function is
   * asked anew for each connection.
   */
  readonly token?: string | (() => string | undefined) | undefined;
}

/** What promises of {@linkcode Client} reject with when the server, or nobody, can do what they stand for. */
export class AdapterError extends Error {
  /** The server's code, such as `address_out_of_range`; `not_connected` or `connection_lost` when there is no answer. */
  readonly code: string;
  /** An error with the server's code and message. */
  constructor(code: string, message: string);
}

/**
 * A connection that comes back by itself. Its state changes with an event of
 * that name: `live`, `stale`, `closed`.
 */
export class Client extends EventTarget {
  /** Connects, as {@linkcode connect} does. */
  constructor(url: string | URL, options?: ConnectOptions);

  /** Whether what was reported is what the bank holds. */
  get state(): State;

  /** The unit ids that have cells of their own; undefined: all share the same. Known when it is live. */
  get units(): readonly number[] | undefined;

  /** Whether the adapter takes no writes from this client. Known when it is live. */
  get readOnly(): boolean;

  /**
   * Why it closed by itself: the adapter's error `unauthorized`, as it asks for
   * a token or for another one. Undefined otherwise.
   */
  get error(): AdapterError | undefined;

  /**
   * Reports the values of cells: the current ones first, then every change in
   * the order of the writes, also those made through this client. After a lost
   * connection the missed changes are reported, or the current values
   * (`resync`). These may also come again when something else is subscribed.
   *
   * @param ranges The cells; all of them, of all units, when undefined.
   * @param onChange Called for every change of them, cut to them. It is called
   * for each piece of its own when a change touches cells that lie apart.
   * @returns Ends the subscription.
   * @throws {RangeError} If there are no such cells.
   */
  subscribe<Table extends TableName = TableName>(
    ranges: readonly Range<Table>[] | undefined,
    onChange: (change: Change<Table>) => void,
  ): () => void;

  /**
   * Writes cells, all or none.
   *
   * @param values Booleans or 0 and 1 for bits; integers from −32,768 to 65,535 for registers.
   * @returns Resolves when the bank holds them.
   * @throws {AdapterError} With the server's error; with `not_connected` when
   * nothing was sent, as the link is down; with `connection_lost` when it went
   * down before the answer: then the write may have been done or not. Before
   * the first connection it waits whether that succeeds.
   */
  set(
    table: TableName,
    address: number,
    values: Iterable<Value>,
    options?: UnitOption,
  ): Promise<void>;

  /**
   * Reads cells.
   *
   * @param count How many; 1 unless given.
   * @throws {AdapterError} As {@linkcode Client.set}.
   */
  get<Table extends TableName>(
    table: Table,
    address: number,
    count?: number,
    options?: UnitOption,
  ): Promise<Value<Table>[]>;

  /** Closes the connection for good. Nothing is reported any more. */
  close(): void;
}

/**
 * Connects to an adapter, and again whenever the connection is lost.
 *
 * @param url URL of the WebSocket, such as `ws://localhost:8765/`.
 * @throws {SyntaxError} If that is no URL of a WebSocket.
 */
export function connect(
  url: string | URL,
  options?: ConnectOptions,
): Client;
