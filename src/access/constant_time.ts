/**
 * Comparing secrets.
 * @module
 */

/**
 * Whether two texts in bytes, as long as each other, are the same. Looks at
 * every byte of both whatever it finds, so that the time it takes says nothing
 * about where they differ.
 */
export function areEqual(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): boolean {
  let difference = 0;
  for (let i = 0; i < b.length; i++) difference |= a[i]! ^ b[i]!;
  return difference === 0;
}
