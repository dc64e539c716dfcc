/**
 * What the hub and its sessions count.
 * @module
 */
import { Histogram } from "../histogram.ts";
import { type ClientMessage, ERROR_CODES, type ErrorCode } from "./messages.ts";
import { CloseCode } from "./socket.ts";

/** Upper bounds of the buckets of delays, in seconds. */
const DELAY_BOUNDS: readonly number[] = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05],
  ...[0.1, 0.25, 0.5, 1, 2.5, 5, 10],
];

/** Who has begun to close a connection. */
export type Closer = "client" | "server";

/** Status codes of RFC 6455, 7.4.1, and those of this server; a client can send any other. */
const CLOSE_CODES: ReadonlySet<number> = new Set([
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008],
  ...[1009, 1010, 1011, 1012, 1013, 1014, 1015],
]);

/** Counts by key. */
export class KeyCounter<Key extends string> {
  readonly #counts: Map<Key, number>;

  /** Counters for `keys`, which are told also before they occur, and for others. */
  constructor(keys: readonly Key[] = []) {
    this.#counts = new Map(keys.map((key) => [key, 0]));
  }

  /** Counts one. */
  count(key: Key): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** All that was counted. */
  entries(): Iterable<readonly [key: Key, count: number]> {
    return this.#counts.entries();
  }
}

/** Counters of all clients of a hub. Read and written by one thread. */
export class ClientCounters {
  /** Clients that have joined. */
  joined = 0;
  /** Changes, and parts of current values, given to clients. */
  deliveries = 0;
  /** Texts given to sockets. */
  sent = 0;
  /** How often a client was so slow that it gets current values instead of changes. */
  resyncs = 0;
  /** Messages understood, by type. */
  readonly received: KeyCounter<ClientMessage["type"]> = new KeyCounter([
    ...["write", "read", "subscribe", "ping"] as const,
  ]);
  /** Errors sent, by code. */
  readonly errors: KeyCounter<ErrorCode> = new KeyCounter(ERROR_CODES);
  /** Handshakes refused, by code. */
  readonly refusals: KeyCounter<string> = new KeyCounter();
  /** Seconds from each write until the clients that keep up were told. */
  readonly delays: Histogram = new Histogram(DELAY_BOUNDS);
  readonly #closes = new KeyCounter<`${Closer} ${number | "other"}`>([
    ...["client 1000", "client 1001", "client 1005", "client 1006"] as const,
    ...Object.values(CloseCode).map((code) => `server ${code}` as const),
  ]);

  /** Counts how long clients had to wait for these writes, told at time `now` (ms since 1970). */
  told(writes: Iterable<{ readonly time: number }>, now: number): void {
    for (const { time } of writes) {
      // The clock may have been set back in between.
      this.delays.record(Math.max(now - time, 0) / 1000);
    }
  }

  /** Counts a connection closed with this status code. */
  closed(by: Closer, code: number): void {
    this.#closes.count(`${by} ${CLOSE_CODES.has(code) ? code : "other"}`);
  }

  /** Connections closed, by who did it and the status code. */
  closes(): { by: string; code: string; count: number }[] {
    return [...this.#closes.entries()].map(([key, count]) => {
      const [by, code] = key.split(" ") as [string, string];
      return { by, code, count };
    });
  }
}
