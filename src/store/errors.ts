/**
 * What can be wrong with a data file, in words.
 * @module
 */

/** A data file can't be used; the message is one line for the user. */
export class StoreError extends Error {
  /** The message names the file, what is wrong, and what to do. */
  constructor(message: string) {
    super(message);
    this.name = "StoreError";
  }
}

/** Why the file at `path` can't be used. */
export function refusal(path: string, reason: string): StoreError {
  return new StoreError(`Cannot use the data file ${path}: ${reason}`);
}

/** Why a damaged file is not used, and what to do; `found` says what is wrong. */
export function damaged(path: string, found: string): string {
  return `it is damaged (${found}). It is left as it is: put a copy of it in its place, or move ${path} and ${path}-wal away to start with an empty bank`;
}

/** What an error of SQLite or of the system means for the file, in words. */
export function reasonOf(path: string, error: unknown): string {
  const { name, message } = error as Error;
  if (name === "NotCapable") {
    return "this program runs without the permission to read and write it (--allow-read, --allow-write)";
  }
  // Of an error in `exec` the runtime tells the text alone, not the code.
  switch (message) {
    case "database is locked":
      return "another program uses it, probably another adapter: stop that, or choose another file";
    case "attempt to write a readonly database":
    case `unable to open database file: ${path}`:
    case "unable to open database file":
      return "it can't be written: this user needs the right to write the file and its folder";
    case "database or disk is full":
      return "the disk is full";
    case "database disk image is malformed":
    case "file is not a database":
      return damaged(path, message);
    default:
      return message;
  }
}
