/**
 * Commands on data files: what is in one as JSON, and back.
 * @module
 */
import { PAGE_SIZE, pageOf, placeOf } from "../bank/pages.ts";
import { Table, TABLE_NAMES, TABLE_SIZE, wireLength } from "../bank/tables.ts";
import type { Call, Subcommand } from "../command.ts";
import {
  DocumentError,
  formatDocument,
  parseDocument,
  type Tables,
} from "./document.ts";
import { StoreError } from "./errors.ts";
import { type Content, DataFile } from "./file.ts";

/** Writes what a data file holds to stdout. */
export const EXPORT: Subcommand = {
  name: "export",
  operands: ["FILE"],
  help: "write the cells of a data file to stdout, as JSON",
  flags: [],
  run: (call) =>
    explained(call, ([path]) => {
      const { file, content } = DataFile.open(path!, false);
      file.close();
      call.print(formatDocument(tablesOf(content)).trimEnd());
    }),
};

/** Gives a data file the cells that it reads from stdin. */
export const IMPORT: Subcommand = {
  name: "import",
  operands: ["FILE"],
  help: "give a data file the cells of such JSON, from stdin",
  flags: [],
  run: (call) =>
    explained(call, async ([path]) => {
      const tables = parseDocument(
        await new Response(Deno.stdin.readable).text(),
      );
      const { file, content } = DataFile.open(path!, true);
      using _ = file;
      // A run of its own: nobody can go on behind what it replaces.
      const epoch = crypto.randomUUID();
      const seq = (content.moment?.seq ?? 0) + 1;
      const moment = { epoch, seq, covers: "" };
      file.commit(moment, pagesOf(tables));
    }),
};

function tablesOf({ pages }: Content): Tables {
  const tables = TABLE_NAMES.map((name) =>
    new Uint8Array(wireLength(Table[name], TABLE_SIZE))
  );
  for (const [page, bytes] of pages) {
    const { table, at } = placeOf(page);
    tables[table]!.set(bytes, at);
  }
  return tables;
}

function pagesOf(tables: Tables): Map<number, Uint8Array> {
  const pages = new Map<number, Uint8Array>();
  for (const [table, cells] of tables.entries()) {
    const first = pageOf(table as Table, 0);
    for (let at = 0; cells !== undefined && at < cells.length;) {
      const page = first + at / PAGE_SIZE;
      pages.set(page, cells.subarray(at, at += PAGE_SIZE));
    }
  }
  return pages;
}

/** Does something with the operands; what can go wrong is said. */
async function explained(
  { operands, printError }: Call,
  action: (operands: readonly string[]) => void | Promise<void>,
): Promise<number> {
  try {
    await action(operands);
    return 0;
  } catch (error) {
    if (error instanceof DocumentError) {
      printError(`Cannot understand what stdin has: ${error.message}`);
    } else if (error instanceof StoreError) printError(error.message);
    else throw error;
    return 1;
  }
}
