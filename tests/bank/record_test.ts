import { assertEquals, assertNotEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { BankMemory, RECORD_HEADER } from "../../src/bank/memory.ts";
import {
  addressOf,
  countOf,
  getChange,
  putHeader,
  recordSize,
  seqOf,
  tableOf,
} from "../../src/bank/record.ts";
import { Table } from "../../src/bank/tables.ts";

Deno.test("recordSize()", { permissions: "none" }, async (t) => {
  for (
    const [table, count, expected] of [
      [Table.coils, 1, 48],
      [Table.coils, 64, 48],
      [Table.coils, 65, 56],
      [Table.discreteInputs, 1968, 288],
      [Table.holdingRegisters, 1, 48],
      [Table.holdingRegisters, 4, 48],
      [Table.holdingRegisters, 5, 56],
      [Table.inputRegisters, 123, 288],
      [Table.holdingRegisters, 65_536, 131_112],
    ] as const
  ) {
    await t.step(`of ${count} cells of table ${table} is ${expected}`, () => {
      assertEquals(recordSize(table, count), expected);
    });
  }
});

const CHANGES = [
  {
    seq: 1,
    time: 0,
    table: Table.coils,
    address: 0,
    count: 3,
    origin: Origin.modbus,
    connection: 0,
    unitId: 0,
    values: Uint8Array.of(5),
  },
  {
    seq: 2 ** 53 - 1,
    time: 8_640_000_000_000_000,
    table: Table.holdingRegisters,
    address: 65_535,
    count: 1,
    origin: Origin.websocket,
    connection: 2 ** 32 - 1,
    unitId: 255,
    values: Uint8Array.of(0xff, 0xfe),
  },
  {
    seq: 2 ** 32 + 7,
    time: 1_800_000_000_123,
    table: Table.discreteInputs,
    address: 63_568,
    count: 1968,
    origin: Origin.resync,
    connection: 2 ** 31,
    unitId: 128,
    values: Uint8Array.from({ length: 246 }, (_, i) => 255 - i),
  },
  {
    seq: 12,
    time: 1,
    table: Table.inputRegisters,
    address: 0,
    count: 65_536,
    origin: Origin.modbus,
    connection: 1,
    unitId: 1,
    values: Uint8Array.from({ length: 131_072 }, (_, i) => i % 251),
  },
] as const;

for (const change of CHANGES) {
  Deno.test({
    name: `getChange() gives what was put: ${change.count} cells`,
    permissions: "none",
    fn() {
      const memory = BankMemory.allocate(1024);
      const { seq, time, table, address, count, values } = change;
      for (const at of [memory.ringAt, memory.ringAt + 8, memory.spareAt]) {
        putHeader(memory, at, seq, time, table, address, count, change);
        memory.bytes.set(values, at + RECORD_HEADER);
        assertEquals(getChange(memory, at), { ...change });
        assertEquals(
          [seqOf(memory, at), tableOf(memory, at)],
          [seq, table],
        );
        assertEquals(
          [addressOf(memory, at), countOf(memory, at)],
          [address, count],
        );
      }
    },
  });
}

Deno.test({
  name: "putHeader() writes within its 40 bytes",
  permissions: "none",
  fn() {
    const memory = BankMemory.allocate(1024);
    memory.bytes.fill(0xaa, memory.ringAt);
    const at = memory.ringAt + 64;
    const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
    putHeader(memory, at, 1, 1, Table.coils, 1, 1, writer);
    const changed = Array.from(memory.bytes.subarray(memory.ringAt))
      .flatMap((byte, i) => byte === 0xaa ? [] : [memory.ringAt + i - at]);
    assertNotEquals(changed, []);
    assertEquals(changed.filter((i) => i < 0 || i >= RECORD_HEADER), []);
  },
});

Deno.test({
  name: "getChange() copies: what comes into the memory later is not seen",
  permissions: "none",
  fn() {
    const memory = BankMemory.allocate(1024);
    const at = memory.ringAt;
    const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
    putHeader(memory, at, 1, 1, Table.holdingRegisters, 1, 1, writer);
    memory.bytes.set([1, 2], at + RECORD_HEADER);
    const { values } = getChange(memory, at);
    memory.bytes.fill(0xff, at);
    assertEquals(values, Uint8Array.of(1, 2));
  },
});
