/**
 * A connection without its socket: bytes in, bytes out.
 * @module
 */
import type { Writer } from "../bank/change.ts";
import { type ExceptionCode, WRITES } from "./codes.ts";
import type { ModbusCounters } from "./counters.ts";
import { Executor } from "./execute.ts";
import { MAX_ADU, MBAP_HEADER } from "./limits.ts";
import { Frame, frameLength } from "./mbap.ts";
import { RequestTally } from "./request_tally.ts";
import type { Service } from "./service.ts";
import { settleWrites } from "./settle.ts";

/** Bytes read at once: 170 of the smallest requests. */
const INPUT_SIZE = 2048;

/** Bytes answered at once. */
const OUTPUT_SIZE = 8192;

/** Why a stream can't be followed any further. */
export type Violation = "protocol id" | "length";

/**
 * Cuts the bytes of one connection into requests and answers them in order.
 *
 * Put bytes into {@linkcode RequestStream.space}, tell how many with
 * {@linkcode RequestStream.received}, then call {@linkcode RequestStream.answer}
 * and send what it returns until it returns nothing: then read on.
 */
export class RequestStream {
  readonly #input = new Uint8Array(INPUT_SIZE);
  readonly #output = new Uint8Array(OUTPUT_SIZE);
  readonly #executor: Executor;
  readonly #counters: ModbusCounters;
  /** What this connection has asked for. */
  readonly tally: RequestTally = new RequestTally();
  #start = 0;
  #end = 0;
  #answeredFrom = 0;
  /** Bytes of the last answer. */
  #length = 0;
  /** Whether responses to writes have to wait for the disk. */
  readonly #waits: boolean;

  /** Set when the last answer has responses to writes that have to wait: see {@linkcode RequestStream.settle}. */
  unsettled = false;

  /** Set when the stream can't be followed; there is nothing more to do but to close. */
  violation: Violation | undefined;

  /**
   * A stream of requests by `writer` to the bank of `service`; `failed` is told
   * of faults in this program.
   */
  constructor(
    service: Service,
    writer: Writer,
    failed: (error: unknown) => void,
  ) {
    this.#executor = new Executor(
      service,
      writer,
      this.#input,
      this.#output,
      failed,
    );
    this.#counters = service.counters;
    this.#waits = service.bank.durability !== undefined;
  }

  /** Where the next bytes go; never empty. */
  get space(): Uint8Array<ArrayBuffer> {
    // What is left of the last read is less than one ADU: there is room behind it.
    if (this.#start > 0) {
      this.#input.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    return this.#end === 0 ? this.#input : this.#input.subarray(this.#end);
  }

  /** Whether a request has begun and not ended. */
  get partial(): boolean {
    return this.#end > this.#start;
  }

  /** The first bytes that were not understood, for the log. */
  get rest(): Uint8Array {
    return this.#input.subarray(this.#start, this.#end).slice(0, 8);
  }

  /** Tells that `count` bytes have been put into {@linkcode RequestStream.space}. */
  received(count: number): void {
    this.#end += count;
  }

  /**
   * Executes the complete requests that are there, as many as there is room to
   * answer.
   *
   * @returns The responses, in order; valid until the next call. Empty when no
   * complete request is left, or at a violation.
   */
  answer(): Uint8Array<ArrayBuffer> {
    let length = 0;
    this.#answeredFrom = this.#start;
    while (length + MAX_ADU <= OUTPUT_SIZE) {
      const adu = frameLength(this.#input, this.#start, this.#end);
      if (adu <= 0) {
        if (adu !== Frame.incomplete) this.#violate(adu);
        break;
      }
      const functionCode = this.#input[this.#start + MBAP_HEADER]!;
      length += this.#executor.execute(this.#start, this.#start + adu, length);
      this.#start += adu;
      const { exceptionCode } = this.#executor;
      if (this.#waits && exceptionCode === 0 && WRITES[functionCode] === 1) {
        this.unsettled = true;
      } else this.#count(functionCode, exceptionCode);
    }
    this.#length = length;
    return this.#output.subarray(0, length);
  }

  /**
   * Makes the last answer final.
   *
   * @param stored Whether all that was written is on disk; otherwise the writes are answered with exception 04.
   * @returns The responses, as from {@linkcode RequestStream.answer}.
   */
  settle(stored: boolean): Uint8Array<ArrayBuffer> {
    this.unsettled = false;
    const responses = this.#output.subarray(0, this.#length);
    const count = this.#count.bind(this);
    return responses.subarray(0, settleWrites(responses, stored, count));
  }

  #count(functionCode: number, exceptionCode: ExceptionCode | 0): void {
    this.#counters.request(functionCode, exceptionCode);
    this.tally.add(functionCode, exceptionCode);
  }

  /** The requests that the last {@linkcode RequestStream.answer} has executed; valid until bytes are read again. */
  get executed(): Uint8Array {
    return this.#input.subarray(this.#answeredFrom, this.#start);
  }

  #violate(frame: number): void {
    if (this.violation !== undefined) return;
    this.violation = frame === Frame.badProtocolId ? "protocol id" : "length";
    this.#counters.add("frameErrors");
  }
}
