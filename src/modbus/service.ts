/**
 * What all connections of a Modbus server share.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Protection } from "../bank/protection.ts";
import type { Log } from "../log.ts";
import type { ModbusCounters } from "./counters.ts";
import type { EncodedIdentity } from "./identity.ts";
import type { OpenTap } from "./tap.ts";
import type { TurnClock } from "./turn_clock.ts";

/** How the connections of one server are served; it never changes. */
export interface Service {
  /** What requests read and write. */
  readonly bank: Bank;
  /** What the server answers when asked who it is. */
  readonly identity: EncodedIdentity;
  /** Where requests are counted. */
  readonly counters: ModbusCounters;
  /** What the connections' times are of. */
  readonly clock: TurnClock;
  /** Is told of violations and faults. */
  readonly log: Log;
  /** Cells that are not written; the client gets exception 02. */
  readonly protection: Protection;
  /** Whether units that are not served answer, with exception 0B. */
  readonly answersForAll: boolean;
  /** Looks on at a connection; undefined: nobody does. */
  readonly openTap: OpenTap | undefined;
}
