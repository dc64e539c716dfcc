import { assertEquals } from "@std/assert";
import { Series } from "../../../src/page/model/series.js";
import { table } from "../cases.ts";

const options = { permissions: "none" } as const;

/** A series of values at times in milliseconds; NaN is a gap. */
function series(...entries: [time: number, value: number][]): Series {
  const made = new Series(1000);
  for (const [time, value] of entries) {
    if (Number.isNaN(value)) made.gap(time);
    else made.add(time, value);
  }
  return made;
}

Deno.test("Series knows its extremes since the last reset", options, () => {
  const it = series([1, 5], [2, -3], [3, 4]);
  assertEquals([it.min, it.max, it.last, it.length], [-3, 5, 4, 3]);
  it.reset();
  assertEquals([it.min, it.max], [4, 4]);
  it.add(4, 6);
  assertEquals([it.min, it.max], [4, 6]);
  const none = series();
  none.reset();
  assertEquals([none.min, none.max, none.last], [
    ...[undefined, undefined, undefined],
  ]);
});

table<[string, [number, number][], number, number | undefined]>(
  "Series.rate() is",
  [
    ["nothing before the first value", [], 1000, undefined],
    ["nothing at its time", [[1000, 5]], 1000, undefined],
    ["0 when nothing changes", [[0, 5]], 60_000, 0],
    ["what has come since the first", [[0, 0], [5000, 10]], 5000, 2],
    ["over 10 seconds", [[0, 0], [50_000, 7], [60_000, 27]], 60_000, 2],
    ["from what held 10 seconds ago", [[0, 7], [55_000, 27]], 60_000, 2],
    ["falling", [[0, 10], [4000, 2]], 4000, -2],
    ["nothing in a gap", [[0, 1], [10, NaN]], 1000, undefined],
    [
      "from the end of a gap",
      [[0, 100], [1, NaN], [1000, 5], [2000, 6]],
      2000,
      1,
    ],
  ],
  (_, entries, now, rate) => assertEquals(series(...entries).rate(now), rate),
);

table<[string, [number, number][], (number | null)[]]>(
  "Series.sample() from 0 to 40 in 4 parts",
  [
    ["nothing", [], [null, null, null, null, null, null, null, null]],
    ["a value from before holds", [[-5, 3]], [3, 3, 3, 3, 3, 3, 3, 3]],
    ["a step", [[-5, 3], [15, 8]], [3, 3, 3, 8, 8, 8, 8, 8]],
    ["a first value", [[15, 8]], [null, null, 8, 8, 8, 8, 8, 8]],
    ["a pulse within a part is not lost", [[-5, 0], [12, 9], [14, 0]], [
      ...[0, 0, 0, 9, 0, 0, 0, 0],
    ]],
    ["a pulse down", [[-5, 9], [12, 0], [14, 9]], [9, 9, 9, 0, 9, 9, 9, 9]],
    ["a gap", [[-5, 3], [12, NaN], [35, 4]], [3, 3, 3, 3, null, null, 4, 4]],
    ["what is later is left out", [[-5, 3], [45, 9]], [3, 3, 3, 3, 3, 3, 3, 3]],
  ],
  (_, entries, expected) => {
    assertEquals(series(...entries).sample(0, 40, 4), expected);
  },
);

Deno.test("Series.gap() counts once, and only behind a value", options, () => {
  const it = series([0, NaN], [1, 5], [2, NaN], [3, NaN]);
  assertEquals([...it.entries()], [[1, 5], [2, NaN]]);
});

Deno.test("Series keeps the last values", options, () => {
  const it = new Series(10);
  for (let i = 0; i < 100; i++) it.add(i, i);
  const entries = [...it.entries()];
  assertEquals(entries.length >= 10 && entries.length < 20, true);
  assertEquals(entries.at(-1), [99, 99]);
  assertEquals([it.min, it.max], [0, 99]);
});

Deno.test(
  "Series takes a time that goes back for the last one",
  options,
  () => {
    const it = series([10, 1], [5, 2]);
    assertEquals([...it.entries()], [[10, 1], [10, 2]]);
  },
);
