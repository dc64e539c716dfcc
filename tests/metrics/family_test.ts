import { assertEquals } from "@std/assert";
import {
  counter,
  counterBy,
  type Family,
  gauge,
  inUnit,
} from "../../src/metrics/family.ts";

const CASES: readonly [title: string, made: Family, expected: Family][] = [
  ["counter()", counter("a", "b", 3), {
    ...{ type: "counter", name: "a", help: "b" },
    samples: [{ value: 3 }],
  }],
  ["gauge()", gauge("a", "b", -1), {
    ...{ type: "gauge", name: "a", help: "b" },
    samples: [{ value: -1 }],
  }],
  ["counterBy()", counterBy("a", "b", "c", new Map([["x", 1], ["y", 2]])), {
    ...{ type: "counter", name: "a", help: "b" },
    samples: [
      { labels: { c: "x" }, value: 1 },
      { labels: { c: "y" }, value: 2 },
    ],
  }],
  ["inUnit()", inUnit("bytes", gauge("a_bytes", "b", 5)), {
    ...{ type: "gauge", name: "a_bytes", help: "b", unit: "bytes" },
    samples: [{ value: 5 }],
  }],
];

for (const [title, made, expected] of CASES) {
  Deno.test({
    name: `${title} makes a family`,
    permissions: "none",
    fn: () => assertEquals(made, expected),
  });
}
