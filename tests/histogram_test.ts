import { assertEquals } from "@std/assert";
import { Histogram } from "../src/histogram.ts";

const BOUNDS = [0.5, 1, 10];

const CASES: readonly [
  title: string,
  records: readonly [value: number, count?: number][],
  counts: readonly number[],
  sum: number,
][] = [
  ["nothing", [], [0, 0, 0, 0], 0],
  ["a value below the first bound", [[0]], [1, 0, 0, 0], 0],
  ["values on the bounds", [[0.5], [1], [10]], [1, 1, 1, 0], 11.5],
  ["a value above the last bound", [[11]], [0, 0, 0, 1], 11],
  ["infinity", [[Infinity]], [0, 0, 0, 1], Infinity],
  ["many at once", [[0.75, 8], [2, 3], [0.75]], [0, 9, 3, 0], 12.75],
];

for (const [title, records, counts, sum] of CASES) {
  Deno.test({
    name: `Histogram.record(): ${title}`,
    permissions: "none",
    fn() {
      const histogram = new Histogram(BOUNDS);
      for (const [value, count] of records) histogram.record(value, count);
      assertEquals(histogram.read(), { bounds: BOUNDS, counts, sum });
    },
  });
}

Deno.test({
  name: "Histogram goes on with what is in its memory",
  permissions: "none",
  fn() {
    const memory = new Float64Array(Histogram.sizeOf(BOUNDS));
    new Histogram(BOUNDS, memory).record(3, 2);
    const same = new Histogram(BOUNDS, memory);
    same.record(0.25);
    assertEquals(same.read(), {
      bounds: BOUNDS,
      counts: [1, 0, 2, 0],
      sum: 6.25,
    });
  },
});
