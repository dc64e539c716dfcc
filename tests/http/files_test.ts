import { assert, assertEquals } from "@std/assert";
import { FILES } from "../../src/http/files.ts";
import { granted } from "../testing/permissions.ts";
import { sources } from "../testing/sources.ts";

/** Media types by the end of the path. */
const TYPES: Readonly<Record<string, string>> = {
  "/": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".d.ts": "application/typescript; charset=utf-8",
  ".json": "application/schema+json",
  ".txt": "text/plain; charset=utf-8",
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
    const references = (text: string, pattern: RegExp, from: string) =>
      Array.from(
        text.matchAll(pattern),
        ([, url]) => new URL(url!, new URL(from, "http://server/")),
      );
    const urls = [
      ...references(html, /\b(?:src|href)="([^"#]+)"/g, "/"),
      ...[...FILES].filter(([path]) => /^\/page\/.*\.js$/.test(path))
        .flatMap(([path, { text }]) =>
          references(text, /^(?:import|\}) .*"(.+)";$/gm, path)
        ),
    ];
    assert(urls.length >= 50, `Only ${urls.length} references found`);
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

Deno.test({
  name: "FILES has all files of the page",
  permissions: { read: true },
  ignore: !granted("read"),
  fn() {
    const paths = [".js", ".css"].flatMap((end) => sources("src/page", end))
      .map(({ path }) => path.replace("src/", "/"));
    assertEquals(paths.filter((path) => !FILES.has(path)), []);
  },
});
