import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { PAGE_SIZE } from "../../src/bank/pages.ts";
import { StoreError } from "../../src/store/errors.ts";
import { DataFile } from "../../src/store/file.ts";
import { DataFolder, WITHOUT_FILES } from "./data_folder.ts";

const permissions = { read: true, write: true };

const page = (byte: number) => new Uint8Array(PAGE_SIZE).fill(byte);
const MOMENT = { epoch: "a", seq: 7, covers: "any" };

function test(name: string, fn: (folder: DataFolder) => void): void {
  Deno.test({
    name,
    permissions,
    ignore: WITHOUT_FILES,
    fn() {
      using folder = new DataFolder();
      fn(folder);
    },
  });
}

/** Stores two pages, and ends in good order. */
function make({ file: path }: DataFolder): void {
  using file = DataFile.open(path, true).file;
  file.commit(MOMENT, new Map([[0, page(1)], [271, page(2)]]));
}

/** What the file says that it holds. */
function contentOf({ file: path }: DataFolder) {
  const { file, content } = DataFile.open(path, false);
  file.close();
  return content;
}

/** Asserts that the file is refused with that reason, and left as it is. */
function assertRefused(folder: DataFolder, reason: string | RegExp): void {
  const before = folder.content();
  const { message } = assertThrows(
    () => DataFile.open(folder.file, true),
    StoreError,
    `Cannot use the data file ${folder.file}: `,
  );
  if (typeof reason === "string") assertStringIncludes(message, reason);
  else assertMatch(message, reason);
  assertEquals(message.includes("\n"), false);
  const { ["bank.db-shm"]: _, ...after } = folder.content();
  assertEquals(after, before);
}

test("open() makes a file with nothing in it", (folder) => {
  const { file, content } = DataFile.open(folder.file, true);
  file.close();
  assertEquals(content, { moment: undefined, pages: new Map() });
  assertEquals(contentOf(folder), content);
});

test("open() takes an empty file for a new one", (folder) => {
  Deno.writeFileSync(folder.file, new Uint8Array());
  make(folder);
  assertEquals(contentOf(folder).moment, MOMENT);
});

test("commit() stores pages, replaces them and takes them out", (folder) => {
  make(folder);
  const expected = new Map([[0, page(1)], [271, page(2)]]);
  assertEquals(contentOf(folder), { moment: MOMENT, pages: expected });
  const next = { epoch: "b", seq: 2 ** 40, covers: "" };
  {
    using file = DataFile.open(folder.file, false).file;
    file.commit(next, new Map([[0, page(3)], [271, undefined], [5, page(4)]]));
  }
  const pages = new Map([[0, page(3)], [5, page(4)]]);
  assertEquals(contentOf(folder), { moment: next, pages });
});

test("close() leaves nothing beside the file", (folder) => {
  make(folder);
  assertEquals(Object.keys(folder.content()), ["bank.db"]);
});

test("open() finds what was committed before a crash", (folder) => {
  make(folder);
  using file = DataFile.open(folder.file, false).file;
  for (let seq = 8; seq < 20; seq++) {
    file.commit({ ...MOMENT, seq }, new Map([[1, page(seq)]]));
  }
  using copy = new DataFolder();
  for (const name of ["bank.db", "bank.db-wal"]) {
    Deno.writeFileSync(
      `${copy.path}/${name}`,
      Uint8Array.fromHex(folder.content()[name]!),
    );
  }
  const { moment, pages } = contentOf(copy);
  assertEquals(moment?.seq, 19);
  assertEquals(pages.get(1), page(19));
  assertEquals(Object.keys(copy.content()), ["bank.db"]);
});

test("open() refuses a folder that does not exist", (folder) => {
  const path = `${folder.path}/none/bank.db`;
  const what = `the folder ${folder.path}/none does not exist`;
  assertThrows(() => DataFile.open(path, true), StoreError, what);
});

test("open() refuses what is not a file", (folder) => {
  Deno.mkdirSync(folder.file);
  const open = () => DataFile.open(folder.file, true);
  assertThrows(open, StoreError, "it is not a file");
});

