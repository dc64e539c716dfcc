/**
 * Runs the Modbus server in a thread of its own, and starts it again when it dies.
 * @module
 */
import { Backoff } from "../backoff.ts";
import type { Bank } from "../bank/bank.ts";
import type { Log } from "../log.ts";
import { PROGRESS_LENGTH, tellWritten } from "../trace/recorder.ts";
import type { ModbusClientInfo } from "./client_info.ts";
import { ModbusCounters } from "./counters.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { ModbusOptions } from "./options.ts";
import { Questions } from "./questions.ts";
import type { ModbusServer } from "./server.ts";

/** The Modbus thread could not listen. */
export class ListenError extends Error {
  /** An error whose name in the thread was `reason`, such as `AddrInUse`. */
  constructor(readonly reason: string, message: string) {
    super(message);
    this.name = "ListenError";
  }
}

/** Writes a part of a trace. Resolves when that is done, however it went, with whether the trace goes on. */
export type WriteTrace = (blocks: Uint8Array<ArrayBuffer>) => Promise<boolean>;

/** What the thread gets on top of the grace for its clients before it is ended, in milliseconds. */
const STOP_MARGIN = 500;

/** First wait before a new thread is started, in milliseconds; doubled for each that fails in turn. */
const FIRST_RETRY = 50;

/**
 * Serves Modbus TCP on `bank` in a worker.
 *
 * @param spawn Makes the worker, from `worker.ts`.
 * @param writeTrace Takes a capture of all connections; there is none unless given.
 * @returns When it listens.
 * @throws {ListenError} If it can't listen.
 */
export async function superviseModbus(
  bank: Bank,
  options: ModbusOptions,
  log: Log,
  spawn: () => Worker,
  writeTrace?: WriteTrace,
): Promise<ModbusServer> {
  const supervisor = new Supervisor(bank, options, log, spawn, writeTrace);
  await supervisor.start();
  return supervisor;
}

class Supervisor implements ModbusServer {
  readonly counters = new ModbusCounters();
  readonly #bank: Bank;
  readonly #log: Log;
  readonly #spawn: () => Worker;
  readonly #writeTrace: WriteTrace | undefined;
  readonly #questions = new Questions<readonly ModbusClientInfo[]>();
  #serving = false;
  #starts = 0;
  #options: ModbusOptions;
  #addr: Deno.NetAddr | undefined;
  #worker: Worker | undefined;
  #thread = 0;
  #servingSince = 0;
  readonly #backoff = new Backoff(FIRST_RETRY);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopping: Promise<void> | undefined;
  readonly #stopped = Promise.withResolvers<void>();

  constructor(
    bank: Bank,
    options: ModbusOptions,
    log: Log,
    spawn: () => Worker,
    writeTrace: WriteTrace | undefined,
  ) {
    this.#bank = bank;
    this.#options = options;
    this.#log = log;
    this.#spawn = spawn;
    this.#writeTrace = writeTrace;
  }

  get serving(): boolean {
    return this.#serving;
  }

  get restarts(): number {
    return Math.max(this.#starts - 1, 0);
  }

  /** Nobody is connected to a thread that does not serve. */
  clients(): Promise<readonly ModbusClientInfo[]> {
    if (!this.#serving) return Promise.resolve([]);
    return this.#questions.ask((question) =>
      this.#post({ type: "clients", question })
    );
  }

  get addr(): Deno.NetAddr {
    if (this.#addr === undefined) throw new Error("The server is not started");
    return this.#addr;
  }

  /** Starts a thread. Rejects with a {@linkcode ListenError} if it can't listen, or another error if it dies before. */
  async start(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const worker = this.#spawn();
    const thread = this.#thread = this.#bank.nextThread();
    const trace = this.#writeTrace &&
      new SharedArrayBuffer(PROGRESS_LENGTH * Int32Array.BYTES_PER_ELEMENT);
    let serving = false;
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case "listening":
          serving = this.#serving = true;
          this.#starts++;
          this.#servingSince = performance.now();
          this.#addr = data.addr;
          // The next thread is to be found where this one was.
          this.#options = { ...this.#options, port: data.addr.port };
          return resolve();
        case "failed":
          this.#release(worker, thread);
          return reject(new ListenError(data.name, data.message));
        case "log":
          return this.#log(data.level, data.text);
        case "clients":
          return this.#questions.answer(data.question, data.clients);
        case "trace":
          return this.#trace(data.blocks, new Int32Array(trace!));
        case "stopped":
          return this.#stopped.resolve();
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#release(worker, thread);
      if (serving) this.#died(event.message);
      else reject(new Error(event.message));
    };
    this.#post({
      type: "serve",
      bank: this.#bank.buffer,
      thread,
      counters: this.counters.buffer,
      options: this.#options,
      ...trace && { trace },
    });
    await promise;
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
    const worker = this.#worker;
    if (worker === undefined) return;
    const thread = this.#thread;
    this.#post({ type: "stop", grace });
    const timer = setTimeout(this.#stopped.resolve, grace + STOP_MARGIN);
    await this.#stopped.promise;
    clearTimeout(timer);
    this.#release(worker, thread);
  }

  /** Ends a thread, and what it may have held of the bank. */
  #release(worker: Worker, thread: number): void {
    worker.terminate();
    this.#serving = false;
    this.counters.set("connectionsOpen", 0);
    this.#questions.answerAll([]);
    this.#bank.recover(thread);
    this.#worker = undefined;
    if (this.#stopping !== undefined) this.#stopped.resolve();
  }

  async #trace(
    blocks: Uint8Array<ArrayBuffer>,
    progress: Int32Array,
  ): Promise<void> {
    tellWritten(progress, await this.#writeTrace!(blocks));
  }

  #died(reason: string): void {
    if (this.#stopping !== undefined) return;
    this.#log(
      "error",
      `The Modbus thread died (${reason}): starting it again on the same bank`,
    );
    this.#backoff.wentWellFor(performance.now() - this.#servingSince);
    this.#restartLater();
  }

  #restartLater(): void {
    this.#timer = setTimeout(() => this.#restart(), this.#backoff.next());
  }

  async #restart(): Promise<void> {
    try {
      await this.start();
      if (this.#stopping !== undefined) return;
      this.#log("info", "The Modbus thread is serving again");
    } catch (error) {
      if (this.#stopping !== undefined) return;
      const { message } = error as Error;
      this.#log("error", `Cannot start the Modbus thread again: ${message}`);
      this.#restartLater();
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }
}
