/**
 * Programs that some tests need and not every machine has.
 * @module
 */

/** Whether a command is installed: with `args` it ends well. Needs run permission. */
export function hasCommand(name: string, args = ["--version"]): boolean {
  try {
    const { success } = new Deno.Command(name, { args }).outputSync();
    return success;
  } catch {
    return false;
  }
}
