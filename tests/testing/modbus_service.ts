/**
 * What connections under test share, unless a test says otherwise.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { NO_PROTECTION } from "../../src/bank/protection.ts";
import { ModbusCounters } from "../../src/modbus/counters.ts";
import { encodeIdentity } from "../../src/modbus/identity.ts";
import type { Service } from "../../src/modbus/service.ts";
import { TurnClock } from "../../src/modbus/turn_clock.ts";
import { TEST_IDENTITY } from "./modbus_identity.ts";

/** A service on a bank of its own that protects nothing, with what `overrides` says. */
export function testService(overrides: Partial<Service> = {}): Service {
  return {
    bank: overrides.bank ?? Bank.create(),
    identity: encodeIdentity(TEST_IDENTITY),
    counters: new ModbusCounters(),
    clock: new TurnClock(),
    log: () => {},
    protection: NO_PROTECTION,
    answersForAll: true,
    openTap: undefined,
    ...overrides,
  };
}
