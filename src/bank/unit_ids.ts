/**
 * Lists of unit ids, as people write them.
 * @module
 */

/** Largest unit id: it is one byte of the MBAP header. */
const MAX_UNIT = 255;

/**
 * The unit ids of a list such as `1,2,10-12`, in ascending order.
 *
 * @returns A text instead that says what is wrong with it: goes on after `"…" is not a list of unit ids: `.
 */
export function parseUnitIds(text: string): readonly number[] | string {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [, first, last] =
      /^\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?$/.exec(part) ??
        [];
    if (first === undefined) {
      return `"${part.trim()}" is neither one nor a range`;
    }
    const from = Number(first);
    const to = Number(last ?? first);
    if (to > MAX_UNIT) return `${to} is more than ${MAX_UNIT}`;
    if (from > to) return `${from}-${to} runs backwards`;
    for (let unit = from; unit <= to; unit++) {
      if (found.has(unit)) return `${unit} is in it twice`;
      found.add(unit);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** A list of ascending unit ids as text: `1, 2, 10-12`. */
export function formatUnitIds(ids: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const id of ids) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === id - 1) run[1] = id;
    else runs.push([id, id]);
  }
  return runs.map(([first, last]) =>
    first === last
      ? `${first}`
      : last === first + 1
      ? `${first}, ${last}`
      : `${first}-${last}`
  ).join(", ");
}
