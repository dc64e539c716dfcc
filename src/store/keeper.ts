/**
 * Keeps what a bank holds in a data file.
 * @module
 */
import { Backoff } from "../backoff.ts";
import type { CellRange } from "../bank/cell_range.ts";
import type { PageBatch, StoreSide } from "../bank/store_side.ts";
import { nextTurn, pause } from "../pause.ts";
import type { Moment } from "./digest.ts";
import { refusal } from "./errors.ts";
import { type Content, DataFile } from "./file.ts";
import { Retention } from "./retention.ts";
import { bankPageOf, filePageOf } from "./unit_pages.ts";

/** What is promised of a write that was answered. */
export type Durability = "relaxed" | "strict";

/** How to keep a bank. */
export interface StoreOptions {
  /** The data file. */
  readonly path: string;
  /** `strict`: writers wait until their writes are on disk. `relaxed`: a crash may lose the last 100 ms. */
  readonly durability: Durability;
  /** The cells to keep. */
  readonly retain: readonly CellRange[];
  /** This run of the program. */
  readonly epoch: string;
}

/** Is told how storing goes. */
export interface StoreReports {
  /** Storing fails from now on; it is tried again. */
  failing(reason: string): void;
  /** All is stored again. */
  recovered(): void;
}

/** A run of the program and the last write that is left of it. */
export interface LastRun {
  /** The run of the program. */
  readonly epoch: string;
  /** Sequence number of the write. */
  readonly seq: number;
}

/** What a keeper does with its file. */
export type KeptFile = Pick<DataFile, "commit" | "sync" | "close">;

/** Opens a file, as {@linkcode DataFile.open} does. */
export type OpenFile = (
  path: string,
  mayCreate: boolean,
  syncs: boolean,
) => { file: KeptFile; content: Content };

/** Milliseconds for which writes are gathered when durability is relaxed: the rest of the 100 that a crash may lose is for the disk. */
const GATHER = 40;

/** First wait before storing is tried again, in milliseconds; doubled each time it fails. */
const FIRST_RETRY = 250;

/** Milliseconds from one sync to the next: more of them slow down a Modbus thread that shares its cores with the disk's driver. */
const SYNC_PAUSE = 250;

/** Stores what changes in one bank until it is stopped. */
export class Keeper {
  /** The moment that the bank begins with, if it has all that the run before held then. */
  readonly lastRun: LastRun | undefined;
  readonly #side: StoreSide;
  readonly #options: StoreOptions;
  readonly #reports: StoreReports;
  readonly #retention: Retention;
  readonly #running: Promise<void>;
  readonly #open: OpenFile;
  #file: KeptFile | undefined;
  #stopping = false;
  #endPause: (() => void) | undefined;
  #failing = false;
  readonly #backoff = new Backoff(FIRST_RETRY);
  /** The last write that the file knows of. */
  #committed = 0;
  /** The last write that was taken from the bank. */
  #taken = 0;
  /** Runs while what is committed goes to the disk. */
  #syncing: Promise<void> | undefined;
  /** When pages were taken last: all writes since are not stored. */
  #takenAt = 0;

  /**
   * Loads what was stored into the bank, and keeps it from now on.
   *
   * @param goesOn Whether the bank is loaded already: a keeper before this one has died.
   * @param open Opens the file.
   * @throws {StoreError} If the file can't be used; then it is left as it is.
   */
  constructor(
    side: StoreSide,
    options: StoreOptions,
    reports: StoreReports,
    goesOn = false,
    open: OpenFile = DataFile.open,
  ) {
    this.#side = side;
    this.#options = options;
    this.#reports = reports;
    this.#open = open;
    this.#retention = new Retention(options.retain);
    if (goesOn) {
      // Nobody knows what the one before has left: as after a failure.
      side.putAllBack();
      this.#failing = true;
    } else this.lastRun = this.#load();
    this.#running = this.#run();
  }

