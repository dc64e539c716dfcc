/**
 * Writes by Modbus from a thread of their own, as fast as they are answered,
 * whatever the thread of the test does. It shares no code with the server.
 * @module
 */
import type { BankModel } from "../bank/model.ts";
import { adu } from "../testing/modbus_client.ts";
import { Random } from "../testing/random.ts";

/** Where the server is. */
export interface Target {
  /** Its address. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
}

/** What the thread is to do. */
export interface LoadJob extends Target {
  /** Makes the writes. */
  readonly seed: number;
  /** How many coils and holding registers are written, from address 0 on. */
  readonly cells: number;
  /** Least cells of one write. */
  readonly least: number;
  /** Most cells of one write. */
  readonly most: number;
  /** How many writes there are, unless it is stopped before. */
  readonly writes: number;
  /** How many are sent at once. */
  readonly window: number;
  /** Milliseconds from one window to the next, at least. */
  readonly pause: number;
  /** What the threads tell each other: {@linkcode Slot}. */
  readonly control: SharedArrayBuffer;
}

/** Slots of a job's control words. */
export const Slot = {
  /** 1 when the thread has ended. */
  done: 0,
  /** 1 when it is to end. */
  stop: 1,
  /** Writes that were answered. */
  answered: 2,
  /** Answers that were wrong. */
  wrong: 3,
  /** The longest time that a window took, in milliseconds. */
  slowest: 4,
} as const;

/** One write. */
export interface LoadWrite {
  /** 0: coils, 3: holding registers. */
  readonly table: 0 | 3;
  /** The first cell. */
  readonly address: number;
  /** The values. */
  readonly values: readonly number[];
}

/** The writes of a job, always the same ones. */
export function* loadWrites(
  { seed, cells, least, most }: Pick<
    LoadJob,
    "seed" | "cells" | "least" | "most"
  >,
): Generator<LoadWrite> {
  const random = new Random(seed);
  for (;;) {
    const table = random.pick([0, 3] as const);
    const count = random.between(least, most);
    const address = random.int(cells - count + 1);
    const limit = table === 0 ? 2 : 65_536;
    const values = Array.from({ length: count }, () => random.int(limit));
    yield { table, address, values };
  }
}

/** The request of a write: function 0F or 10. */
export function requestOf(
  { table, address, values }: LoadWrite,
  transactionId: number,
): Uint8Array<ArrayBuffer> {
  const { length } = values;
  const bytes = table === 3
    ? values.flatMap((value) => [value >> 8, value & 0xff])
    : Array.from(
      { length: Math.ceil(length / 8) },
      (_, i) =>
        values.slice(8 * i, 8 * i + 8)
          .reduce((byte, value, bit) => byte + value * 2 ** bit, 0),
    );
  const pdu = Uint8Array.of(
    table === 3 ? 0x10 : 0x0f,
    ...[address >> 8, address & 0xff, length >> 8, length & 0xff],
    bytes.length,
    ...bytes,
  );
  return adu(pdu, transactionId);
}

/** The load, as the test's thread sees it. */
export class Load implements Disposable {
  readonly #job: LoadJob;
  readonly #control: Int32Array;
  readonly #worker: Worker;
  readonly #failed: Promise<never>;

  private constructor(job: LoadJob) {
    this.#job = job;
    this.#control = new Int32Array(job.control);
    const url = new URL("./load_worker.ts", import.meta.url);
    this.#worker = new Worker(url, { type: "module", name: "load" });
    const { promise, reject } = Promise.withResolvers<never>();
    this.#failed = promise;
    promise.catch(() => {});
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(`The load failed: ${event.message}`));
    };
  }

  /** Starts it. Resolves when its connection is there. */
  static async start(
    { hostname, port }: Target,
    job: Partial<LoadJob> & { seed: number; cells: number },
  ): Promise<Load> {
    const control = new SharedArrayBuffer(32);
    const load = new Load({
      ...{ least: 1, most: 12, writes: Infinity, window: 1, pause: 0 },
      ...job,
      ...{ hostname, port, control },
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    load.#worker.onmessage = () => resolve();
    load.#worker.postMessage(load.#job);
    await Promise.race([promise, load.#failed]);
    return load;
  }

  /** Writes that were answered so far. */
  get answered(): number {
    return Atomics.load(this.#control, Slot.answered);
  }

  /** Answers that were wrong so far. */
  get wrong(): number {
    return Atomics.load(this.#control, Slot.wrong);
  }

  /** The longest time that a window took to be answered, in milliseconds. */
  get slowest(): number {
    return Atomics.load(this.#control, Slot.slowest);
  }

  /** Begins to write. */
  go(): void {
    this.#worker.postMessage("go");
  }

  /**
   * Holds this thread until all writes are answered.
   *
   * @returns Whether they were, within a time that is far too long.
   */
  hold(milliseconds: number): boolean {
    const outcome = Atomics.wait(this.#control, Slot.done, 0, milliseconds);
    return outcome !== "timed-out";
  }

  /** Stops it; resolves when the last write is answered. */
  async stop(): Promise<void> {
    Atomics.store(this.#control, Slot.stop, 1);
    const waiting = Atomics.waitAsync(this.#control, Slot.done, 0);
    // Deno does not count a wait as something to stay alive for.
    const timer = setInterval(() => {}, 1000);
    try {
      if (waiting.async) await Promise.race([waiting.value, this.#failed]);
    } finally {
      clearInterval(timer);
    }
  }

  /** What the writes that were answered leave in the cells, if nobody else writes. */
  leave(cells: BankModel): void {
    let left = this.answered;
    for (const write of loadWrites(this.#job)) {
      if (left-- === 0) return;
      cells.write(write.table, write.address, write.values);
    }
  }

  /** Ends the thread. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}
