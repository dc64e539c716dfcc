/**
 * All cells of the bank at once, as the document that `export` writes.
 * @module
 */
import type { Role } from "../access/role.ts";
import type { Bank } from "../bank/bank.ts";
import type { Table, TableKind } from "../bank/tables.ts";
import { concat } from "../bytes.ts";
import { jsonResponse, textResponse } from "../http/responses.ts";
import type { Call, Route } from "../http/router.ts";
import { nextTurn } from "../pause.ts";
import {
  type Document,
  DocumentError,
  formatParts,
  parseParts,
  type Tables,
} from "../store/document.ts";
import { fail } from "../ws/fields.ts";
import { notStored } from "../ws/requests.ts";
import type { WriteGuard } from "../ws/write_guard.ts";
import { type BodyLimits, checkJsonType, readText } from "./body.ts";
import { withProblems } from "./problem.ts";
import { parseQuery } from "./query.ts";
import type { RequestWriter } from "./request_writer.ts";

/** What the whole bank needs. */
export interface BankOptions {
  /** The cells. */
  readonly bank: Bank;
  /** What clients may write, by their role. */
  readonly guards: Readonly<Record<Role, WriteGuard>>;
  /** What the body may cost. */
  readonly limits: BodyLimits;
  /** Numbers the writes. */
  readonly writer: RequestWriter;
}

/** The whole bank. */
export function bankRoute(options: BankOptions): Route {
  return {
    path: "/api/v1/bank",
    handlers: {
      GET: withProblems((call) => read(options, call)),
      PUT: withProblems((call) => write(options, call)),
    },
  };
}

/** All tables are of one moment; their text is made unit by unit, so that others have their turn. */
async function read({ bank }: BankOptions, { url }: Call): Promise<Response> {
  parseQuery(url.searchParams, []);
  const document = new Map<number | undefined, Uint8Array[]>();
  for (const [table, cells] of bank.storeSide().copyTables().entries()) {
    const unit = bank.units.idOf(table);
    document.getOrInsertComputed(unit, () => []).push(cells);
  }
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const part of formatParts(document)) {
    parts.push(encoder.encode(part));
    await nextTurn();
  }
  return textResponse(concat(parts), "application/json");
}

/**
 * Each table that the document has is replaced at one moment, by writes of the
 * cells that differ. All tables are checked before the first is changed; after
 * that nothing is refused any more. So a protected cell that others change in
 * between keeps their value, as if they had changed it later.
 */
async function write(
  { bank, guards, limits, writer }: BankOptions,
  { request, url, visitor }: Call,
): Promise<Response> {
  parseQuery(url.searchParams, []);
  checkJsonType(request.headers);
  const text = await readText(request, limits);
  const tables = tablesOf(await parse(text), bank);
  const guard = guards[visitor.role ?? "viewer"];
  // From here on in one turn: no other client's write comes in between.
  const now = bank.storeSide().copyTables();
  for (const { table, cells } of tables) {
    guard.checkReplacement(table, now[table]!, cells);
  }
  const who = writer.next();
  for (const { table, cells } of tables) {
    who.unitId = bank.units.idOf(table) ?? 0;
    bank.replace(table, cells, who, (run) => guard.allowed(table, run));
  }
  const { seq, durability } = bank;
  if (durability !== undefined && !await durability.stored(seq)) {
    throw notStored(undefined);
  }
  return jsonResponse({ seq });
}

/** Unit by unit, so that others have their turn. */
async function parse(text: string): Promise<Document> {
  try {
    const document = new Map<number | undefined, Tables>();
    for (const [unit, tables] of parseParts(text)) {
      document.set(unit, tables);
      await nextTurn();
    }
    return document;
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    fail("invalid_message", error.message);
  }
}

/** The tables that a document has, by their numbers in the bank. */
function tablesOf(
  document: Document,
  { units }: Bank,
): { table: Table; cells: Uint8Array }[] {
  return Array.from(document, ([unit, tables]) => {
    const isShared = units.ids === undefined;
    if (isShared !== (unit === undefined)) {
      fail(
        "invalid_unit",
        isShared
          ? `"units" is for servers with --units: here all units share one bank`
          : `The tables must stand in "units": each unit has its own here`,
      );
    }
    if (unit !== undefined && !units.has(unit)) {
      fail("invalid_unit", `Unit ${unit} is not served here (--units)`);
    }
    return tables.flatMap((cells, kind) =>
      cells === undefined
        ? []
        : { table: units.tableOf(unit ?? 0, kind as TableKind), cells }
    );
  }).flat();
}
