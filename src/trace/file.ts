/**
 * The capture's file: written in order, and never larger than allowed.
 * @module
 */
import type { Log } from "../log.ts";
import { pcapngHeader } from "./pcapng.ts";
import { PROGRESS_LENGTH, type RecorderSink, tellWritten } from "./recorder.ts";

/** A capture on the disk. Once its part of the limit is full, it goes on in a new file, and the one before is kept beside it. */
export class TraceFile {
  readonly #path: string;
  readonly #limit: number;
  readonly #log: Log;
  #file: Deno.FsFile | undefined;
  #size = 0;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, limit: number, log: Log) {
    this.#path = path;
    this.#limit = limit;
    this.#log = log;
  }

  /**
   * Begins a capture. A file that is there already is kept as the one before.
   *
   * @param limit Most bytes of both files.
   * @throws {Error} What the system says if it can't be written.
   */
  static async open(path: string, limit: number, log: Log): Promise<TraceFile> {
    const trace = new TraceFile(path, limit, log);
    try {
      await trace.#begin();
    } catch (error) {
      trace.#end();
      throw error;
    }
    return trace;
  }

  /**
   * Appends packet blocks, behind what was given before. Never rejects: when
   * the disk is full or gone, that is logged once, and the capture has ended.
   *
   * @returns Whether the capture goes on.
   */
  async write(blocks: Uint8Array): Promise<boolean> {
    this.#last = this.#last.then(() => this.#write(blocks)).catch((error) => {
      const { message } = error as Error;
      this.#log("error", `The trace ends here: ${this.#path}: ${message}`);
      this.#end();
    });
    await this.#last;
    return this.#file !== undefined;
  }

  /** What takes the chunks of a recorder in this thread. */
  sink(): RecorderSink {
    const progress = new Int32Array(PROGRESS_LENGTH);
    return {
      progress,
      take: (blocks) => {
        this.write(blocks).then((goesOn) => tellWritten(progress, goesOn));
      },
    };
  }

  /** Ends the capture when all that was given is written. */
  async close(): Promise<void> {
    await this.#last;
    this.#end();
  }

  async #write(blocks: Uint8Array): Promise<void> {
    if (this.#file === undefined) return;
    if (this.#size + blocks.length > this.#limit / 2) {
      this.#end();
      await this.#begin();
    }
    await writeAll(this.#file, blocks);
    this.#size += blocks.length;
  }

  async #begin(): Promise<void> {
    await keep(this.#path);
    const file = await Deno.open(this.#path, {
      ...{ write: true, create: true, truncate: true },
      // What goes over the wire is not for everybody on the machine.
      mode: 0o600,
    });
    this.#file = file;
    const header = pcapngHeader();
    await writeAll(file, header);
    this.#size = header.length;
  }

  #end(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/** Where a file is kept when a new one takes its place: `a/b.pcapng` at `a/b.1.pcapng`. */
export function earlierPath(path: string): string {
  const [, stem, extension] = /^(.*?[^/\\])(\.[^./\\]*)?$/s.exec(path) ??
    [, path, ""];
  return `${stem}.1${extension ?? ""}`;
}

async function keep(path: string): Promise<void> {
  try {
    // A pipe or a device is not to be renamed.
    const { isFile, size } = await Deno.stat(path);
    // Nor is one without a packet: a program that can't start, and is started
    // again and again, would leave nothing of what was before.
    const isEmpty = size === 0 || size === pcapngHeader().length;
    if (isFile && !isEmpty) await Deno.rename(path, earlierPath(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function writeAll(
  file: Deno.FsFile | undefined,
  bytes: Uint8Array,
): Promise<void> {
  for (let written = 0; file !== undefined && written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}
