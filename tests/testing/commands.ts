/**
 * Programs that some tests need and not every machine has.
 * @module
 */

/** Whether a command is installed: it says its version. Needs run permission. */
export function hasCommand(name: string): boolean {
  try {
    const { success } = new Deno.Command(name, { args: ["--version"] })
      .outputSync();
    return success;
  } catch {
    return false;
  }
}
