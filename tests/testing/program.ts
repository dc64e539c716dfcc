/**
 * The program as users run it, in a process of its own.
 * @module
 */
import { Lines } from "./log.ts";

/** The project's folder, with a slash behind it. */
export const ROOT = `${import.meta.dirname}/../../`;

/** What the tasks of `deno.json` pass where JSR can't be reached; tests pass on how they run themselves. */
export const IMPORT_MAP_FLAGS: readonly string[] =
  import.meta.resolve("@std/assert").startsWith("file:")
    ? ["--import-map=src/offline/import_map.json"]
    : [];

/** The permissions that the program is documented to need. */
export const PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-net",
  "--allow-env=MODBUS_WS_*,DENO_SERVE_ADDRESS",
  "--allow-read",
  "--allow-write",
];

/** What Deno is started with to run the program from its source, in its folder: as the tasks do. */
export const RUN: readonly string[] = [
  ...["run", "-q", ...IMPORT_MAP_FLAGS],
  ...["--v8-flags=--max-semi-space-size=8", ...PERMISSIONS],
  "src/main.ts",
];

/** How a program has ended. */
export interface Ended {
  /** Exit code. */
  readonly code: number;
  /** Lines on stdout. */
  readonly stdout: readonly string[];
  /** Lines on stderr. */
  readonly stderr: readonly string[];
}

/** A running program. */
export class Program implements AsyncDisposable {
  /** Lines on stdout. */
  readonly stdout = new Lines();
  /** Lines on stderr. */
  readonly stderr = new Lines();
  /** Resolves when it has ended and all its output is read. */
  readonly ended: Promise<Ended>;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess) {
    this.#process = process;
    const output = Promise.all([
      feed(process.stdout, this.stdout),
      feed(process.stderr, this.stderr),
    ]);
    this.ended = Promise.all([process.status, output]).then(([{ code }]) => ({
      code,
      stdout: this.stdout.all,
      stderr: this.stderr.all,
    }));
  }

  /** Starts the program from its source. */
  static run(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Program {
    return Program.spawn(Deno.execPath(), [...RUN, ...args], {
      env,
      cwd: ROOT,
    });
  }

  /** Starts the program from its source on free ports, and waits until it is ready. */
  static async serving(
    args: readonly string[] = [],
    env: Record<string, string> = {},
  ): Promise<Program> {
    const program = Program.run(
      ["--modbus-port=0", "--ws-port=0", ...args],
      env,
    );
    await program.ready();
    return program;
  }

  /** Starts any command. */
  static spawn(
    command: string,
    args: readonly string[],
    options: Deno.CommandOptions = {},
  ): Program {
    const process = new Deno.Command(command, {
      ...options,
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new Program(process);
  }

  /** Process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when it serves; rejects when it ends before that. */
  async ready(): Promise<void> {
    const died = this.ended.then(({ code, stderr }) => {
      throw new Error(`It ended with ${code}: ${stderr.join("\n")}`);
    });
    const ready = this.stdout.until(/^ready$|^\{"ready":true,/);
    await Promise.race([ready, died]);
    died.catch(() => {});
  }

  /** Where it serves Modbus, as it said. */
  get modbusAddr(): { hostname: string; port: number } {
    return this.#addr(/^Modbus TCP\s+(\S+):(\d+)$/);
  }

  /** Where it serves WebSocket, as it said. */
  get wsUrl(): string {
    const { hostname, port } = this.#addr(
      /^WebSocket\s+wss?:\/\/(\S+):(\d+)\//,
    );
    const isSecure = this.stdout.all.some((line) => line.includes(" wss://"));
    return `${isSecure ? "wss" : "ws"}://${formatHost(hostname)}:${port}/`;
  }

  /** Sends a signal. */
  kill(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** Stops it with SIGTERM and waits for its end. */
  async stop(): Promise<Ended> {
    try {
      this.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
    return await this.ended;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #addr(pattern: RegExp): { hostname: string; port: number } {
    for (const line of this.stdout.all) {
      const match = pattern.exec(line);
      if (match === null) continue;
      // Only in a URL an IPv6 address has brackets.
      const hostname = match[1]!.replace(/^\[(.*)\]$/, "$1");
      return { hostname, port: Number(match[2]) };
    }
    throw new Error(`No line like ${pattern} yet`);
  }
}

function formatHost(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

async function feed(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  lines: Lines,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    parts.forEach((line) => lines.add(line));
  }
  if (rest !== "") lines.add(rest);
}
