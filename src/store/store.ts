/**
 * A store as the rest of the program sees it, wherever it runs.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { StoreSide } from "../bank/store_side.ts";
import type { Log } from "../log.ts";
import {
  Keeper,
  type LastRun,
  type StoreOptions,
  type StoreReports,
} from "./keeper.ts";

/** How a store does. */
export interface StoreHealth {
  /** `failing`: what is written now is not stored; it is tried again. */
  readonly status: "ok" | "failing";
  /** What is promised of a write that was answered. */
  readonly durability: StoreOptions["durability"];
  /** The data file. */
  readonly file: string;
  /** Sequence number of the last write. */
  readonly seq: number;
  /** Sequence number of the last write that is on disk. */
  readonly durableSeq: number;
  /** Why storing failed last; null when it never did. */
  readonly lastError: string | null;
  /** When that was, in milliseconds since 1970. */
  readonly lastErrorAt: number | null;
}

/** What keeps a bank on disk. */
export interface Store extends AsyncDisposable {
  /** The moment that the bank began with, if it has all that the run before held then. */
  readonly lastRun: LastRun | undefined;
  /** How it does now. */
  readonly health: StoreHealth;
  /** Stores what is not stored yet, and lets the file go. */
  stop(): Promise<void>;
}

/** Tells log and health how storing goes. */
export class StoreMonitor implements StoreReports {
  readonly #side: StoreSide;
  readonly #options: StoreOptions;
  readonly #log: Log;
  #failing = false;
  #lastError: string | null = null;
  #lastErrorAt: number | null = null;

  /** A monitor of one store; all is well so far. */
  constructor(side: StoreSide, options: StoreOptions, log: Log) {
    this.#side = side;
    this.#options = options;
    this.#log = log;
  }

  /** How the store does now. */
  get health(): StoreHealth {
    const { path: file, durability } = this.#options;
    const { seq, storedSeq: durableSeq } = this.#side.progress;
    return {
      status: this.#failing ? "failing" : "ok",
      ...{ durability, file, seq, durableSeq },
      ...{ lastError: this.#lastError, lastErrorAt: this.#lastErrorAt },
    };
  }

  /** Storing fails from now on. */
  failing(reason: string): void {
    this.#lastError = reason;
    this.#lastErrorAt = Date.now();
    if (this.#failing) return;
    this.#failing = true;
    const meanwhile = this.#options.durability === "strict"
      ? "writes are refused as not stored"
      : "what is written now is lost if this program ends";
    this.#log("error", `${reason}. Until that is over ${meanwhile}`);
  }

  /** All is stored again. */
  recovered(): void {
    if (!this.#failing) return;
    this.#failing = false;
    this.#log("info", `All is stored in ${this.#options.path} again`);
  }
}

/**
 * Keeps a bank from this thread, which stands still for each commit: for tests.
 *
 * @throws {StoreError} If the file can't be used.
 */
export function keepHere(bank: Bank, options: StoreOptions, log: Log): Store {
  const side = bank.storeSide();
  const monitor = new StoreMonitor(side, options, log);
  const keeper = new Keeper(side, options, monitor);
  const stop = () => keeper.stop();
  return {
    lastRun: keeper.lastRun,
    get health() {
      return monitor.health;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
