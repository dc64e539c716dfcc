/**
 * The last changes, for clients that come back.
 * @module
 */
import type { Change } from "../bank/change.ts";
import {
  countOf,
  getChange,
  type RecordMemory,
  type RecordSink,
  recordSize,
  seqOf,
  tableOf,
} from "../bank/record.ts";
import { copyBytes } from "../bank/bits.ts";

/** Bytes that a change counts at least: how many may be kept follows from it. */
const MIN_COST = 256;

/**
 * Changes in the order of the writes, the oldest forgotten first. They are kept
 * as the records that they are in the bank's log, in a ring of bytes: a few
 * thousand objects that live for a while are what a garbage collector is worst at.
 */
export class History implements RecordSink {
  readonly #memory: RecordMemory;
  readonly #ringSize: number;
  /** Where each record begins, by its number. Positions count bytes and never wrap. */
  readonly #starts: Float64Array;
  #end = 0;
  /** The changes kept are those behind `#floor`, up to `#last`. */
  #floor: number;
  #last: number;

  /**
   * An empty history.
   *
   * @param limit Bytes to use.
   * @param seq Sequence number of the last write before its first one.
   */
  constructor(limit: number, seq: number) {
    this.#starts = new Float64Array(Math.floor(limit / MIN_COST));
    this.#ringSize = (limit - this.#starts.byteLength) & ~7;
    const buffer = new ArrayBuffer(this.#ringSize);
    this.#memory = {
      bytes: new Uint8Array(buffer),
      words: new Int32Array(buffer),
      floats: new Float64Array(buffer),
    };
    this.#floor = this.#last = seq;
  }

  /** Sequence number of the last write that was appended, or that it begins behind. */
  get last(): number {
    return this.#last;
  }

  /** Appends the record of the write that follows the last one. */
  append(from: RecordMemory, at: number): void {
    const seq = seqOf(from, at);
    const size = recordSize(tableOf(from, at), countOf(from, at));
    if (size > this.#ringSize || this.#starts.length === 0) {
      return this.restart(seq);
    }
    const start = this.#startOf(size);
    while (this.#last > this.#floor && this.#isInTheWay(start + size)) {
      this.#floor++;
    }
    copyBytes(from.bytes, at, this.#memory.bytes, start % this.#ringSize, size);
    this.#starts[seq % this.#starts.length] = start;
    this.#end = start + size;
    this.#last = seq;
  }

  /** Begins anew behind the write with number `seq`: what came before can't be told change by change. */
  restart(seq: number): void {
    this.#floor = this.#last = seq;
  }

  /**
   * The changes behind the write with number `seq`, undefined when one of them
   * is forgotten. To be used before the next one is appended.
   */
  since(seq: number): Iterable<Change> | undefined {
    return seq < this.#floor ? undefined : this.#after(seq);
  }

  *#after(seq: number): Iterable<Change> {
    for (let next = seq + 1; next <= this.#last; next++) {
      yield getChange(this.#memory, this.#start(next) % this.#ringSize);
    }
  }

  #start(seq: number): number {
    return this.#starts[seq % this.#starts.length]!;
  }

  /** Where a record can begin: no record goes around the end of the ring. */
  #startOf(size: number): number {
    const room = this.#ringSize - this.#end % this.#ringSize;
    return size <= room ? this.#end : this.#end + room;
  }

  /** Whether the oldest record lies where one that ends at `end` belongs, or its place among the starts is needed. */
  #isInTheWay(end: number): boolean {
    return end - this.#start(this.#floor + 1) > this.#ringSize ||
      this.#last - this.#floor === this.#starts.length;
  }
}