  /** Stores what is not stored yet, and closes the file. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#side.close();
    this.#endPause?.();
    return this.#running;
  }

  #load(): LastRun | undefined {
    const { path } = this.#options;
    const { file, content: { moment, pages } } = this.#open(
      path,
      true,
      this.#isStrict,
    );
    try {
      const seq = moment?.seq ?? 0;
      const own = this.#moment(seq);
      const loaded = new Map<number, Uint8Array>();
      const changed = new Map<number, Uint8Array | undefined>();
      for (const [id, bytes] of pages) {
        const page = bankPageOf(id, this.#side.units);
        // Of a unit that is not served: it keeps what it had.
        if (page === undefined) continue;
        const kept = this.#retention.cut(page, bytes);
        if (kept !== undefined) loaded.set(page, kept);
        // What is not kept any more is taken out: it would come back as values of long ago.
        if (kept?.every((byte, i) => byte === bytes[i])) continue;
        changed.set(id, kept);
      }
      file.commit(own, changed);
      this.#side.load({ seq, pages: loaded }, this.#isStrict);
      this.#file = file;
      this.#committed = seq;
      const isSame = own.covers !== "" && own.covers === moment?.covers;
      return isSame ? { epoch: moment.epoch, seq } : undefined;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Goes on with a file that is of this run. */
  #reopen(): void {
    const { path, epoch } = this.#options;
    this.#file?.close();
    this.#file = undefined;
    const { file, content } = this.#open(path, false, this.#isStrict);
    if (content.moment?.epoch !== epoch) {
      file.close();
      throw refusal(path, "it is not the one that was there before");
    }
    this.#file = file;
  }

  async #run(): Promise<void> {
    for (let last = false; !last;) {
      if (this.#failing) await this.#pause(this.#backoff.next());
      else {
        const slept = await this.#side.wait();
        const oldest = slept ? performance.now() : this.#takenAt;
        if (!this.#isStrict) {
          await this.#pause(oldest + GATHER - performance.now());
        }
        // Under constant load nothing else lets the thread look at anything but this.
        await nextTurn();
      }
      last = this.#stopping;
      this.#tryToStore(last);
    }
    while (this.#syncing !== undefined) await this.#syncing;
    this.#file?.close();
  }

  get #isStrict(): boolean {
    return this.#options.durability === "strict";
  }

  #tryToStore(last: boolean): void {
    try {
      if (this.#failing) this.#reopen();
      this.#takenAt = performance.now();
      const batch = this.#side.take();
      if (batch !== undefined) this.#store(batch);
      if (last) this.#storeSeq();
    } catch (error) {
      return this.#failed(error);
    }
    if (!this.#failing) return;
    this.#failing = false;
    this.#backoff.reset();
    this.#reports.recovered();
  }

  #store({ seq, pages }: PageBatch): void {
    const kept = new Map<number, Uint8Array>();
    for (const [page, bytes] of pages) {
      const cut = this.#retention.cut(page, bytes);
      if (cut !== undefined) kept.set(filePageOf(page, this.#side.units), cut);
    }
    // A write of cells that are not kept is as safe as it will be.
    if (kept.size > 0) this.#commit(seq, kept);
    this.#taken = seq;
    const isSafe = this.#isStrict || (kept.size === 0 && !this.#syncing);
    if (isSafe) this.#side.stored(seq);
    else this.#syncing ??= this.#sync(seq);
  }

  /**
   * Has what is committed go to the disk. Commits go on meanwhile: however slow
   * the disk is, what they hold survives the end of this program.
   */
  async #sync(seq: number): Promise<void> {
    const file = this.#file!;
    try {
      await file.sync();
      if (file === this.#file) this.#side.stored(seq);
      if (!this.#stopping) await pause(SYNC_PAUSE);
    } catch (error) {
      if (file === this.#file) this.#failed(error);
    }
    this.#syncing = undefined;
    const isBehind = this.#taken > seq && !this.#failing;
    if (isBehind) this.#syncing = this.#sync(this.#taken);
  }

  /** Writes of cells that are not kept have numbers, too, which are not to be given again. */
  #storeSeq(): void {
    const { seq } = this.#side.progress;
    if (seq !== this.#committed) this.#commit(seq, new Map());
  }

  #commit(seq: number, pages: ReadonlyMap<number, Uint8Array>): void {
    this.#file!.commit(this.#moment(seq), pages);
    this.#committed = seq;
  }

  #failed(error: unknown): void {
    this.#side.putAllBack();
    this.#side.failed();
    if (this.#failing) return;
    this.#failing = true;
    this.#reports.failing((error as Error).message);
  }

  #moment(seq: number): Moment {
    const { epoch } = this.#options;
    const { ids } = this.#side.units;
    const covers = this.#retention.complete ? ids?.join() ?? "any" : "";
    return { epoch, seq, covers };
  }

  /** Waits, but not longer than until it is to stop. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#stopping || milliseconds <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#endPause = resolve;
    await promise;
    clearTimeout(timer);
  }
}
