/**
 * Tests of what sees nothing of the world.
 * @module
 */

/** A test without any permission. */
export function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}
