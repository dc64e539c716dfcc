/**
 * Keeps the event loop running.
 * @module
 */

/**
 * Until it is disposed of, the event loop has something to wait for.
 * `Atomics.waitAsync` alone does not count as that, and Deno would end a test
 * as one that can't go on.
 */
export function keepAlive(): Disposable {
  const timer = setInterval(() => {}, 60_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
