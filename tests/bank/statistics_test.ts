import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { RECORD_HEADER } from "../../src/bank/memory.ts";
import { readStatistics } from "../../src/bank/statistics.ts";
import { Table } from "../../src/bank/tables.ts";

const RING = 1024;

/** Writes one register. */
function write(bank: Bank, origin: Origin): void {
  const writer = { origin, connection: 1, unitId: 0 };
  bank.write(Table.holdingRegisters, 5, 1, Uint8Array.of(1, 2), 0, writer);
}

Deno.test({
  name: "readStatistics() counts writes by their origin",
  permissions: "none",
  fn() {
    const bank = Bank.create(RING);
    const none = { modbus: 0, websocket: 0, rest: 0 };
    assertEquals(readStatistics(bank.buffer), {
      ...{ writes: none, overflows: 0, logFill: 0, logSize: RING },
    });
    for (const origin of [0, 1, 1, 3, 3, 3] as const) write(bank, origin);
    bank.maskWrite(1, 0, 1, { origin: 0, connection: 1, unitId: 0 });
    const { writes } = readStatistics(bank.buffer);
    assertEquals(writes, { modbus: 2, websocket: 2, rest: 3 });
  },
});

Deno.test({
  name:
    "readStatistics() tells how full the change log is, and what it could not hold",
  permissions: "none",
  fn() {
    const bank = Bank.create(RING);
    const reader = bank.reader();
    write(bank, Origin.modbus);
    // Two bytes of values, padded to eight.
    const record = RECORD_HEADER + 8;
    assertEquals(readStatistics(bank.buffer).logFill, record);
    reader.take(1);
    assertEquals(readStatistics(bank.buffer).logFill, 0);
    const most = Math.floor(RING / record);
    for (let i = 0; i < most + 4; i++) write(bank, Origin.modbus);
    const { writes, overflows, logFill } = readStatistics(bank.buffer);
    assertEquals(writes.modbus, most + 5);
    // One record may reach past the end of the ring.
    assert(overflows === 3 || overflows === 4, `${overflows}`);
    assert(logFill <= RING && logFill > RING - record, `${logFill}`);
  },
});
