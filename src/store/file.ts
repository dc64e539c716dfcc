/**
 * The data file: an SQLite database, used by one process at a time.
 * @module
 */
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { PAGE_SIZE } from "../bank/pages.ts";
import { Digest, type Moment } from "./digest.ts";
import { damaged, reasonOf, refusal, StoreError } from "./errors.ts";
import { HEADER_SIZE, refuseHeader, SCHEMA } from "./schema.ts";
import { FILE_PAGES } from "./unit_pages.ts";

/** How long to wait for a file that is in use: one that ends just now may have it a little longer. */
const PATIENCE = "PRAGMA busy_timeout = 500";

/** Windows syncs only what may be written. */
const OPEN_TO_SYNC = { read: true, write: true };

/** What a data file holds. */
export interface Content {
  /** Which moment it is of; undefined when nothing was ever stored. */
  readonly moment: Moment | undefined;
  /** The pages by their numbers; those that were never written are left out. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
}

/** An open data file. No other process can open it, until it is closed or this process ends. */
export class DataFile implements Disposable {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #digest = new Digest();
  readonly #putPage: StatementSync;
  readonly #deletePage: StatementSync;
  readonly #putState: StatementSync;
  /** SQLite's log, to be synced. */
  #log: Deno.FsFile | undefined;

  private constructor(path: string, db: DatabaseSync) {
    this.#path = path;
    this.#db = db;
    this.#putPage = db.prepare("INSERT OR REPLACE INTO pages VALUES (?, ?)");
    this.#deletePage = db.prepare("DELETE FROM pages WHERE id = ?");
    this.#putState = db.prepare(
      "INSERT OR REPLACE INTO state VALUES (1, ?, ?, ?, ?)",
    );
  }

  /**
   * Opens a data file and reads all of it. One that can't be used is left as it is.
   *
   * @param mayCreate Whether it is made if it does not exist.
   * @param syncs Whether a commit is on disk when it returns. Otherwise it is
   * the system's to keep, which outlives this program, until {@linkcode DataFile.sync}.
   * @throws {StoreError} If it can't be used.
   */
  static open(
    path: string,
    mayCreate: boolean,
    syncs = true,
  ): { file: DataFile; content: Content } {
    try {
      const isNew = look(path, mayCreate);
      // SQLite tidies up what it closes, unless it may only read.
      if (!isNew && sizeOf(`${path}-wal`) > 0) {
        using db = new DatabaseSync(path, { readOnly: true });
        db.exec(PATIENCE);
        read(path, db);
      }
      return DataFile.#open(path, syncs);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw refusal(path, reasonOf(path, error));
    }
  }

