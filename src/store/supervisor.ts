/**
 * Runs the store in a thread of its own, and starts it again when it dies.
 * @module
 */
import { Backoff } from "../backoff.ts";
import type { Bank } from "../bank/bank.ts";
import type { StoreSide } from "../bank/store_side.ts";
import type { Log } from "../log.ts";
import { StoreError } from "./errors.ts";
import type { LastRun, StoreOptions } from "./keeper.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type Store, type StoreHealth, StoreMonitor } from "./store.ts";

/** How long a disk may take for what is not stored yet when the program stops, in milliseconds. */
const STOP_LIMIT = 10_000;

/** First wait before a new thread is started, in milliseconds; doubled for each that fails in turn. */
const FIRST_RETRY = 250;

/**
 * Keeps `bank` in a worker.
 *
 * @param spawn Makes the worker, from `worker.ts`.
 * @returns When the bank is loaded.
 * @throws {StoreError} If the file can't be used.
 */
export async function superviseStore(
  bank: Bank,
  options: StoreOptions,
  log: Log,
  spawn: () => Worker,
): Promise<Store> {
  const supervisor = new Supervisor(bank, options, log, spawn);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements Store {
  readonly #bank: Bank;
  readonly #side: StoreSide;
  readonly #options: StoreOptions;
  readonly #log: Log;
  readonly #monitor: StoreMonitor;
  readonly #spawn: () => Worker;
  #lastRun: LastRun | undefined;
  #loaded = false;
  #worker: Worker | undefined;
  #thread = 0;
  #keepingSince = 0;
  readonly #backoff = new Backoff(FIRST_RETRY);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopping: Promise<void> | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(
    bank: Bank,
    options: StoreOptions,
    log: Log,
    spawn: () => Worker,
  ) {
    this.#bank = bank;
    this.#side = bank.storeSide();
    this.#options = options;
    this.#log = log;
    this.#monitor = new StoreMonitor(this.#side, options, log);
    this.#spawn = spawn;
  }

  get lastRun(): LastRun | undefined {
    return this.#lastRun;
  }

  get health(): StoreHealth {
    return this.#monitor.health;
  }

  /** Starts a thread. Rejects with a {@linkcode StoreError} if the file can't be used, or another error if it dies before. */
  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = this.#spawn();
    const thread = this.#bank.nextThread();
    this.#worker = worker;
    this.#thread = thread;
    let keeping = false;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case "keeping":
          keeping = true;
          this.#keepingSince = performance.now();
          if (!this.#loaded) this.#lastRun = data.lastRun;
          this.#loaded = true;
          return resolve();
        case "refused":
          this.#release();
          return reject(errorOf(data));
        case "failing":
          return this.#monitor.failing(data.reason);
        case "recovered":
          return this.#monitor.recovered();
        case "stopped":
          return this.#stopped.resolve();
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#release();
      if (keeping) this.#died(event.message);
      else reject(new Error(event.message));
    };
    this.#post({
      type: "keep",
      bank: this.#bank.buffer,
      thread,
      options: this.#options,
      goesOn: this.#loaded,
    });
    await promise;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#worker === undefined) return;
    this.#post({ type: "stop" });
    const timer = setTimeout(() => {
      this.#log(
        "error",
        `The disk of ${this.#options.path} takes too long: what was written last is not stored`,
      );
      this.#stopped.resolve();
    }, STOP_LIMIT);
    await this.#stopped.promise;
    clearTimeout(timer);
    this.#release();
  }

  /** Ends the thread, and what it may have held of the bank. */
  #release(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#bank.recover(this.#thread);
    if (this.#stopping !== undefined) this.#stopped.resolve();
  }

  #died(reason: string): void {
    this.#side.failed();
    this.#monitor.failing(`The store's thread died (${reason})`);
    if (this.#stopping !== undefined) return;
    this.#backoff.wentWellFor(performance.now() - this.#keepingSince);
    this.#restartLater();
  }

  #restartLater(): void {
    this.#timer = setTimeout(() => this.#restart(), this.#backoff.next());
  }

  async #restart(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      if (this.#stopping !== undefined) return;
      this.#monitor.failing((error as Error).message);
      this.#restartLater();
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}

function errorOf({ name, message }: FromWorker & { type: "refused" }): Error {
  return name === "StoreError" ? new StoreError(message) : new Error(message);
}
