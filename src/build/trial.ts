/**
 * Tries a fresh executable before it takes the place of an older one.
 * @module
 */
import { join } from "node:path";

/** How long it may take, in milliseconds: the first start may have to unpack. */
const PATIENCE = 60_000;

/** A request to read coil 0, and the response when it is off. */
const REQUEST = Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 1, 0, 0, 0, 1);
const RESPONSE = Uint8Array.of(0, 1, 0, 0, 0, 4, 1, 1, 1, 0);

/** The executable does not work. */
export class TrialError extends Error {
  /** The message says what happened instead. */
  constructor(path: string, output: string) {
    super(`${path} does not work; it said: ${output.trim() || "nothing"}`);
    this.name = "TrialError";
  }
}

/**
 * Starts the program with all its threads on free ports, waits until it is ready, asks it for a coil
 * over Modbus, and ends it. Whatever it caches goes into `folder`.
 *
 * @throws {TrialError} If that does not go as it should.
 */
export async function tryOut(path: string, folder: string): Promise<void> {
  const process = new Deno.Command(await Deno.realPath(path), {
    args: [
      ...["--host=127.0.0.1", "--modbus-port=0", "--ws-port=0"],
      ...["--log-format=text", `--data=${join(folder, "trial.db")}`],
    ],
    env: { XDG_CACHE_HOME: join(await Deno.realPath(folder), "cache") },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const timer = setTimeout(() => process.kill("SIGKILL"), PATIENCE);
  let output = "";
  let works: boolean | undefined;
  for await (
    const text of process.stdout.pipeThrough(new TextDecoderStream())
  ) {
    output += text;
    if (works !== undefined || !/^ready\r?$/m.test(output)) continue;
    works = await answers(output);
    process.kill("SIGTERM");
  }
  await process.status;
  clearTimeout(timer);
  if (!works) throw new TrialError(path, output);
}

/** Whether a read of a coil gets the right response from where the program says it listens. */
async function answers(output: string): Promise<boolean> {
  const [, port] = /^Modbus TCP .*:(\d+)\r?$/m.exec(output) ?? [];
  if (port === undefined) return false;
  const hostname = "127.0.0.1";
  using socket = await Deno.connect({ hostname, port: Number(port) });
  await socket.write(REQUEST);
  const response = new Uint8Array(RESPONSE.length);
  await socket.read(response);
  return response.join() === RESPONSE.join();
}
