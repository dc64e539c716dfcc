import { assert, assertEquals } from "@std/assert";
import { FILES } from "../../src/http/files.ts";

/** Media types by the end of the path. */
const TYPES: Readonly<Record<string, string>> = {
  "/": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".d.ts": "application/typescript; charset=utf-8",
  ".json": "application/schema+json",
};

Deno.test(
  "FILES has the right media type of",
  { permissions: "none" },
  async (t) => {
    for (const [path, { type }] of FILES) {
      await t.step(path, () => {
        const [, expected] = Object.entries(TYPES)
          .find(([end]) => path.endsWith(end)) ?? [];
        assertEquals(type, expected);
      });
    }
  },
);

Deno.test({
  name:
    "FILES has what the page refers to, and the page refers to nothing elsewhere",
  permissions: "none",
  fn() {
    const { text: html = "" } = FILES.get("/") ?? {};
    const { text: js = "" } = FILES.get("/page.js") ?? {};
    const urls = [
      ...html.matchAll(/\b(?:src|href)="([^"#]+)"/g),
      ...js.matchAll(/^import .*"(.+)";$/gm),
    ].map(([, url]) => new URL(url!, "http://server/"));
    assert(urls.length >= 3, `Only ${urls.length} references found`);
    for (const { host, pathname } of urls) {
      assertEquals(host, "server");
      assert(FILES.has(pathname), `There is no ${pathname}`);
    }
  },
});

Deno.test({
  name:
    "FILES has a page without scripts and styles of its own, which the policy forbids",
  permissions: "none",
  fn() {
    const { text: html = "" } = FILES.get("/") ?? {};
    assertEquals(
      html.match(/<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/gi),
      null,
    );
  },
});

Deno.test({
  name: "FILES has the protocol as JSON Schema",
  permissions: "none",
  fn() {
    const schema = JSON.parse(FILES.get("/protocol.json")?.text ?? "");
    assertEquals(
      schema.$schema,
      "https://json-schema.org/draft/2020-12/schema",
    );
  },
});
