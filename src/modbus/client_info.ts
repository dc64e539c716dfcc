/**
 * What is told of a connected Modbus client.
 * @module
 */

/** A connected Modbus client. */
export interface ModbusClientInfo {
  /** Number of its connection, as the meta data of its writes have it. */
  readonly connection: number;
  /** Its address and port. */
  readonly peer: string;
  /** Since when, in milliseconds since 1970. */
  readonly connectedAt: number;
  /** Requests answered, exceptions included. */
  readonly requests: number;
  /** Requests answered with an exception. */
  readonly exceptions: number;
  /** Requests that have written. */
  readonly writes: number;
  /** The unit id of its last request; null before the first. */
  readonly lastUnit: number | null;
}
