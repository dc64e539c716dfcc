/**
 * WebSocket clients that check what they are told, and do it cheaply.
 * @module
 */
import {
  ACCEPT,
  frameLength,
  handshake,
  scanFrames,
  textFrame,
} from "./frames.ts";
import { Histogram } from "./statistics.ts";

/** How many clients connect at the same time. */
const AT_ONCE = 50;

/** Bytes read at once at first; more when a message is longer. */
const INPUT_SIZE = 1 << 14;

/** What all watchers of one run have seen. */
export class Tally {
  /** When each write was sent, or should have been, in milliseconds of `performance.now()`. */
  readonly sentAt: Float64Array;
  /** Value that the writes of this run carry. */
  readonly tag: number;
  /** From the sending of a write to a watcher's reading of it. */
  readonly latency: Histogram = new Histogram();
  /** Writes that the watchers were told of, each watcher's counted. */
  deliveries = 0;
  /** Those that came after a later one, or twice. */
  outOfOrder = 0;
  /** When the last came. */
  lastAt = 0;
  /** Watchers that have been told of any write, be it of another run. */
  watching = 0;

  /** Room for `capacity` writes. */
  constructor(capacity: number) {
    this.sentAt = new Float64Array(capacity);
    this.tag = Math.floor(Math.random() * 65_536);
  }
}

/** One client. */
export class Watcher {
  readonly #socket: Deno.TcpConn;
  readonly #tally: Tally;
  #input = new Uint8Array(INPUT_SIZE);
  #end = 0;
  #next = 0;
  #now = 0;
  #watching = false;
  #answer = Promise.withResolvers<void>();

  private constructor(socket: Deno.TcpConn, tally: Tally) {
    this.#socket = socket;
    this.#tally = tally;
  }

  /** Connects many clients; with `subscription` each sends it and waits for the answer. */
  static async openAll(
    port: number,
    count: number,
    tally: Tally,
    subscription?: string,
  ): Promise<Watcher[]> {
    const watchers: Watcher[] = [];
    while (watchers.length < count) {
      const length = Math.min(AT_ONCE, count - watchers.length);
      const opened = Array.from(
        { length },
        () => Watcher.#open(port, tally, subscription),
      );
      watchers.push(...await Promise.all(opened));
    }
    return watchers;
  }

  static async #open(
    port: number,
    tally: Tally,
    subscription: string | undefined,
  ): Promise<Watcher> {
    const socket = await Deno.connect({ hostname: "127.0.0.1", port });
    const watcher = new Watcher(socket, tally);
    await socket.write(handshake(port));
    await watcher.#shakeHands();
    watcher.#run();
    if (subscription !== undefined) {
      await socket.write(textFrame(subscription));
      await watcher.#answer.promise;
    }
    return watcher;
  }

  /** A message has come: the first is the answer to the subscription. */
  message(): void {
    this.#answer.resolve();
  }

  /** A message has told of a write. */
  write(number: number, tag: number): void {
    const tally = this.#tally;
    if (!this.#watching) tally.watching++;
    this.#watching = true;
    if (tag !== tally.tag) return;
    tally.deliveries++;
    tally.latency.record(this.#now - tally.sentAt[number]!);
    if (number < this.#next) tally.outOfOrder++;
    else this.#next = number + 1;
  }

  /** Closes the connection. */
  close(): void {
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
  }

  async #shakeHands(): Promise<void> {
    for (let text = ""; !text.includes("\r\n\r\n");) {
      const count = await this.#socket.read(this.#input.subarray(this.#end));
      if (count === null) throw new Error(`No WebSocket: ${text}`);
      this.#end += count;
      text = new TextDecoder("latin1").decode(
        this.#input.subarray(0, this.#end),
      );
      const [head] = text.split("\r\n\r\n", 1);
      if (head!.length + 4 > this.#end) continue;
      if (!head!.startsWith("HTTP/1.1 101 ") || !head!.includes(ACCEPT)) {
        throw new Error(`No WebSocket: ${head}`);
      }
      this.#keep(head!.length + 4);
    }
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        const space = this.#end === 0
          ? this.#input
          : this.#input.subarray(this.#end);
        const count = await this.#socket.read(space);
        if (count === null) break;
        this.#end += count;
        this.#now = performance.now();
        this.#tally.lastAt = this.#now;
        this.#keep(scanFrames(this.#input, 0, this.#end, this));
      }
    } catch {
      // Closed by this program, or lost: then deliveries will be missing.
    }
    this.#answer.resolve();
  }

  /** Moves what is left of the input from `start` to its begin, and makes room for the frame. */
  #keep(start: number): void {
    if (start > 0) this.#input.copyWithin(0, start, this.#end);
    this.#end -= start;
    const length = frameLength(this.#input, 0, this.#end) ?? 0;
    if (length <= this.#input.length) return;
    const larger = new Uint8Array(length + INPUT_SIZE);
    larger.set(this.#input.subarray(0, this.#end));
    this.#input = larger;
  }
}
