/**
 * A bound for what would otherwise wait for ever when it is broken.
 * @module
 */

/** Far more than anything here takes, in milliseconds, also on a machine that is busy elsewhere. */
const PATIENCE = 60_000;

/** The result of `promise`; rejects when it does not come at all. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`${what}: nothing within ${PATIENCE} ms`)),
    PATIENCE,
  );
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
