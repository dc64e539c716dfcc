/**
 * An environment with nothing but the tools that a self-extracting file may use.
 * @module
 */

/** What every Linux and macOS has; `gzip` is what GNU tar calls. */
const TOOLS = [
  ...["gzip", "id", "ls", "mkdir", "mktemp", "mv", "rm", "sh", "sync", "tail"],
  ...["tar", "uname"],
];

/** Makes a folder that holds these tools alone; `PATH` for a machine without Deno. */
export async function bareTools(
  folder: string,
  tools: readonly string[] = TOOLS,
): Promise<string> {
  await Deno.mkdir(folder);
  for (const tool of tools) {
    await Deno.symlink(await find(tool), `${folder}/${tool}`);
  }
  return folder;
}

async function find(tool: string): Promise<string> {
  for (const folder of ["/usr/bin", "/bin"]) {
    try {
      return await Deno.realPath(`${folder}/${tool}`);
    } catch {
      // It may be in the other one.
    }
  }
  throw new Error(`This machine has no ${tool}`);
}

/** What a folder holds, sorted; nothing when it is not there. */
export function listing(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
