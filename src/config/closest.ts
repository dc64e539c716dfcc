/**
 * What somebody may have meant who has mistyped a name.
 * @module
 */

/**
 * The name that differs least from a text: by 2 letters at most, by fewer in a
 * short one. Capitals, `_` for `-` and camelCase count for nothing.
 *
 * @returns undefined if none is close.
 */
export function closest(
  text: string,
  names: readonly string[],
): string | undefined {
  // Longer than any name; what it costs grows with the square.
  if (text.length > 64) return undefined;
  const wanted = dashed(text);
  const most = Math.min(2, Math.floor((wanted.length + 1) / 3));
  const [best] = names.map((name) => [name, distance(wanted, name)] as const)
    .filter(([, far]) => far <= most)
    .sort(([, one], [, other]) => one - other);
  return best?.[0];
}

/** As the names are written: small letters with dashes between words. */
function dashed(text: string): string {
  return text.replace(/[a-z](?=[A-Z])/g, "$&-").replaceAll("_", "-")
    .toLowerCase();
}

/** How many letters were added, left out, changed, or swapped with the next one. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const [above, row] = [rows[i - 1]!, [i]];
    for (let j = 1; j <= other.length; j++) {
      const changed = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] &&
          one[i - 2] === other[j - 1]
        ? rows[i - 2]![j - 2]! + 1
        : Infinity;
      row.push(Math.min(
        above[j]! + 1,
        row[j - 1]! + 1,
        above[j - 1]! + changed,
        swapped,
      ));
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
