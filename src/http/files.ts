/**
 * The files that are served, embedded in the program.
 * @module
 */
import html from "../page/index.html" with { type: "text" };
import icon from "../page/icon.svg" with { type: "text" };
import css from "../page/page.css" with { type: "text" };
import page from "../page/page.js" with { type: "text" };
import client from "../client/client.js" with { type: "text" };
import clientTypes from "../client/client.d.ts" with { type: "text" };
import protocol from "../ws/protocol.schema.json" with { type: "text" };
import { textResponse } from "./responses.ts";
import type { Route } from "./router.ts";

/** A file that is served. */
export interface File {
  /** Its content. */
  readonly text: string;
  /** Its media type. */
  readonly type: string;
}

/** The files by path. */
export const FILES: ReadonlyMap<string, File> = new Map([
  ["/", { text: html, type: "text/html; charset=utf-8" }],
  ["/page.css", { text: css, type: "text/css; charset=utf-8" }],
  ["/icon.svg", { text: icon, type: "image/svg+xml" }],
  ["/page.js", { text: page, type: "text/javascript; charset=utf-8" }],
  ["/client.js", { text: client, type: "text/javascript; charset=utf-8" }],
  [
    "/client.d.ts",
    { text: clientTypes, type: "application/typescript; charset=utf-8" },
  ],
  ["/protocol.json", { text: protocol, type: "application/schema+json" }],
]);

/** The routes of the files. */
export const FILE_ROUTES: readonly Route[] = [...FILES].map((
  [path, { text, type }],
) => ({ path, handlers: { GET: () => textResponse(text, type) } }));
