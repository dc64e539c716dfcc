import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { ANY_UNIT, Units } from "../../src/bank/units.ts";

const permissions = "none";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

Deno.test(
  "Units: without a list all ids have the same tables",
  { permissions },
  () => {
    assertEquals([ANY_UNIT.tableCount, ANY_UNIT.defaultId], [4, 0]);
    for (let id = 0; id < 256; id++) {
      assert(ANY_UNIT.has(id));
      for (const kind of [coils, discreteInputs, inputRegisters]) {
        assertEquals(ANY_UNIT.tableOf(id, kind), kind);
        assertEquals(ANY_UNIT.idOf(kind), undefined);
      }
    }
  },
);

Deno.test("Units: each id of a list has four tables, in the order of the ids", {
  permissions,
}, () => {
  const units = new Units([255, 7, 0]);
  assertEquals(units.ids, [0, 7, 255]);
  assertEquals([units.tableCount, units.defaultId], [12, 0]);
  const served = Array.from({ length: 256 }, (_, id) => id)
    .filter((id) => units.has(id));
  assertEquals(served, [0, 7, 255]);
  const numbers = served.flatMap((id) =>
    [coils, discreteInputs, inputRegisters, holdingRegisters]
      .map((kind) => units.tableOf(id, kind))
  );
  assertEquals(numbers, [...new Array(12).keys()]);
  const owners = numbers.map((table) => units.idOf(table));
  assertEquals(owners, [0, 0, 0, 0, 7, 7, 7, 7, 255, 255, 255, 255]);
});

Deno.test("Units: there may be all 256", { permissions }, () => {
  const ids = Array.from({ length: 256 }, (_, id) => id);
  const bank = Bank.create(1024, new Units(ids));
  assertEquals(bank.units.ids, ids);
  const writer = { origin: Origin.modbus, connection: 1, unitId: 255 };
  const table = bank.units.tableOf(255, holdingRegisters);
  bank.write(table, 65_535, 1, Uint8Array.of(1, 2), 0, writer);
  const [change] = bank.reader().take(1);
  assertEquals([change!.table, change!.address], [1023, 65_535]);
});

Deno.test("a bank's units are known in every thread, and hold values apart", {
  permissions,
}, () => {
  const bank = Bank.create(1024, new Units([3, 9]));
  const other = Bank.open(bank.buffer, 2);
  assertEquals(other.units.ids, [3, 9]);
  const value = (unitId: number, address: number) => {
    const found = new Uint8Array(2);
    const table = bank.units.tableOf(unitId, holdingRegisters);
    other.read(table, address, 1, found, 0);
    return [...found];
  };
  for (const unitId of [3, 9]) {
    const writer = { origin: Origin.modbus, connection: 1, unitId };
    const table = bank.units.tableOf(unitId, holdingRegisters);
    bank.write(table, 0, 1, Uint8Array.of(unitId, 1), 0, writer);
    bank.maskWrite(1, 0, unitId, writer);
    const read = new Uint8Array(4);
    const source = Uint8Array.of(0xff, unitId);
    bank.writeAndRead(2, 1, source, 0, writer, 1, 2, read, 0);
    assertEquals([...read], [0, unitId, 0xff, unitId]);
  }
  for (const id of [3, 9]) {
    assertEquals(value(id, 0), [id, 1]);
    assertEquals(value(id, 1), [0, id]);
    assertEquals(value(id, 2), [0xff, id]);
  }
  const changes = bank.reader().take(Infinity);
  const tables = changes.map(({ table, unitId }) => [table, unitId]);
  const own = (table: number, id: number) => [0, 1, 2].map(() => [table, id]);
  assertEquals(tables, [...own(3, 3), ...own(7, 9)]);
});

Deno.test("what an overflow has left is told by unit", { permissions }, () => {
  const bank = Bank.create(1024, new Units([1, 2]));
  const large = new Uint8Array(2000);
  for (const unitId of [1, 2]) {
    const writer = { origin: Origin.modbus, connection: 1, unitId };
    const table = bank.units.tableOf(unitId, inputRegisters);
    bank.write(table, unitId, 1000, large, 0, writer);
  }
  const lost = bank.reader().take(Infinity);
  const places = lost.map((
    { table, address, count },
  ) => [table, address, count]);
  assertEquals(places, [[2, 1, 1000], [6, 2, 1000]]);
});

Deno.test("pages of a store are those of all units", { permissions }, () => {
  const bank = Bank.create(1024, new Units([1, 2]));
  const side = bank.storeSide();
  for (const unitId of [1, 2]) {
    const writer = { origin: Origin.modbus, connection: 1, unitId };
    const table = bank.units.tableOf(unitId, coils);
    bank.write(table, 0, 1, Uint8Array.of(1), 0, writer);
  }
  const { pages } = side.take()!;
  assertEquals([...pages.keys()], [0, 272]);
  const again = Bank.create(1024, new Units([1, 2]));
  again.storeSide().load({ seq: 2, pages }, false);
  for (const id of [1, 2]) {
    const found = new Uint8Array(1);
    again.read(again.units.tableOf(id, coils), 0, 2, found, 0);
    assertEquals([...found], [1]);
  }
});
