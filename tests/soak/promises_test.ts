import { assertEquals, assertMatch } from "@std/assert";
import { brokenPromises } from "./promises.ts";
import type { Figures } from "./soak.ts";

const FIGURES: Figures = {
  ...{ when: "before", seconds: 1, memory: 100_000, heap: 10_000 },
  ...{ descriptors: 30, answers: 100, p99: 1, slowest: 2, late: 0 },
  ...{ wrong: [], lost: 0, longestGap: 0, kills: 0 },
};

function broken(after: Partial<Figures>, more = {}): string[] {
  const figures: Figures[] = [FIGURES, { ...FIGURES, when: "after", ...after }];
  return brokenPromises({ figures, differences: [], errors: [], ...more });
}

Deno.test({
  name: "brokenPromises() names what was broken, and nothing else",
  permissions: "none",
  fn() {
    assertEquals(broken({}), []);
    assertEquals(broken({ lost: 3, longestGap: 500, memory: 90_000 }), []);
    const rows: [Partial<Figures>, RegExp][] = [
      [{ wrong: ["5 instead of 6"] }, /5 instead of 6/],
      [{ late: 2 }, /^2 answers took more/],
      [{ descriptors: 31 }, /^descriptors: 30 to 31$/],
      [{ heap: 20_000 }, /^heap: 10000 to 20000/],
      [{ memory: 200_000 }, /^memory: 100000 to 200000/],
    ];
    for (const [figures, expected] of rows) {
      const [first, ...others] = broken(figures);
      assertMatch(first!, expected);
      assertEquals(others, []);
    }
    assertEquals(broken({}, { differences: ["x"] }), ["x"]);
    assertEquals(broken({}, { errors: ["y"] }), ["error in the log: y"]);
  },
});