test("open() makes no file when it may not", (folder) => {
  const open = () => DataFile.open(folder.file, false);
  assertThrows(open, StoreError, "there is no such file");
  assertEquals(folder.content(), {});
});

test("open() refuses a file of another program", (folder) => {
  Deno.writeTextFileSync(folder.file, "name,value\n".repeat(1000));
  assertRefused(folder, /: it is not a data file of this program$/);
});

test("open() refuses a database of another program, also one with a log", (folder) => {
  folder.sql("CREATE TABLE notes (text)", "PRAGMA journal_mode = WAL");
  assertRefused(folder, /: it is an SQLite database of another program$/);
  Deno.writeTextFileSync(`${folder.file}-wal`, "not to be touched");
  assertRefused(folder, /: it is an SQLite database of another program$/);
});

test("open() refuses a newer schema", (folder) => {
  make(folder);
  folder.sql("PRAGMA user_version = 2");
  assertRefused(folder, "its schema is 2, this version knows 1");
});

test("open() refuses what is not what was stored", (folder) => {
  for (
    const statement of [
      "UPDATE state SET seq = 8",
      "UPDATE pages SET bytes = zeroblob(1024) WHERE id = 0",
      "DELETE FROM pages WHERE id = 0",
      "INSERT INTO pages VALUES (1, zeroblob(1024))",
      "INSERT INTO pages VALUES (1, zeroblob(1000))",
      "INSERT INTO pages VALUES (69904, zeroblob(1024))",
      "DELETE FROM state",
    ]
  ) {
    using one = new DataFolder();
    make(one);
    one.sql(statement);
    assertRefused(one, "it is damaged");
  }
  assertEquals(folder.content(), {});
});

test("open() finds any byte that has changed in a page, or reads all pages right", (folder) => {
  make(folder);
  const before = contentOf(folder);
  const good = Deno.readFileSync(folder.file);
  let refused = 0;
  // Bytes of every place in the file, each with another value.
  for (let at = 0; at < good.length; at += 61) {
    const bad = good.slice();
    bad[at]! ^= 0x15;
    Deno.writeFileSync(folder.file, bad);
    try {
      assertEquals(contentOf(folder), before);
    } catch (error) {
      assert(error instanceof StoreError, `byte ${at}: ${error}`);
      refused++;
    }
    for (const end of ["-wal", "-shm", "-journal"]) {
      try {
        Deno.removeSync(folder.file + end);
      } catch {
        // There is none.
      }
    }
  }
  assert(refused > 20, `${refused} refused`);
});

test("open() refuses a file that is cut off", (folder) => {
  make(folder);
  Deno.truncateSync(folder.file, 6000);
  assertRefused(folder, "it is damaged");
});

test("open() refuses a log of another moment, and leaves both as they are", (folder) => {
  make(folder);
  const old = folder.content()["bank.db"]!;
  using copy = new DataFolder();
  {
    using file = DataFile.open(folder.file, false).file;
    file.commit({ ...MOMENT, seq: 8 }, new Map([[0, page(9)]]));
    file.commit({ ...MOMENT, seq: 9 }, new Map([[271, page(9)]]));
    const wal = Uint8Array.fromHex(folder.content()["bank.db-wal"]!);
    // The log has all of the newer state but one page of it.
    file.close();
    folder.sql("UPDATE pages SET bytes = zeroblob(1024) WHERE id = 271");
    Deno.writeFileSync(copy.file, Deno.readFileSync(folder.file));
    Deno.writeFileSync(`${copy.file}-wal`, wal.subarray(0, wal.length / 2));
  }
  assertEquals(old.length > 0, true);
  assertRefused(copy, "it is damaged");
});

test("open() refuses a file that is in use", (folder) => {
  make(folder);
  using _ = DataFile.open(folder.file, false).file;
  assertThrows(
    () => DataFile.open(folder.file, true),
    StoreError,
    "another program uses it",
  );
});
