import { assertEquals } from "@std/assert";
import { formatUnitIds, parseUnitIds } from "../../src/bank/unit_ids.ts";

const permissions = "none";

/** Lists, the unit ids in them, and how they are written best. */
const LISTS: readonly (readonly [
  text: string,
  ids: readonly number[],
  best: string,
])[] = [
  ["1", [1], "1"],
  ["0", [0], "0"],
  ["255", [255], "255"],
  ["1,2,10-12", [1, 2, 10, 11, 12], "1, 2, 10-12"],
  ["10-12, 2 ,1", [1, 2, 10, 11, 12], "1, 2, 10-12"],
  ["3-3", [3], "3"],
  ["5 - 6", [5, 6], "5, 6"],
  ["247,001", [1, 247], "1, 247"],
  ["0-255", Array.from({ length: 256 }, (_, i) => i), "0-255"],
];

Deno.test("parseUnitIds() and formatUnitIds()", { permissions }, async (t) => {
  for (const [text, ids, best] of LISTS) {
    await t.step(`"${text}"`, () => {
      assertEquals(parseUnitIds(text), ids);
      assertEquals(formatUnitIds(ids), best);
    });
  }
});

/** Texts that are no lists, and why. */
const WRONG: readonly (readonly [text: string, reason: string])[] = [
  ["", '"" is neither one nor a range'],
  ["1,,2", '"" is neither one nor a range'],
  ["1,", '"" is neither one nor a range'],
  ["-1", '"-1" is neither one nor a range'],
  ["1-", '"1-" is neither one nor a range'],
  ["1-2-3", '"1-2-3" is neither one nor a range'],
  ["0x10", '"0x10" is neither one nor a range'],
  ["1.5", '"1.5" is neither one nor a range'],
  ["one", '"one" is neither one nor a range'],
  ["1234", '"1234" is neither one nor a range'],
  ["256", "256 is more than 255"],
  ["250-300", "300 is more than 255"],
  ["12-10", "12-10 runs backwards"],
  ["1,2,1", "1 is in it twice"],
  ["1-5,3", "3 is in it twice"],
];

Deno.test("parseUnitIds() says what is wrong", { permissions }, async (t) => {
  for (const [text, reason] of WRONG) {
    await t.step(`with "${text}"`, () => {
      assertEquals(parseUnitIds(text), reason);
    });
  }
});
