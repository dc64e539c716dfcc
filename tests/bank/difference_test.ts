import { assertEquals } from "@std/assert";
import {
  allowedDifferences,
  cut,
  differ,
  differences,
} from "../../src/bank/difference.ts";
import { Table } from "../../src/bank/tables.ts";

const permissions = "none";

/** Zeros but for ones in some bytes. */
function bytes(...at: number[]): Uint8Array {
  const all = new Uint8Array(1000);
  for (const i of at) all[i] = 1;
  return all;
}

const runs = (table: Table, ...at: number[]) =>
  differences(table, bytes(), bytes(...at)).map(({ address, count }) => [
    address,
    count,
  ]);

Deno.test("differences() are whole registers", { permissions }, () => {
  const { holdingRegisters } = Table;
  assertEquals(runs(holdingRegisters), []);
  assertEquals(runs(holdingRegisters, 0), [[0, 1]]);
  assertEquals(runs(holdingRegisters, 999), [[499, 1]]);
  assertEquals(runs(holdingRegisters, 7, 8), [[3, 2]]);
  // A short way is gone over, a long one is not.
  assertEquals(runs(holdingRegisters, 10, 20, 100), [[5, 6], [50, 1]]);
});

Deno.test("differences() of bits are whole bytes", { permissions }, () => {
  assertEquals(runs(Table.coils, 0, 1, 999), [[0, 16], [7992, 8]]);
});

Deno.test(
  "differ() looks at the cells of the run alone",
  { permissions },
  () => {
    // Bit 8, and register 500.
    const [bits, registers] = [bytes(1), bytes(1, 999)];
    const at = (table: Table, after: Uint8Array, address: number, count = 1) =>
      differ(table, bytes(), after, { address, count });
    assertEquals(at(Table.coils, bits, 0, 8), false);
    assertEquals(at(Table.coils, bits, 0, 9), true);
    assertEquals(at(Table.coils, bits, 8), true);
    assertEquals(at(Table.coils, bits, 9, 100), false);
    const { inputRegisters } = Table;
    assertEquals(at(inputRegisters, registers, 0), true);
    assertEquals(at(inputRegisters, registers, 1, 498), false);
    assertEquals(at(inputRegisters, registers, 1, 499), true);
  },
);

Deno.test(
  "cut() gives the cells of a run in wire form",
  { permissions },
  () => {
    const cells = Uint8Array.of(0b1011_0000, 0b0000_0001, 3, 4);
    const values = (table: Table, address: number, count: number) =>
      cut(table, cells, { address, count });
    assertEquals(values(Table.coils, 4, 5), Uint8Array.of(0b1_1011));
    assertEquals(values(Table.holdingRegisters, 1, 1), Uint8Array.of(3, 4));
  },
);

Deno.test(
  "allowedDifferences() are those parts of runs in which something differs",
  {
    permissions,
  },
  () => {
    const table = Table.holdingRegisters;
    const parts = allowedDifferences(
      table,
      bytes(),
      bytes(0, 8, 900),
      ({ address, count }) =>
        address > 0 ? [] : [
          { address, count: 1 },
          { address: 1, count: 2 },
          { address: 3, count: count - 3 },
        ],
    );
    assertEquals(parts, [{ address: 0, count: 1 }, { address: 3, count: 2 }]);
  },
);
