import { assertEquals, assertThrows } from "@std/assert";
import type { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import {
  isBitTable,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../../src/bank/tables.ts";
import { encodeIdentity } from "../../src/modbus/identity.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TEST_IDENTITY } from "../testing/modbus_identity.ts";
import { granted } from "../testing/permissions.ts";
import { CONNECTION, StreamRig } from "../testing/request_stream.ts";
import {
  cellsOf,
  checkVectors,
  type Vector,
  VECTOR_FILES,
  type VectorCells,
  vectorsOf,
} from "../testing/vectors.ts";
import { NOBODY } from "../testing/writers.ts";

for (const file of Object.keys(VECTOR_FILES)) {
  Deno.test({
    name: `RequestStream answers the vectors of ${file}`,
    permissions: "none",
    async fn(t) {
      for (const vector of vectorsOf(file)) {
        await t.step(`${vector.clause} ${vector.name}`, () => run(vector));
      }
    },
  });
}

Deno.test({
  name: "vectorsOf() knows every file in tests/vectors",
  ignore: !granted("read"),
  fn() {
    const url = new URL("../vectors/", import.meta.url);
    const names = Array.from(Deno.readDirSync(url), ({ name }) => name);
    assertEquals(names.sort(), Object.keys(VECTOR_FILES).sort());
  },
});

Deno.test({
  name: "checkVectors() refuses files of another shape",
  permissions: "none",
  async fn(t) {
    const good = {
      ...{ name: "n", clause: "AP 6.1", source: "rule", before: [] },
      ...{ request: "00", response: "", after: "unchanged", changes: [] },
    };
    const coils = { table: "coils", address: 0, values: "1" };
    const rows: [string, unknown, string][] = [
      ["no list", {}, "not a list"],
      ["no object", [1], "not an object"],
      ["unknown key", [{ ...good, befor: [] }], '"befor" is unknown'],
      ["missing key", [{ ...good, after: undefined }], '"after" is wrong'],
      ["clause", [{ ...good, clause: "6.1" }], '"clause" is wrong'],
      ["source", [{ ...good, source: "me" }], '"source" is wrong'],
      ["half a byte", [{ ...good, request: "0" }], '"request" is wrong'],
      [
        "unknown key in cells",
        [{ ...good, before: [{ ...coils, unit: 1 }] }],
        '"before" is wrong',
      ],
      [
        "registers in a table of bits",
        [{ ...good, before: [{ ...coils, values: "00ff" }] }],
        '"before" is wrong',
      ],
      ["change without unit", [{ ...good, changes: [coils] }], '"changes"'],
      ["a name twice", [good, good], "used before"],
    ];
    for (const [name, content, message] of rows) {
      await t.step(name, () => {
        assertThrows(() => checkVectors("odd.json", content), Error, message);
      });
    }
  },
});

function run(vector: Vector): void {
  const identity = encodeIdentity(vector.identity ?? TEST_IDENTITY);
  const rig = new StreamRig({ identity });
  const expected = emptyTables();
  for (const cells of vector.before) {
    put(expected, cells);
    fill(rig.bank, cells);
  }
  const reader = rig.bank.reader();
  reader.take(Infinity);
  const response = rig.feed(fromHex(vector.request));
  assertEquals(toHex(response), toHex(fromHex(vector.response)));
  assertEquals(rig.stream.violation, vector.violation);
  if (vector.violation === undefined) {
    assertEquals(rig.stream.partial, vector.incomplete ?? false);
  }
  assertEquals(reader.take(Infinity).map(told), vector.changes.map(toTell));
  if (vector.after !== "unchanged") {
    for (const cells of vector.after) put(expected, cells);
  }
  for (const name of TABLE_NAMES) {
    assertEquals(differences(rig.bank, name, expected[name]), []);
  }
  assertEquals(rig.faults, []);
}

type Tables = Record<typeof TABLE_NAMES[number], Uint16Array>;

function emptyTables(): Tables {
  return Object.fromEntries(
    TABLE_NAMES.map((name) => [name, new Uint16Array(TABLE_SIZE)]),
  ) as Tables;
}

function put(tables: Tables, cells: VectorCells): void {
  tables[cells.table].set(cellsOf(cells), cells.address);
}

/** Cell by cell, so that no packing of this test can hide one of the bank's. */
function fill(bank: Bank, cells: VectorCells): void {
  const table = Table[cells.table];
  for (const [index, cell] of cellsOf(cells).entries()) {
    const bytes = isBitTable(table)
      ? Uint8Array.of(cell)
      : Uint8Array.of(cell >> 8, cell & 0xff);
    bank.write(table, cells.address + index, 1, bytes, 0, NOBODY);
  }
}

function cell(bytes: Uint8Array, index: number, table: Table): number {
  return isBitTable(table)
    ? (bytes[index >> 3]! >> (index & 7)) & 1
    : (bytes[index * 2]! << 8) | bytes[index * 2 + 1]!;
}

/** Where a table is not as expected: a few lines instead of 65,536. */
function differences(
  bank: Bank,
  name: typeof TABLE_NAMES[number],
  expected: Uint16Array,
): string[] {
  const table = Table[name];
  const bytes = new Uint8Array(wireLength(table, TABLE_SIZE));
  bank.read(table, 0, TABLE_SIZE, bytes, 0);
  const found: string[] = [];
  for (let i = 0; i < TABLE_SIZE && found.length < 10; i++) {
    const actual = cell(bytes, i, table);
    if (actual !== expected[i]) {
      found.push(`${name} ${i}: ${actual} instead of ${expected[i]}`);
    }
  }
  return found;
}

function told(change: Change): unknown {
  const { origin, connection, unitId, table, address, count, values } = change;
  const name = TABLE_NAMES[table];
  const cells = Array.from({ length: count }, (_, i) => cell(values, i, table));
  return { origin, connection, unitId, table: name, address, cells };
}

function toTell(change: Vector["changes"][number]): unknown {
  const { unitId, table, address } = change;
  const cells = cellsOf(change);
  const by = { origin: Origin.modbus, connection: CONNECTION };
  return { ...by, unitId, table, address, cells };
}
