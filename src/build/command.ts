/**
 * Commands that the build runs.
 * @module
 */

/** A command has failed. */
export class CommandError extends Error {
  /** What it wrote to stderr. */
  readonly stderr: string;

  /** The message names the command and holds its stderr. */
  constructor(command: string, code: number, stderr: string) {
    super(`${command} ended with ${code}:\n${stderr.trimEnd()}`);
    this.name = "CommandError";
    this.stderr = stderr;
  }
}

/** What a command wrote. */
export interface CommandOutput {
  /** To stdout. */
  readonly stdout: string;
  /** To stderr. */
  readonly stderr: string;
}

/**
 * Runs a command and returns what it wrote.
 *
 * @throws {CommandError} If it fails.
 */
export async function run(
  command: string,
  ...args: readonly string[]
): Promise<CommandOutput> {
  const output = await new Deno.Command(command, {
    args: [...args],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  const stdout = decoder.decode(output.stdout);
  const stderr = decoder.decode(output.stderr);
  if (output.success) return { stdout, stderr };
  throw new CommandError([command, ...args].join(" "), output.code, stderr);
}

/** Runs this Deno. */
export function deno(...args: readonly string[]): Promise<CommandOutput> {
  return run(Deno.execPath(), ...args);
}
