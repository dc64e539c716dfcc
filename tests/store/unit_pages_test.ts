import { assertEquals } from "@std/assert";
import { PAGE_COUNT, pageCount } from "../../src/bank/pages.ts";
import { ANY_UNIT, Units } from "../../src/bank/units.ts";
import {
  bankPageOf,
  FILE_PAGES,
  filePageOf,
  unitOf,
} from "../../src/store/unit_pages.ts";

const permissions = "none";

Deno.test("filePageOf() and bankPageOf() are inverse", {
  permissions,
}, async (t) => {
  const all = Array.from({ length: 256 }, (_, id) => id);
  for (const ids of [undefined, [0], [1, 2, 255], all]) {
    await t.step(`units ${ids ?? "any"}`, () => {
      const units = new Units(ids);
      const seen = new Set<number>();
      for (let page = 0; page < pageCount(units.tableCount); page++) {
        const id = filePageOf(page, units);
        assertEquals(bankPageOf(id, units), page);
        assertEquals(id < FILE_PAGES, true);
        seen.add(id);
      }
      assertEquals(seen.size, pageCount(units.tableCount));
    });
  }
});

Deno.test("filePageOf() is the same for a unit in any list", {
  permissions,
}, () => {
  const id = filePageOf(5, new Units([7]));
  assertEquals(filePageOf(PAGE_COUNT + 5, new Units([3, 7, 9])), id);
  assertEquals(unitOf(id), 7);
  assertEquals(unitOf(filePageOf(5, ANY_UNIT)), undefined);
});

Deno.test("bankPageOf() knows nothing of units that are not served", {
  permissions,
}, () => {
  const units = new Units([3, 7]);
  assertEquals(bankPageOf(filePageOf(5, new Units([4])), units), undefined);
  assertEquals(bankPageOf(5, units), undefined);
  const listed = filePageOf(5, units);
  assertEquals(bankPageOf(listed, ANY_UNIT), undefined);
});
