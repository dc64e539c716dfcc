/**
 * How the Modbus server is configured.
 * @module
 */
import type { CellRange } from "../bank/cell_range.ts";
import type { DeviceIdentity } from "./identity.ts";

/** How to serve Modbus. */
export interface ModbusOptions {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Most connections at a time; one more closes the one that is idle for longest. */
  readonly maxConnections: number;
  /** Milliseconds that a request may take to arrive, from its first byte to its last. */
  readonly frameTimeout: number;
  /** Milliseconds without a request after which a connection is closed; 0: never. */
  readonly idleTimeout: number;
  /** Addresses and ranges of them that may connect; none: all may. */
  readonly allow: readonly string[];
  /** Addresses and ranges of them whose connections are never closed to make room for others. */
  readonly priority: readonly string[];
  /** Cells that no client may write. */
  readonly protectedCells: readonly CellRange[];
  /** Whether units that are not served answer, with exception 0B. */
  readonly answersForAll: boolean;
  /** Whether each request becomes a line of the log, at debug level. */
  readonly traffic: boolean;
  /** What the server answers when asked who it is. */
  readonly identity: DeviceIdentity;
}
