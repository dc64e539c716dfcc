/**
 * A fingerprint of all that is stored. SQLite's checksums protect each commit
 * on its way through the write-ahead log; this one tells, too, when a file and
 * a log of different moments have come together, or a byte in it has changed.
 * @module
 */
import { createHash } from "node:crypto";

/** Which moment of which run of the program is stored. */
export interface Moment {
  /** The run of the program. */
  readonly epoch: string;
  /** Sequence number of the last write that is stored. */
  readonly seq: number;
  /** Whose cells the pages are all of: `any` for all units together, or ids with commas between; empty when not all cells are kept. */
  readonly covers: string;
}

/** The fingerprint of a set of pages, made anew only where a page changes. */
export class Digest {
  readonly #pages = new Map<number, Uint8Array>();

  /** Puts in the content of a page, in place of what it had. */
  set(page: number, bytes: Uint8Array): void {
    this.#pages.set(page, createHash("sha256").update(bytes).digest());
  }

  /** Takes a page out. */
  delete(page: number): void {
    this.#pages.delete(page);
  }

  /** SHA-256 over the moment and the pages in the order of their numbers, 32 bytes. */
  at({ epoch, seq, covers }: Moment): Uint8Array {
    const hash = createHash("sha256");
    hash.update(JSON.stringify([epoch, seq, covers]));
    for (const page of [...this.#pages.keys()].sort((a, b) => a - b)) {
      hash.update(Uint8Array.of(page >>> 8, page)).update(
        this.#pages.get(page)!,
      );
    }
    return hash.digest();
  }
}
