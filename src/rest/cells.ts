/**
 * Reading and writing cells by HTTP.
 * @module
 */
import type { Role } from "../access/role.ts";
import type { Bank } from "../bank/bank.ts";
import { wireLength } from "../bank/tables.ts";
import { jsonResponse, textResponse } from "../http/responses.ts";
import type { Call, Route } from "../http/router.ts";
import { encodeCells } from "../ws/encode.ts";
import { fail, tableOf } from "../ws/fields.ts";
import { parseObject, parseWrite } from "../ws/parse.ts";
import { notStored } from "../ws/requests.ts";
import type { WriteGuard } from "../ws/write_guard.ts";
import { type BodyLimits, checkJsonType, readText } from "./body.ts";
import { withProblems } from "./problem.ts";
import {
  parsePathRange,
  parseQuery,
  parseUnitParam,
  PATH_NAMES,
} from "./query.ts";
import type { RequestWriter } from "./request_writer.ts";
import { RequestError } from "./request_error.ts";

/** What reading and writing need. */
export interface CellOptions {
  /** The cells. */
  readonly bank: Bank;
  /** What clients may write, by their role. */
  readonly guards: Readonly<Record<Role, WriteGuard>>;
  /** What the body of a write may cost. */
  readonly limits: BodyLimits;
  /** Numbers the writes. */
  readonly writer: RequestWriter;
}

/** A table in a path. */
const TABLE_PATH = `/api/v1/:table(${[...PATH_NAMES.keys()].join("|")})`;

/** The cells of a bank, by table and address. */
export function cellRoute(options: CellOptions): Route {
  return {
    path: `${TABLE_PATH}/:address`,
    handlers: {
      GET: withProblems((call) => read(options, call)),
      PUT: withProblems((call) => write(options, call)),
    },
  };
}

/** Paths that end before the address, to tell what is missing. */
export function tableRoute(): Route {
  const lacking = (query: string) =>
    withProblems(({ params: { table } }) =>
      fail(
        "invalid_address",
        `The path must go on with the address of the first cell: /api/v1/${table}/0${query}`,
      )
    );
  return {
    path: `${TABLE_PATH}{/}?`,
    handlers: { GET: lacking("?count=8"), PUT: lacking("") },
  };
}

function read({ bank }: CellOptions, { url, params }: Call): Response {
  const query = parseQuery(url.searchParams, ["count", "unit"]);
  const { kind, address, count } = parsePathRange(params, query.count);
  const { units } = bank;
  const table = tableOf(parseUnitParam(query.unit, units), kind, units);
  const values = new Uint8Array(wireLength(table, count));
  const seq = bank.read(table, address, count, values, 0);
  const cells = encodeCells(
    { table, address, count, values },
    units.idOf(table),
  );
  return textResponse(`{${cells},"seq":${seq}}\n`, "application/json");
}

async function write(
  { bank, guards, limits, writer }: CellOptions,
  { request, url, params, visitor }: Call,
): Promise<Response> {
  const { unit } = parseQuery(url.searchParams, ["unit"]);
  const { units } = bank;
  const unitId = parseUnitParam(unit, units) ?? units.defaultId;
  const { kind, address } = parsePathRange(params, undefined);
  const table = units.tableOf(unitId, kind);
  checkJsonType(request.headers);
  const fields = parseObject(await readText(request, limits), "body");
  if (fields.address !== undefined && fields.address !== address) {
    const what = `"address" may be left out; it is ${address} in the path`;
    throw new RequestError("address_mismatch", what);
  }
  const { count, values } = parseWrite({ ...fields, address }, table);
  guards[visitor.role ?? "viewer"].check(table, address, count);
  const who = writer.next();
  who.unitId = unitId;
  const seq = bank.write(table, address, count, values, 0, who);
  const { durability } = bank;
  if (durability !== undefined && !await durability.stored(seq)) {
    throw notStored(undefined);
  }
  return jsonResponse({ address, count, seq });
}