  static #open(
    path: string,
    syncs: boolean,
  ): { file: DataFile; content: Content } {
    const db = new DatabaseSync(path);
    try {
      db.exec(PATIENCE);
      // The lock is the system's: it goes with the process, however that ends.
      // Without others there is no shared memory beside the file, either.
      db.exec("PRAGMA locking_mode = EXCLUSIVE");
      db.exec("BEGIN EXCLUSIVE");
      // Nobody else has the file now: what looking at it has left beside it is of no use.
      removeIfPossible(`${path}-shm`);
      const [{ n }] = db.prepare("SELECT count(*) AS n FROM sqlite_schema")
        .all() as [{ n: number }];
      if (n === 0) db.exec(SCHEMA);
      db.exec("COMMIT");
      db.exec("PRAGMA journal_mode = WAL");
      // With FULL a commit has reached the disk, on macOS its platters, too. With
      // NORMAL all is still in the right order there, whenever the power goes.
      db.exec(`PRAGMA synchronous = ${syncs ? "FULL" : "NORMAL"}`);
      db.exec("PRAGMA fullfsync = 1");
      const content = read(path, db);
      const file = new DataFile(path, db);
      for (const [page, bytes] of content.pages) file.#digest.set(page, bytes);
      return { file, content };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  /**
   * Stores pages and the moment that they are of, all or nothing.
   *
   * @param pages The pages that have changed; undefined takes one out.
   * @throws {StoreError} If that fails; then the file holds what it held before.
   */
  commit(
    moment: Moment,
    pages: ReadonlyMap<number, Uint8Array | undefined>,
  ): void {
    const { epoch, seq, covers } = moment;
    try {
      this.#db.exec("BEGIN");
      for (const [page, bytes] of pages) {
        if (bytes === undefined) {
          this.#digest.delete(page);
          this.#deletePage.run(page);
        } else {
          this.#digest.set(page, bytes);
          this.#putPage.run(page, bytes);
        }
      }
      const digest = this.#digest.at(moment);
      this.#putState.run(epoch, seq, covers, digest);
      this.#db.exec("COMMIT");
    } catch (error) {
      throw refusal(this.#path, reasonOf(this.#path, error));
    }
  }

  /**
   * Resolves when what is committed now is on disk, without holding up the thread.
   *
   * @throws {StoreError} If that fails: nobody knows what is on disk.
   */
  async sync(): Promise<void> {
    try {
      // It is there since the first commit, until the file is closed.
      this.#log ??= Deno.openSync(`${this.#path}-wal`, OPEN_TO_SYNC);
      await this.#log.syncData();
    } catch (error) {
      throw refusal(this.#path, reasonOf(this.#path, error));
    }
  }

  /** Closes it. After a failed {@linkcode DataFile.commit} there is nothing else to do with it. */
  close(): void {
    this.#log?.close();
    try {
      this.#db.close();
    } catch {
      // What is committed is in the file or in its log, and is found there.
    }
  }

  /** Closes it. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Looks at a file without SQLite.
 *
 * @returns Whether there is nothing in it yet.
 * @throws {StoreError} If it can't be a data file.
 */
function look(path: string, mayCreate: boolean): boolean {
  const size = sizeOf(path);
  if (size < 0) {
    if (!mayCreate) throw refusal(path, "there is no such file");
    if (sizeOf(dirname(path)) >= 0) return true;
    throw refusal(path, `the folder ${dirname(path)} does not exist`);
  }
  if (!Deno.statSync(path).isFile) {
    throw refusal(path, "it is not a file");
  }
  if (size === 0) return true;
  const header = new Uint8Array(HEADER_SIZE);
  using file = Deno.openSync(path);
  const count = file.readSync(header) ?? 0;
  const reason = refuseHeader(header.subarray(0, count));
  if (reason !== undefined) throw refusal(path, reason);
  return false;
}

/** Bytes of a file, −1 if there is none. */
function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return -1;
    throw error;
  }
}

function removeIfPossible(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // There is none, or it stays.
  }
}

function read(path: string, db: DatabaseSync): Content {
  const fail = (found: string) => refusal(path, damaged(path, found));
  const [check] = db.prepare("PRAGMA quick_check(1)").all();
  const found = String(Object.values(check ?? {})[0]);
  if (found !== "ok") throw fail(found.replaceAll(/\s+/g, " "));
  const pages = new Map<number, Uint8Array>();
  const digest = new Digest();
  for (const row of db.prepare("SELECT id, bytes FROM pages").all()) {
    const { id, bytes } = row as { id: number; bytes: Uint8Array };
    if (!(id >= 0 && id < FILE_PAGES && bytes.length === PAGE_SIZE)) {
      throw fail(`page ${id} has ${bytes.length} bytes`);
    }
    pages.set(id, bytes);
    digest.set(id, bytes);
  }
  const state = db.prepare("SELECT * FROM state").get() as
    | { epoch: string; seq: number; covers: string; digest: Uint8Array }
    | undefined;
  if (state === undefined) {
    if (pages.size === 0) return { moment: undefined, pages };
    throw fail("it does not say of which moment it is");
  }
  const { epoch, seq, covers } = state;
  const moment = { epoch, seq, covers };
  if (digest.at(moment).join() !== state.digest.join()) {
    throw fail("its content is not what was stored");
  }
  return { moment, pages };
}
