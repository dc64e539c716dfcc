/**
 * Runs the Modbus server in a thread of its own, and starts it again when it dies.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Log } from "../log.ts";
import { ModbusCounters } from "./counters.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { ModbusOptions, ModbusServer } from "./server.ts";

/** The Modbus thread could not listen. */
export class ListenError extends Error {
  /** An error whose name in the thread was `reason`, such as `AddrInUse`. */
  constructor(readonly reason: string, message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/** First wait before a new thread is started, in milliseconds; doubled for each that fails in turn. */
const FIRST_RETRY = 50;

/** Longest wait before a new thread is started, in milliseconds. */
const LAST_RETRY = 5000;

/** What the thread gets on top of the grace for its clients before it is ended, in milliseconds. */
const STOP_MARGIN = 500;

/**
 * Serves Modbus TCP on `bank` in a worker.
 *
 * @param spawn Makes the worker, from `worker.ts`.
 * @returns When it listens.
 * @throws {ListenError} If it can't listen.
 */
export async function superviseModbus(
  bank: Bank,
  options: ModbusOptions,
  log: Log,
  spawn: () => Worker,
): Promise<ModbusServer> {
  const supervisor = new Supervisor(bank, options, log, spawn);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements ModbusServer {
  readonly counters = new ModbusCounters();
  readonly #bank: Bank;
  readonly #log: Log;
  readonly #spawn: () => Worker;
  #options: ModbusOptions;
  #addr: Deno.NetAddr | undefined;
  #worker: Worker | undefined;
  #thread = 1;
  #retry = FIRST_RETRY;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopping: Promise<void> | undefined;
  #stopped = Promise.withResolvers<void>();

  constructor(
    bank: Bank,
    options: ModbusOptions,
    log: Log,
    spawn: () => Worker,
  ) {
    this.#bank = bank;
    this.#options = options;
    this.#log = log;
    this.#spawn = spawn;
  }

  get addr(): Deno.NetAddr {
    if (this.#addr === undefined) throw new Error("The server is not started");
    return this.#addr;
  }

  /** Starts a thread. Rejects with a {@linkcode ListenError} if it can't listen. */
  start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = this.#spawn();
    const thread = ++this.#thread;
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case "listening":
          this.#addr = data.addr;
          // The next thread is to be found where this one was.
          this.#options = { ...this.#options, port: data.addr.port };
          return resolve();
        case "failed":
          worker.terminate();
          return reject(new ListenError(data.name, data.message));
        case "log":
          if (data.level === "debug") this.#retry = FIRST_RETRY;
          return this.#log(data.level, data.text);
        case "stopped":
          return this.#stopped.resolve();
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      reject(new Error(event.message));
      this.#died(thread, event.message);
    };
    this.#post({
      type: "serve",
      bank: this.#bank.buffer,
      thread,
      counters: this.counters.buffer,
      options: this.#options,
    });
    return promise;
  }

  stop(grace?: number): Promise<void> {
    this.#stopping ??= this.#stop(grace);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(grace = 2000): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#worker === undefined) return;
    this.#post({ type: "stop", grace });
    const timer = setTimeout(this.#stopped.resolve, grace + STOP_MARGIN);
    await this.#stopped.promise;
    clearTimeout(timer);
    this.#worker.terminate();
  }

  #died(thread: number, reason: string): void {
    this.#worker = undefined;
    this.#bank.recover(thread);
    this.#stopped.resolve();
    if (this.#stopping !== undefined || this.#addr === undefined) return;
    this.#log(
      "error",
      `The Modbus thread died (${reason}): starting it again on the same bank`,
    );
    this.#restartLater();
  }

  #restartLater(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.start();
        this.#log("info", "The Modbus thread is serving again");
      } catch (error) {
        if (!(error instanceof ListenError)) return; // It died: that is another restart.
        this.#log("error", `The Modbus thread can't listen: ${error.message}`);
        this.#restartLater();
      }
    }, this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
