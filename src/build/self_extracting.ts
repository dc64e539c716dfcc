/**
 * The self-extracting form of the program, for where `deno compile` can't get
 * its base: a shell script, then an archive of this Deno and the bundled
 * program. It needs nothing but what every Linux and macOS has.
 * @module
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { VERSION } from "../version.ts";
import { deno, run } from "./command.ts";
import header from "./header.sh" with { type: "text" };

const EXECUTABLE = "modbus-ws-adapter";

/** Modules that are started, where they come to lie: the program finds its workers at these addresses. */
const BUNDLES: ReadonlyMap<string, string> = new Map([
  ["app/main.js", "src/main.ts"],
  ["app/modbus/worker.ts", "src/modbus/worker.ts"],
  ["app/store/worker.ts", "src/store/worker.ts"],
]);

/** What makes a self-extracting file. */
export interface Archive {
  /** A compressed tar archive: `modbus-ws-adapter`, which is Deno, and `app/`. */
  readonly bytes: Uint8Array;
  /** The system it is for, as `uname -sm` calls it. */
  readonly system: string;
  /** Deno's flags for the program: its permissions and others. */
  readonly flags: readonly string[];
}

/** The file's bytes: the script, then the archive. */
export function selfExtracting(
  { bytes, system, flags }: Archive,
): Uint8Array {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const script = header
    .replaceAll("@VERSION@", VERSION)
    .replaceAll("@HASH@", hash)
    .replaceAll("@SYSTEM@", system)
    .replaceAll("@FLAGS@", flags.map(quoted).join(" "));
  return Buffer.concat([Buffer.from(withOffset(script)), bytes]);
}

/** Makes the self-extracting file of this Deno and this program. */
export async function writeSelfExtracting(
  path: string,
  folder: string,
  flags: readonly string[],
  resolution: readonly string[],
): Promise<void> {
  const stage = join(folder, "stage");
  for (const bundle of BUNDLES.keys()) {
    await Deno.mkdir(join(stage, dirname(bundle)), { recursive: true });
  }
  await Deno.copyFile(Deno.execPath(), join(stage, EXECUTABLE));
  for (const [bundle, source] of BUNDLES) {
    const output = join(stage, bundle);
    await deno("bundle", "-q", ...resolution, "--output", output, source);
  }
  const names = [EXECUTABLE, ...BUNDLES.keys()];
  // The same content gives the same file, and so the same place in caches.
  for (const name of names) await Deno.utime(join(stage, name), 0, 0);
  const archive = join(folder, "archive.tar.gz");
  await run("tar", "-czf", archive, "-C", stage, ...names);
  const bytes = await Deno.readFile(archive);
  const { stdout: system } = await run("uname", "-sm");
  const file = selfExtracting({ bytes, system: system.trim(), flags });
  await Deno.writeFile(path, file, { mode: 0o755 });
}

/** Puts in where the archive begins, counted from 1: padded, so that the script keeps its length. */
function withOffset(script: string): string {
  const mark = "@OFFSET@";
  const offset = Buffer.byteLength(script) + 1;
  return script.replace(mark, String(offset).padEnd(mark.length));
}

/** As one word of the shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
