/**
 * All that the HTTP interface has.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import { textResponse } from "../http/responses.ts";
import type { Route } from "../http/router.ts";
import asyncApi from "./asyncapi.json" with { type: "text" };
import { cellRoute } from "./cells.ts";
import { type ChangeOptions, changeRoute } from "./changes.ts";
import openApi from "./openapi.json" with { type: "text" };

/** What the HTTP interface needs. */
export interface RestOptions extends ChangeOptions {
  /** The cells. */
  readonly bank: Bank;
  /** Most bytes of a request's body. */
  readonly maxBody: number;
}

/** Milliseconds in which a body must be complete. */
const BODY_TIMEOUT = 10_000;

const JSON_TYPE = "application/json";

/** The routes of the HTTP interface. */
export function restRoutes(options: RestOptions): readonly Route[] {
  const limits = { size: options.maxBody, timeout: BODY_TIMEOUT };
  return [
    changeRoute(options),
    cellRoute({ ...options, limits }),
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
