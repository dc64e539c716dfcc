/**
 * All that the HTTP interface has.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import { textResponse } from "../http/responses.ts";
import type { Route } from "../http/router.ts";
import asyncApi from "./asyncapi.json" with { type: "text" };
import { bankRoute } from "./bank.ts";
import { cellRoute, tableRoute } from "./cells.ts";
import { type ChangeOptions, changeRoute } from "./changes.ts";
import type { RequestWriter } from "./request_writer.ts";
import openApi from "./openapi.json" with { type: "text" };

/** What the HTTP interface needs. */
export interface RestOptions extends ChangeOptions {
  /** The cells. */
  readonly bank: Bank;
  /** Most bytes of a request's body. */
  readonly maxBody: number;
  /** Numbers the writes. */
  readonly writer: RequestWriter;
}

/** Milliseconds in which a body must be complete. */
const BODY_TIMEOUT = 10_000;

/** Most bytes of a whole bank, whatever spaces are in it. */
const BANK_SIZE = 16 << 20;

/** Bytes of a unit's part of it that are enough for what GET writes. */
const UNIT_SIZE = 2 << 20;

/** Milliseconds in which a whole bank must be there. */
const BANK_TIMEOUT = 60_000;

const JSON_TYPE = "application/json";

/** The routes of the HTTP interface. */
export function restRoutes(options: RestOptions): readonly Route[] {
  const flag = "--max-message";
  const limits = { size: options.maxBody, timeout: BODY_TIMEOUT, flag };
  const units = options.bank.units.ids?.length ?? 1;
  const size = Math.max(BANK_SIZE, units * UNIT_SIZE);
  const bankLimits = { size, timeout: BANK_TIMEOUT };
  return [
    changeRoute(options),
    cellRoute({ ...options, limits }),
    tableRoute(),
    bankRoute({ ...options, limits: bankLimits }),
    {
      path: "/api/openapi.json",
      handlers: { GET: () => textResponse(openApi, JSON_TYPE) },
    },
    {
      path: "/api/asyncapi.json",
      handlers: { GET: () => textResponse(asyncApi, JSON_TYPE) },
    },
  ];
}
