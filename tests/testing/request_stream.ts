/**
 * A `RequestStream` on a bank, fed with bytes as a socket would do it.
 * @module
 */
import type { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { concat } from "../../src/bytes.ts";
import type { ModbusCounters } from "../../src/modbus/counters.ts";
import type { Service } from "../../src/modbus/service.ts";
import { RequestStream } from "../../src/modbus/stream.ts";
import { testService } from "./modbus_service.ts";

/** Number of the connection whose requests a {@linkcode StreamRig} executes. */
export const CONNECTION = 7;

/** A stream and what belongs to it. */
export class StreamRig {
  /** The bank that is read and written. */
  readonly bank: Bank;
  /** The stream. */
  readonly stream: RequestStream;
  /** Where it counts. */
  readonly counters: ModbusCounters;
  /** Faults of the program that it told of. */
  readonly faults: unknown[] = [];

  /** A stream of a service as {@linkcode testService} makes it. */
  constructor(overrides: Partial<Service> = {}) {
    const service = testService(overrides);
    this.bank = service.bank;
    this.counters = service.counters;
    const writer = {
      origin: Origin.modbus,
      connection: CONNECTION,
      unitId: 0,
    };
    this.stream = new RequestStream(
      service,
      writer,
      (error) => this.faults.push(error),
    );
  }

  /**
   * Feeds one piece, in as many reads as the stream has room for, up to a
   * violation.
   *
   * @returns The responses.
   */
  feed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { stream } = this;
    const responses: Uint8Array[] = [];
    for (let at = 0; at < bytes.length && stream.violation === undefined;) {
      const space = stream.space;
      const count = Math.min(space.length, bytes.length - at);
      space.set(bytes.subarray(at, at + count));
      stream.received(count);
      at += count;
      for (;;) {
        const response = stream.answer();
        if (response.length === 0) break;
        responses.push(response.slice());
      }
    }
    return concat(responses);
  }
}
