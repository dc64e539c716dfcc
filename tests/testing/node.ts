/**
 * Node on this machine, or from npm.
 * @module
 */
import { granted } from "./permissions.ts";

/** A command that runs programs in a Node with a global `WebSocket`. */
export interface Node {
  /** The executable. */
  readonly command: string;
  /** Flags that it needs for that. */
  readonly flags: readonly string[];
}

/** The first version with `WebSocket`, without a flag and with one. */
const VERSIONS = { plain: [22, 0], flagged: [20, 10] } as const;

/** Looks for one; undefined when there is none or it may not be run. */
export async function findNode(): Promise<Node | undefined> {
  if (!granted("run", "read")) return undefined;
  const own = await run("node", "--version");
  if (isFrom(own, VERSIONS.plain)) return { command: "node", flags: [] };
  // It is asked where it is, so that what is started later is Node and not npm.
  const path = await run("npx", "-y", "node@22", "-p", "process.execPath");
  if (path !== undefined) return { command: path, flags: [] };
  return isFrom(own, VERSIONS.flagged)
    ? { command: "node", flags: ["--experimental-websocket"] }
    : undefined;
}

/** What a command prints, undefined when it fails. */
async function run(
  command: string,
  ...args: string[]
): Promise<string | undefined> {
  try {
    const { success, stdout } = await new Deno.Command(command, {
      args,
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

function isFrom(
  version: string | undefined,
  [major, minor]: readonly [number, number],
): boolean {
  const [, x, y] = /^v(\d+)\.(\d+)\./.exec(version ?? "") ?? [];
  return Number(x) > major || (Number(x) === major && Number(y) >= minor);
}
