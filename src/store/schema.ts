/**
 * What makes an SQLite database a data file of this program. Pure.
 * @module
 */

/** "MBWA": which program the file belongs to (SQLite's `application_id`). */
const APPLICATION_ID = 0x4d425741;

/** Version of the tables below (SQLite's `user_version`). */
const SCHEMA_VERSION = 1;

/**
 * One row says which moment the pages are of; the pages are the cells of the
 * bank in wire form, numbered as in `unit_pages.ts`, those that were never written
 * left out.
 *
 * `covers` and `digest`: see `digest.ts`.
 */
export const SCHEMA = `
  CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch TEXT NOT NULL,
    seq INTEGER NOT NULL,
    covers TEXT NOT NULL,
    digest BLOB NOT NULL
  ) STRICT;
  CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Bytes of a database's header (https://www.sqlite.org/fileformat2.html, 1.3). */
export const HEADER_SIZE = 100;

const MAGIC = "SQLite format 3\0";
const USER_VERSION_AT = 60;
const APPLICATION_ID_AT = 68;

/**
 * Looks at the beginning of a file before SQLite does, which would tidy up a
 * database of another program, too.
 *
 * @param header The first bytes of the file, at least {@linkcode HEADER_SIZE} if it has as many.
 * @returns Why it is not a data file that this version can use; undefined when it may be one.
 */
export function refuseHeader(header: Uint8Array): string | undefined {
  const magic = String.fromCharCode(...header.subarray(0, MAGIC.length));
  if (header.length < HEADER_SIZE || magic !== MAGIC) {
    return "it is not a data file of this program";
  }
  const view = new DataView(header.buffer, header.byteOffset);
  if (view.getUint32(APPLICATION_ID_AT) !== APPLICATION_ID) {
    return "it is an SQLite database of another program";
  }
  const version = view.getUint32(USER_VERSION_AT);
  if (version !== SCHEMA_VERSION) {
    return `it was made by another version of this program (its schema is ${version}, this version knows ${SCHEMA_VERSION})`;
  }
  return undefined;
}
