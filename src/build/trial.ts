/**
 * Tries a fresh executable before it takes the place of an older one.
 * @module
 */
import { join } from "node:path";

/** How long it may take to be ready, in milliseconds: the first start unpacks. */
const PATIENCE = 60_000;

/** The executable does not start. */
export class TrialError extends Error {
  /** The message says what happened instead. */
  constructor(path: string, output: string) {
    super(`${path} does not start; it said: ${output.trim() || "nothing"}`);
    this.name = "TrialError";
  }
}

/**
 * Starts the program on free ports, sees it ready, and ends it. Whatever it
 * caches goes into `folder`.
 *
 * @throws {TrialError} If it does not get ready.
 */
export async function tryStart(path: string, folder: string): Promise<void> {
  const process = new Deno.Command(await Deno.realPath(path), {
    args: [
      ...["--host=127.0.0.1", "--modbus-port=0", "--ws-port=0"],
      "--log-format=text",
    ],
    env: { XDG_CACHE_HOME: join(await Deno.realPath(folder), "cache") },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), PATIENCE);
  let output = "";
  let ready = false;
  for await (
    const text of process.stdout.pipeThrough(new TextDecoderStream())
  ) {
    output += text;
    if (ready || !/^ready\r?$/m.test(output)) continue;
    ready = true;
    process.kill("SIGTERM");
  }
  await process.status;
  clearTimeout(timer);
  if (!ready) throw new TrialError(path, output);
}
