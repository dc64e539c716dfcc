/**
 * What a client may do.
 * @module
 */

/** The roles, each with all that the one before it may do. */
export const ROLES = ["viewer", "operator"] as const;

/** A `viewer` reads and subscribes; an `operator` also writes. */
export type Role = typeof ROLES[number];

/** Whether a client in the role `held` may do what needs the role `needed`. */
export function isRole(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}
