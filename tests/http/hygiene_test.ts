// What every answer has, and what no request can make the server do.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Tokens } from "../../src/access/tokens.ts";
import { FILE_ROUTES } from "../../src/http/files.ts";
import { connectTo } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import { Serving } from "./serving.ts";

/** Requests of every kind of answer, and the status. */
const REQUESTS: readonly (readonly [
  what: string,
  path: string,
  init: RequestInit,
  status: number,
])[] = [
  ["a file", "/", {}, 200],
  ["a method that is not allowed", "/", { method: "POST" }, 405],
  ["a stranger", "/nowhere", {}, 401],
  ["a wrong token", "/", { headers: { authorization: "Bearer x" } }, 401],
  [
    "an unknown path",
    "/nowhere",
    { headers: { authorization: "Bearer viewer-0123456789" } },
    404,
  ],
  [
    "a page from elsewhere that writes",
    "/",
    { method: "POST", headers: { origin: "https://evil.example" } },
    403,
  ],
  ["a fault", "/fault", {}, 500],
];

for (const [what, path, init, status] of REQUESTS) {
  Deno.test(`the answer to ${what} is safe to show in a browser`, async () => {
    await using serving = new Serving({
      tokens: Tokens.parse("viewer viewer-0123456789"),
      routes: () => [
        ...FILE_ROUTES,
        {
          path: "/fault",
          public: true,
          handlers: {
            GET: () => {
              throw new Error("made by the test");
            },
          },
        },
      ],
    });
    const response = await fetch(`${serving.origin}${path}`, init);
    const text = await response.text();
    const { headers } = response;
    assertEquals(response.status, status);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertMatch(headers.get("content-security-policy")!, /default-src 'none'/);
    assertEquals(headers.get("access-control-allow-origin"), null);
    if (status === 200) return;
    assertEquals(headers.get("content-type"), "application/problem+json");
    assertEquals(JSON.parse(text).status, status);
  });
}

/** Heads that are no requests, or too large ones. */
const BAD_HEADS: readonly (readonly [what: string, head: string])[] = [
  ["a header of 1 MB", `GET / HTTP/1.1\r\nX: ${"x".repeat(1 << 20)}\r\n\r\n`],
  [
    "100,000 headers",
    `GET / HTTP/1.1\r\n${"x: 1\r\n".repeat(100_000)}\r\n`,
  ],
  ["a path of 1 MB", `GET /${"x".repeat(1 << 20)} HTTP/1.1\r\n\r\n`],
  ["two names", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
  ["a line break in a header", "GET / HTTP/1.1\r\nX: a\nb\r\n\r\n"],
  ["Modbus", "\x00\x01\x00\x00\x00\x06\x01\x03\x00\x00\x00\x01\r\n\r\n"],
  ["TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
];

for (const [what, head] of BAD_HEADS) {
  Deno.test(`${what} is 400 or the end, and nothing to others`, async () => {
    await using serving = new Serving();
    await using other = await WsClient.open(serving.url);
    using conn = await connectTo(serving.url);
    const bytes = new TextEncoder().encode(head);
    // It may end before all is sent.
    const sent = (async () => {
      for (let at = 0; at < bytes.length;) {
        at += await conn.write(bytes.subarray(at));
      }
    })().catch(() => {});
    const buffer = new Uint8Array(100);
    const count = await within(conn.read(buffer).catch(() => null), what);
    const answer = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    assert(/^(HTTP\/1\.[01] 400 |$)/.test(answer), answer);
    await within(sent, "The rest");
    assertEquals(await other.ask({ type: "ping" }), { type: "pong" });
    assertEquals(serving.lines.all.filter((l) => l.startsWith("error")), []);
  });
}

Deno.test("a name that is no name is refused, and no fault", async () => {
  await using serving = new Serving();
  for (const host of ["bad host", "u@e/x?y#z", "[::1", "%00", "a:b:c"]) {
    using conn = await connectTo(serving.url);
    const text = `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    await conn.write(new TextEncoder().encode(text));
    const buffer = new Uint8Array(100);
    const count = await within(conn.read(buffer), host);
    const answer = new TextDecoder().decode(buffer.subarray(0, count ?? 0));
    assertMatch(answer, /^HTTP\/1\.1 40[03] /);
  }
  assertEquals(serving.lines.all.filter((l) => l.startsWith("error")), []);
});
