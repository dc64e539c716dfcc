/**
 * Commands on data files: what is in one as JSON, and back.
 * @module
 */
import { PAGE_SIZE, pageOf, placeOf } from "../bank/pages.ts";
import {
  kindOf,
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../bank/tables.ts";
import { Units } from "../bank/units.ts";
import type { Call, Subcommand } from "../command.ts";
import {
  type Document,
  DocumentError,
  formatDocument,
  parseDocument,
} from "./document.ts";
import { StoreError } from "./errors.ts";
import { type Content, DataFile } from "./file.ts";
import { filePageOf, unitOf } from "./unit_pages.ts";

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
      call.print(formatDocument(documentOf(content)).trimEnd());
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
      const text = await new Response(Deno.stdin.readable).text();
      const pages = pagesOf(parseDocument(text));
      const { file, content } = DataFile.open(path!, true);
      using _ = file;
      // A run of its own: nobody can go on behind what it replaces.
      const epoch = crypto.randomUUID();
      const seq = (content.moment?.seq ?? 0) + 1;
      file.commit({ epoch, seq, covers: "" }, pages);
    }),
};

function documentOf({ pages }: Content): Document {
  const document = new Map<number | undefined, Uint8Array[]>();
  const add = (unit: number | undefined) => {
    const tables = TABLE_NAMES.map((name) =>
      new Uint8Array(wireLength(Table[name], TABLE_SIZE))
    );
    document.set(unit, tables);
    return tables;
  };
  if (pages.size === 0) add(undefined);
  for (const [id, bytes] of [...pages].sort(([a], [b]) => a - b)) {
    const { table, at } = placeOf(id);
    const unit = unitOf(id);
    (document.get(unit) ?? add(unit))[kindOf(table)]!.set(bytes, at);
  }
  return document;
}

function pagesOf(document: Document): Map<number, Uint8Array> {
  const pages = new Map<number, Uint8Array>();
  for (const [unit, tables] of document) {
    const units = new Units(unit === undefined ? undefined : [unit]);
    for (const [table, cells] of tables.entries()) {
      if (cells === undefined) continue;
      for (let at = 0; at < cells.length; at += PAGE_SIZE) {
        const page = pageOf(table, 0) + at / PAGE_SIZE;
        const bytes = cells.subarray(at, at + PAGE_SIZE);
        pages.set(filePageOf(page, units), bytes);
      }
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
