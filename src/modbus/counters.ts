/**
 * What the Modbus server counts, in shared memory: the main thread reads the
 * numbers without asking the Modbus thread.
 * @module
 */

/** Names of the counters, in the order in which they lie in memory. */
export const COUNTER_NAMES = [
  /** Connections accepted, ever. */
  "connectionsAccepted",
  /** Connections open now. */
  "connectionsOpen",
  /** Connections closed to make room for a new one. */
  "connectionsEvicted",
  /** Connections closed as a request was not completed in time. */
  "frameTimeouts",
  /** Connections closed after being idle for too long. */
  "idleTimeouts",
  /** Connections closed as their bytes were not Modbus TCP. */
  "frameErrors",
  /** Requests answered, exceptions included. */
  "requests",
  /** Exceptions 01 sent. */
  "illegalFunction",
  /** Exceptions 02 sent. */
  "illegalDataAddress",
  /** Exceptions 03 sent. */
  "illegalDataValue",
  /** Exceptions 04 sent. */
  "serverDeviceFailure",
] as const;

/** Name of a counter. */
export type CounterName = typeof COUNTER_NAMES[number];

const INDEX = Object.fromEntries(
  COUNTER_NAMES.map((name, index) => [name, index]),
) as Record<CounterName, number>;

/** Counters of one Modbus server. One thread counts, any thread reads. */
export class ModbusCounters {
  readonly #values: Float64Array<SharedArrayBuffer>;

  /** Counters in `buffer`, the memory of others; without it, new ones. */
  constructor(buffer?: SharedArrayBuffer) {
    this.#values = new Float64Array(
      buffer ?? new SharedArrayBuffer(COUNTER_NAMES.length * 8),
    );
  }

  /** The memory, to be posted to another thread. */
  get buffer(): SharedArrayBuffer {
    return this.#values.buffer;
  }

  /** Adds `amount` to a counter. */
  add(name: CounterName, amount = 1): void {
    this.#values[INDEX[name]]! += amount;
  }

  /** Sets a counter. */
  set(name: CounterName, value: number): void {
    this.#values[INDEX[name]] = value;
  }

  /** Counts one request and, when it is not 0, the exception code it was answered with. */
  request(exceptionCode: number): void {
    this.#values[INDEX.requests]!++;
    if (exceptionCode !== 0) {
      this.#values[INDEX.requests + exceptionCode]!++;
    }
  }

  /** All counters by name. */
  read(): Record<CounterName, number> {
    return Object.fromEntries(
      COUNTER_NAMES.map((name, index) => [name, this.#values[index]!]),
    ) as Record<CounterName, number>;
  }
}
