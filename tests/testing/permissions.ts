/**
 * Tests that need more than `--allow-net` ask here and are ignored without it.
 * @module
 */

/** Whether all of these permissions are granted without asking anybody. */
export function granted(...names: Deno.PermissionName[]): boolean {
  return names.every((name) =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state ===
      "granted"
  );
}
