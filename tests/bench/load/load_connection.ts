/**
 * One connection under Modbus load. Its loop allocates next to nothing: what is
 * measured is the server.
 * @module
 */
import {
  aduLength,
  buildRequest,
  isRightResponse,
  type RequestKind,
  responseLength,
  VALUES_AT,
} from "./requests.ts";
import { Histogram } from "./statistics.ts";

/** The shape of a load. */
export interface LoadShape extends RequestKind {
  /** How many connections. */
  readonly connections: number;
  /** Requests in flight on each: a power of two. */
  readonly depth: number;
}

/** Bytes read at once, more than the answers to all that can be in flight. */
const INPUT_SIZE = 1 << 14;

/** Transaction ids begin again behind the last. */
const ID_MASK = 0xffff;

/** What all connections of a load have seen. */
export class LoadCounters {
  /** Right answers. */
  answered = 0;
  /** Answers that were wrong: an exception, another length, a transaction id that was not asked. */
  wrong = 0;
  /** Answers that came before that to an earlier request of their connection. */
  reordered = 0;
  /** Requests without an answer, known at the end. */
  missing = 0;
  /** From the sending of a request to the reading of its answer. */
  readonly latency: Histogram = new Histogram();

  /** What went wrong, in words; empty when nothing did. */
  get faults(): string[] {
    const { answered, wrong, reordered, missing } = this;
    const of = `of ${answered + wrong + missing} responses`;
    const faults = { wrong, missing, "out of order": reordered };
    return Object.entries(faults).filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${of} ${what}`);
  }
}

/** Keeps its requests in flight until it is stopped. */
export class LoadConnection {
  /** Set to send no more. */
  stopped = false;
  readonly #socket: Deno.TcpConn;
  readonly #counters: LoadCounters;
  readonly #depth: number;
  readonly #request: Uint8Array<ArrayBuffer>;
  readonly #expected: number;
  readonly #input = new Uint8Array(INPUT_SIZE);
  /** As many requests as can be in flight, one behind the other. */
  readonly #output: Uint8Array<ArrayBuffer>;
  /** The first so many of them. */
  readonly #outputs: Uint8Array<ArrayBuffer>[];
  /** Transaction id in flight in each slot, −1 for none: an id has the slot of its lowest bits. */
  readonly #ids: Int32Array;
  /** The order in which the slots were sent, as a ring. */
  readonly #order: Int32Array;
  readonly #sentAt: Float64Array;
  #sent = 0;
  #received = 0;

  /** A connection on a connected socket, which it will close. */
  constructor(
    socket: Deno.TcpConn,
    shape: LoadShape,
    counters: LoadCounters,
  ) {
    const { depth } = shape;
    this.#socket = socket;
    this.#counters = counters;
    this.#depth = depth;
    this.#request = buildRequest(shape);
    this.#expected = responseLength(shape);
    const size = this.#request.length;
    this.#output = new Uint8Array(depth * size);
    this.#outputs = [];
    for (let i = 0; i < depth; i++) {
      this.#output.set(this.#request, i * size);
      this.#outputs.push(this.#output.subarray(0, (i + 1) * size));
    }
    this.#ids = Int32Array.from({ length: depth }, (_, slot) => slot);
    this.#order = new Int32Array(depth);
    this.#sentAt = new Float64Array(depth);
  }

  /** Sends and receives until it is stopped. Never rejects. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } catch {
      // The server is gone, or it was closed while answers were missing: they are counted below.
    }
    this.#counters.missing += this.#sent - this.#received;
    this.close();
  }

  /** Closes the socket. */
  close(): void {
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
  }

  async #run(): Promise<void> {
    let now = performance.now();
    for (let slot = 0; slot < this.#depth; slot++) this.#put(slot, slot, now);
    await this.#socket.write(this.#output);
    let end = 0;
    while (this.#received < this.#sent) {
      const space = end === 0 ? this.#input : this.#input.subarray(end);
      const count = await this.#socket.read(space);
      if (count === null) return;
      end += count;
      now = performance.now();
      let start = 0;
      let next = 0;
      while (end - start >= 6) {
        const length = aduLength(this.#input, start);
        if (end - start < length) break;
        const slot = this.#take(start, length, now);
        if (!this.stopped) this.#put(slot, next++, now);
        start += length;
      }
      if (start < end) this.#input.copyWithin(0, start, end);
      end -= start;
      if (next > 0) await this.#socket.write(this.#outputs[next - 1]!);
    }
  }

  /** Puts the next request of a slot at a place of the output. */
  #put(slot: number, place: number, now: number): void {
    const id = (this.#ids[slot]! + this.#depth) & ID_MASK;
    const at = place * this.#request.length;
    const output = this.#output;
    output[at] = id >>> 8;
    output[at + 1] = id;
    if (this.#request[7] === 16) {
      output[at + VALUES_AT] = id >>> 8;
      output[at + VALUES_AT + 1] = id;
    }
    this.#ids[slot] = id;
    this.#sentAt[slot] = now;
    this.#order[this.#sent++ & (this.#depth - 1)] = slot;
  }

  /** Checks the response at `at`. Returns its slot. */
  #take(at: number, length: number, now: number): number {
    const counters = this.#counters;
    const input = this.#input;
    const id = (input[at]! << 8) | input[at + 1]!;
    const slot = id & (this.#depth - 1);
    if (slot !== this.#order[this.#received++ & (this.#depth - 1)]) {
      counters.reordered++;
    }
    if (
      this.#ids[slot] === id &&
      isRightResponse(input, at, length, this.#request, this.#expected)
    ) {
      counters.answered++;
      counters.latency.record(now - this.#sentAt[slot]!);
    } else {
      counters.wrong++;
    }
    return slot;
  }
}
