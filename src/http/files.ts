/**
 * The files that are served, embedded in the program.
 * @module
 */
import client from "../client/client.js" with { type: "text" };
import clientTypes from "../client/client.d.ts" with { type: "text" };
import protocol from "../ws/protocol.schema.json" with { type: "text" };
import { PAGE_FILES } from "../page/files.ts";
import { textResponse } from "./responses.ts";
import type { Route } from "./router.ts";

/** A file that is served. */
export interface File {
  /** Its content. */
  readonly text: string;
  /** Its media type. */
  readonly type: string;
}

/** Media types by the end of a path, the first that fits. */
const TYPES: readonly (readonly [end: string, type: string])[] = [
  ["/", "text/html; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".d.ts", "application/typescript; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".json", "application/schema+json"],
  [".svg", "image/svg+xml"],
  [".txt", "text/plain; charset=utf-8"],
];

const TEXTS: readonly (readonly [path: string, text: string])[] = [
  ...PAGE_FILES,
  ["/client.js", client],
  ["/client.d.ts", clientTypes],
  ["/protocol.json", protocol],
];

/** The files by path. */
export const FILES: ReadonlyMap<string, File> = new Map(
  TEXTS.map(([path, text]) => [path, { text, type: typeOf(path) }]),
);

/** The routes of the files. */
export const FILE_ROUTES: readonly Route[] = [...FILES].map((
  [path, { text, type }],
) => ({
  path,
  public: true,
  handlers: { GET: () => textResponse(text, type) },
}));

function typeOf(path: string): string {
  const [, type] = TYPES.find(([end]) => path.endsWith(end)) ?? [];
  if (type === undefined) throw new Error(`No media type is known for ${path}`);
  return type;
}
