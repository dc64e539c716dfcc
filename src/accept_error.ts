/**
 * What it means when a connection can't be accepted.
 * @module
 */

/**
 * Whether the client alone is the reason: it has gone before it was accepted.
 * The next one can be accepted at once; with any other error the system lacks
 * something, and it takes a while.
 */
export function hasGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}
