/**
 * Who makes room when there is no place left.
 * @module
 */

/** A connection, as far as it matters here. */
export interface Evictable {
  /** When bytes came last, in milliseconds of a steady clock. */
  readonly activeAt: number;
  /** Whether it has ever sent a whole request. */
  readonly isInUse: boolean;
}

/**
 * The connection that is idle for longest (Implementation Guide V1.0b,
 * 4.2.1.1). Those that have never sent a request go before those that have: a
 * storm of connections drives out its own.
 *
 * @param lasting Those that are never closed for others.
 * @returns Undefined when no other is there.
 */
export function idlest<Connection extends Evictable>(
  connections: Iterable<Connection>,
  lasting: ReadonlySet<Connection>,
): Connection | undefined {
  let found: Connection | undefined;
  for (const connection of connections) {
    if (lasting.has(connection)) continue;
    if (found === undefined || goesBefore(connection, found)) {
      found = connection;
    }
  }
  return found;
}

function goesBefore(a: Evictable, b: Evictable): boolean {
  return a.isInUse === b.isInUse ? a.activeAt < b.activeAt : b.isInUse;
}
