/**
 * What the Modbus server counts, in shared memory: the main thread reads the
 * numbers without asking the Modbus thread.
 * @module
 */
import { Histogram, type HistogramValues } from "../histogram.ts";
import { ExceptionCode, FunctionCode } from "./codes.ts";

/** Names of the plain counters, in the order in which they lie in memory. */
export const COUNTER_NAMES = [
  /** Connections accepted, ever. */
  "connectionsAccepted",
  /** Connections open now. */
  "connectionsOpen",
  /** Connections closed to make room for a new one. */
  "connectionsEvicted",
  /** Connections closed unread: their addresses may not connect. */
  "connectionsRefused",
  /** Connections closed unread: all that are open have priority. */
  "connectionsFull",
  /** Connections closed as a request was not completed in time. */
  "frameTimeouts",
  /** Connections closed after being idle for too long. */
  "idleTimeouts",
  /** Connections closed as their bytes were not Modbus TCP. */
  "frameErrors",
  /** Connections that the client has closed in good order. */
  "closedByClient",
  /** Connections that ended by a reset or another fault. */
  "connectionErrors",
  /** Connections closed as the server stops. */
  "closedAtStop",
  /** Connections that could not be accepted. */
  "acceptErrors",
  /** Bytes received. */
  "bytesReceived",
  /** Bytes handed to the sockets. */
  "bytesSent",
  /** Packets that the trace lacks, as it could not be written as fast. */
  "tracePacketsMissing",
] as const;

/** Name of a plain counter. */
export type CounterName = typeof COUNTER_NAMES[number];

/** What {@linkcode ModbusCounters.read} adds to the plain counters: sums over the requests. */
export interface RequestSums {
  /** Requests answered, exceptions included. */
  readonly requests: number;
  /** Exceptions 01 sent. */
  readonly illegalFunction: number;
  /** Exceptions 02 sent. */
  readonly illegalDataAddress: number;
  /** Exceptions 03 sent. */
  readonly illegalDataValue: number;
  /** Exceptions 04 sent. */
  readonly serverDeviceFailure: number;
  /** Requests to units that are not served, whether exception 0B was sent or nothing. */
  readonly gatewayTargetFailed: number;
}

/** How often a function was answered in one way. */
export interface RequestCount {
  /** The function code; undefined: all that the server does not know. */
  readonly functionCode: FunctionCode | undefined;
  /** The exception code of the answer, 0 when it was none. */
  readonly exceptionCode: ExceptionCode | 0;
  /** How many. */
  readonly count: number;
}

/** Upper bounds of the buckets of request durations, in seconds. */
const DURATION_BOUNDS: readonly number[] = [
  ...[0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005],
  ...[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
];

const INDEX = Object.fromEntries(
  COUNTER_NAMES.map((name, index) => [name, index]),
) as Record<CounterName, number>;

const FUNCTION_CODES = Object.values(FunctionCode);
const ANSWERS: readonly (ExceptionCode | 0)[] = [
  0,
  ...Object.values(ExceptionCode),
];

/** Numbers in a row of answers: exception codes have four bits in the standard. */
const ROW = 16;

/** Where the row of each function code begins; those that are not known share the first. */
const ROW_OF = new Uint16Array(256);
for (const [index, code] of FUNCTION_CODES.entries()) {
  ROW_OF[code] = (index + 1) * ROW;
}

const REQUESTS_AT = COUNTER_NAMES.length;
const REQUESTS_SIZE = (FUNCTION_CODES.length + 1) * ROW;
const DURATIONS_AT = REQUESTS_AT + REQUESTS_SIZE;
const SIZE = DURATIONS_AT + Histogram.sizeOf(DURATION_BOUNDS);

/** Counters of one Modbus server. One thread counts, any thread reads. */
export class ModbusCounters {
  readonly #values: Float64Array<SharedArrayBuffer>;
  readonly #requests: Float64Array;
  readonly #durations: Histogram;

  /** Counters in `buffer`, the memory of others; without it, new ones. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(SIZE * 8)) {
    this.#values = new Float64Array(buffer);
    this.#requests = this.#values.subarray(REQUESTS_AT, DURATIONS_AT);
    const durations = this.#values.subarray(DURATIONS_AT);
    this.#durations = new Histogram(DURATION_BOUNDS, durations);
  }

  /** The memory, to be posted to another thread. */
  get buffer(): SharedArrayBuffer {
    return this.#values.buffer;
  }

  /** Adds `amount` to a counter. */
  add(name: CounterName, amount = 1): void {
    this.#values[INDEX[name]]! += amount;
  }

  /** What a counter has come to. */
  get(name: CounterName): number {
    return this.#values[INDEX[name]]!;
  }

  /** Sets a counter. */
  set(name: CounterName, value: number): void {
    this.#values[INDEX[name]] = value;
  }

  /** Counts one request: its function code as sent, and the exception code of its answer, 0 for none. */
  request(functionCode: number, exceptionCode: ExceptionCode | 0): void {
    this.#requests[ROW_OF[functionCode]! + exceptionCode]!++;
  }

  /** Counts `requests` that were answered together, so many seconds after their last byte was there. */
  answered(requests: number, seconds: number): void {
    this.#durations.record(seconds, requests);
  }

  /** All counters by name, and sums over the requests. */
  read(): Record<CounterName, number> & RequestSums {
    const plain = Object.fromEntries(
      COUNTER_NAMES.map((name, index) => [name, this.#values[index]!]),
    ) as Record<CounterName, number>;
    const { illegalFunction, illegalDataAddress } = ExceptionCode;
    const { illegalDataValue, serverDeviceFailure } = ExceptionCode;
    const { gatewayTargetFailed } = ExceptionCode;
    return {
      ...plain,
      requests: this.#requests.reduce((sum, count) => sum + count, 0),
      illegalFunction: this.#answeredWith(illegalFunction),
      illegalDataAddress: this.#answeredWith(illegalDataAddress),
      illegalDataValue: this.#answeredWith(illegalDataValue),
      serverDeviceFailure: this.#answeredWith(serverDeviceFailure),
      gatewayTargetFailed: this.#answeredWith(gatewayTargetFailed),
    };
  }

  /** The requests, by function and answer; those that never came, too. */
  readRequests(): RequestCount[] {
    return [...FUNCTION_CODES, undefined].flatMap((functionCode) => {
      const row = functionCode === undefined ? 0 : ROW_OF[functionCode]!;
      return ANSWERS.map((exceptionCode) => ({
        functionCode,
        exceptionCode,
        count: this.#requests[row + exceptionCode]!,
      }));
    });
  }

  /** How long requests took from their last byte's arrival until the answer was handed to the socket, in seconds. */
  readDurations(): HistogramValues {
    return this.#durations.read();
  }

  #answeredWith(code: ExceptionCode): number {
    let sum = 0;
    for (let row = 0; row < REQUESTS_SIZE; row += ROW) {
      sum += this.#requests[row + code]!;
    }
    return sum;
  }
}
