/**
 * Fan-out: one Modbus connection writes numbered values, many WebSocket clients
 * are told of them.
 * @module
 */
import type { FromFloodWorker, ToFloodWorker } from "./flood_worker.ts";
import { Tally, Watcher } from "./watchers.ts";
import { Writer } from "./writer.ts";

/** How long the last deliveries may take, in milliseconds. */
const PATIENCE = 5000;

/** Asks our program for arrays of notifications. */
const BATCH = '{"type":"subscribe","batch":true,"id":1}';

/** Where to write and to watch. */
export interface FanOptions {
  /** Modbus port. */
  readonly modbusPort: number;
  /** WebSocket port. */
  readonly wsPort: number;
  /** How many WebSocket clients. */
  readonly clients: number;
  /** Most writes. */
  readonly capacity: number;
  /** Whether the clients take several notifications in one message. */
  readonly batch?: boolean;
}

/** One run. */
export class Fan {
  /** What the clients have seen. */
  readonly tally: Tally;
  readonly #options: FanOptions;
  readonly #writer: Writer;
  readonly #watchers: readonly Watcher[];
  #written = 0;

  private constructor(
    options: FanOptions,
    writer: Writer,
    watchers: readonly Watcher[],
    tally: Tally,
  ) {
    this.#options = options;
    this.#writer = writer;
    this.#watchers = watchers;
    this.tally = tally;
  }

  /** Connects the clients and the writer; done when all clients are told of writes. */
  static async open(options: FanOptions): Promise<Fan> {
    const { modbusPort, wsPort, clients, capacity, batch } = options;
    const tally = new Tally(capacity);
    const subscription = batch ? BATCH : undefined;
    const watchers = await Watcher.openAll(
      wsPort,
      clients,
      tally,
      subscription,
    );
    const writer = await Writer.open(modbusPort);
    const fan = new Fan(options, writer, watchers, tally);
    await fan.#untilWatched();
    return fan;
  }

  /** Deliveries that are due by now. */
  get due(): number {
    return this.#written * this.#options.clients;
  }

  /** What went wrong, in words; empty when nothing did. */
  get faults(): string[] {
    const { deliveries, outOfOrder } = this.tally;
    const faults = [];
    if (deliveries !== this.due) {
      faults.push(`${this.due - deliveries} of ${this.due} deliveries missing`);
    }
    if (outOfOrder > 0) faults.push(`${outOfOrder} deliveries out of order`);
    return faults;
  }

  /**
   * Writes `count` values at a rate.
   *
   * @param rate Writes per second, or fewer when the answers take longer.
   * @param stopped Ends it before.
   */
  async write(
    count: number,
    rate: number,
    stopped: () => boolean = () => false,
  ): Promise<void> {
    const { sentAt, tag } = this.tally;
    const begin = performance.now();
    const most = Math.min(count, sentAt.length - this.#written);
    for (let i = 0; i < most && !stopped(); i++) {
      const due = begin + i * 1000 / rate;
      // Late because of the last answer: that is the server's time. Late because of the timer: it is not.
      const late = performance.now() > due;
      await until(due);
      const number = this.#written++;
      sentAt[number] = late ? due : performance.now();
      await this.#writer.write(number, tag);
    }
  }

  /** Writes `count` values, each when the one before is answered, in a thread of its own. */
  async flood(count: number): Promise<void> {
    const worker = new Worker(new URL("./flood_worker.ts", import.meta.url), {
      type: "module",
    });
    const ask = (message: ToFloodWorker, answer: FromFloodWorker["type"]) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<FromFloodWorker>) => {
          if (data.type === answer) resolve();
        };
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(event.message));
        };
        worker.postMessage(message);
      });
    await ask({ type: "connect", port: this.#options.modbusPort }, "connected");
    const { sentAt, tag } = this.tally;
    const from = this.#written;
    sentAt.fill(performance.now(), from);
    this.#written += count;
    await ask({ type: "write", from, count, tag }, "written");
    worker.terminate();
  }

  /** Waits until all deliveries have come, but not for ever. */
  async drained(): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (this.tally.deliveries < this.due && performance.now() < deadline) {
      await until(performance.now() + 1);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#writer.close();
    for (const watcher of this.#watchers) watcher.close();
  }

  /**
   * Writes what does not count until every client has been told of something:
   * a server may know a client only some time after it has answered its handshake.
   */
  async #untilWatched(): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (
      this.tally.watching < this.#options.clients &&
      performance.now() < deadline
    ) {
      await this.#writer.write(0, this.tally.tag ^ 1);
      await until(performance.now() + 5);
    }
  }
}

/** Waits until that time of `performance.now()`. */
async function until(time: number): Promise<void> {
  for (;;) {
    const wait = time - performance.now();
    if (wait <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}
