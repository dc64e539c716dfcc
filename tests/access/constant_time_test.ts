import { assertEquals } from "@std/assert";
import { areEqual } from "../../src/access/constant_time.ts";

/** Two secrets, and whether they are the same. */
const CASES: readonly [
  what: string,
  a: number[],
  b: number[],
  same: boolean,
][] = [
  ["the same", [1, 2, 255, 0], [1, 2, 255, 0], true],
  ["the first byte differs", [0, 2, 255, 0], [1, 2, 255, 0], false],
  ["the last byte differs", [1, 2, 255, 1], [1, 2, 255, 0], false],
  ["one bit differs", [1, 2, 127, 0], [1, 2, 255, 0], false],
  ["all bytes differ", [9, 9, 9, 9], [1, 2, 255, 0], false],
  // Differences that would take each other away in a sum.
  ["two bytes are swapped", [2, 1, 255, 0], [1, 2, 255, 0], false],
];

for (const [what, a, b, same] of CASES) {
  Deno.test({
    name: `areEqual() is ${same} and looks at every byte: ${what}`,
    permissions: "none",
    fn() {
      // Time can't be asserted; the work that is done can.
      const looks: string[] = [];
      const watched = (name: string, bytes: number[]) =>
        new Proxy(bytes, {
          get(target, key) {
            if (/^\d+$/.test(String(key))) looks.push(name + String(key));
            return Reflect.get(target, key);
          },
        });
      assertEquals(areEqual(watched("a", a), watched("b", b)), same);
      assertEquals(
        looks,
        ["a0", "b0", "a1", "b1", "a2", "b2", "a3", "b3"],
      );
    },
  });
}
