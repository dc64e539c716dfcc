import { assertEquals } from "@std/assert";
import { differences } from "../../src/bank/difference.ts";
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
