/**
 * Folders for data files, and data files that something is wrong with.
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { granted } from "../testing/permissions.ts";

/** Whether files can't be used. */
export const WITHOUT_FILES = !granted("read", "write");

/** A folder that is gone at the end of the block. */
export class DataFolder implements Disposable {
  /** Its path. */
  readonly path: string = Deno.makeTempDirSync({ prefix: "store-" });
  /** A path in it. */
  readonly file: string = `${this.path}/bank.db`;

  /** Names and contents of the files in it. */
  content(): Record<string, string> {
    const names = [...Deno.readDirSync(this.path)].map(({ name }) => name);
    return Object.fromEntries(
      names.sort().map((name) => [
        name,
        Deno.readFileSync(`${this.path}/${name}`).toHex(),
      ]),
    );
  }

  /** Changes what is in the data file with SQL, as nobody should. */
  sql(...statements: string[]): void {
    using db = new DatabaseSync(this.file);
    for (const statement of statements) db.exec(statement);
  }

  /** Removes it. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
