import { assertEquals } from "@std/assert";
import {
  PAGE_COUNT,
  PAGE_SIZE,
  pageOf,
  placeOf,
} from "../../src/bank/pages.ts";
import {
  isBitTable,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../../src/bank/tables.ts";

const permissions = "none";

/** Bits of a cell. */
const bits = (table: Table) => isBitTable(table) ? 1 : 16;

Deno.test("PAGE_COUNT: the pages hold the four tables, and no more", {
  permissions,
}, () => {
  const bytes = TABLE_NAMES.map((name) => wireLength(Table[name], TABLE_SIZE));
  assertEquals(PAGE_COUNT * PAGE_SIZE, bytes.reduce((sum, n) => sum + n));
});

Deno.test("pageOf() and placeOf() agree on every cell", { permissions }, () => {
  for (const name of TABLE_NAMES) {
    const table = Table[name];
    for (let address = 0; address < TABLE_SIZE; address++) {
      const byte = Math.floor(address * bits(table) / 8);
      const place = placeOf(pageOf(table, address));
      assertEquals(place, { table, at: byte - byte % PAGE_SIZE });
    }
  }
});

Deno.test("placeOf() gives each page a place of its own", {
  permissions,
}, () => {
  const places = Array.from({ length: PAGE_COUNT }, (_, page) => {
    const { table, at } = placeOf(page);
    return `${table} ${at}`;
  });
  assertEquals(new Set(places).size, PAGE_COUNT);
});
