/**
 * The files of the page, embedded in the program.
 * @module
 */
import html from "../page/index.html" with { type: "text" };
import css from "../page/page.css" with { type: "text" };
import js from "../page/page.js" with { type: "text" };

/** A file that is served. */
export interface PageFile {
  /** Its content. */
  readonly text: string;
  /** Its media type. */
  readonly type: string;
}

/** The files by path. */
export const PAGE_FILES: ReadonlyMap<string, PageFile> = new Map([
  ["/", { text: html, type: "text/html; charset=utf-8" }],
  ["/page.css", { text: css, type: "text/css; charset=utf-8" }],
  ["/page.js", { text: js, type: "text/javascript; charset=utf-8" }],
]);
