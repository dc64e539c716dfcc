import { assert, assertEquals } from "@std/assert";
import { Random } from "../../testing/random.ts";
import { Histogram, median, ratios } from "./statistics.ts";

Deno.test({
  name: "median() is the middle, or between the two in the middle",
  permissions: "none",
  fn() {
    assertEquals(median([7]), 7);
    assertEquals(median([9, 1, 100]), 9);
    assertEquals(median([4, 1, 3, 2]), 2.5);
    assertEquals(median([]), NaN);
  },
});

Deno.test({
  name: "ratios() divides only what is there on both sides",
  permissions: "none",
  fn() {
    assertEquals(ratios([6, undefined, 8, 1], [3, 2, undefined]), [2]);
  },
});

Deno.test({
  name: "Histogram gives percentiles to 1 in 64",
  permissions: "none",
  fn() {
    const random = new Random(4);
    const values = Array.from(
      { length: 5000 },
      () => 10 ** (random.int(7000) / 1000 - 3),
    );
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    assertEquals(histogram.count, 5000);
    const sorted = values.toSorted((a, b) => a - b);
    for (const part of [0.001, 0.25, 0.5, 0.99, 1]) {
      const right = sorted[Math.ceil(part * 5000) - 1]!;
      const off = Math.abs(histogram.percentile(part) - right);
      // Half a bucket, and the tenth of a microsecond to which durations are cut.
      assert(off <= right / 64 + 0.0001, `${part}: ${right}, off by ${off}`);
    }
  },
});

Deno.test({
  name: "Histogram takes what is too small and too large, and forgets",
  permissions: "none",
  fn() {
    const histogram = new Histogram();
    assertEquals(histogram.percentile(0.5), NaN);
    histogram.record(-1);
    assertEquals(histogram.percentile(1), 0);
    histogram.record(1e12);
    assert(histogram.percentile(1) > 420_000);
    histogram.clear();
    assertEquals(histogram.count, 0);
    assertEquals(histogram.percentile(1), NaN);
  },
});
