import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import schema from "../../src/ws/protocol.schema.json" with { type: "text" };
import type { Route } from "../../src/http/router.ts";
import { RawWebSocket } from "../testing/raw_web_socket.ts";
import { WsClient } from "../testing/ws_client.ts";
import { Serving } from "./serving.ts";

/** Paths, and what comes of them. */
const PATHS: readonly (readonly [
  path: string,
  type: string,
  content: string,
])[] = [
  ["/", "text/html; charset=utf-8", "<!doctype html>"],
  ["/page/style/grid.css", "text/css; charset=utf-8", "{"],
  ["/page/page.js", "text/javascript; charset=utf-8", "import"],
  ["/icon.svg", "image/svg+xml", "<svg"],
  ["/client.js", "text/javascript; charset=utf-8", "export function connect"],
  ["/client.d.ts", "application/typescript; charset=utf-8", "connect("],
  ["/protocol.json", "application/schema+json", '"$defs"'],
];

for (const [path, type, content] of PATHS) {
  Deno.test(`serveHttp() answers GET ${path}`, async () => {
    await using serving = new Serving();
    const url = `http://127.0.0.1:${serving.addr.port}${path}`;
    const response = await fetch(url);
    const text = await response.text();
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), type);
    assertStringIncludes(text.toLowerCase(), content.toLowerCase());
    const head = await fetch(url, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
    assertEquals(head.headers.get("content-type"), type);
  });
}

Deno.test("serveHttp() has the protocol's schema at /protocol.json", async () => {
  await using serving = new Serving();
  const url = `http://127.0.0.1:${serving.addr.port}/protocol.json`;
  assertEquals(await (await fetch(url)).text(), schema);
});

/** Origins of pages, and whether these may read what is served. */
const READERS = [
  ["http://localhost:5173", true],
  ["https://hmi.example", true],
  ["https://evil.example", false],
  ["null", false],
] as const;

for (const [origin, may] of READERS) {
  Deno.test(`serveHttp() ${may ? "lets" : "does not let"} ${origin} read files`, async () => {
    await using serving = new Serving({
      allowOrigins: ["https://hmi.example"],
    });
    const url = `http://127.0.0.1:${serving.addr.port}/client.js`;
    using client = await RawWebSocket.open(url, {
      Origin: origin,
      Upgrade: undefined,
      Connection: "close",
    });
    assertEquals(client.status, 200);
    const { headers } = client;
    assertEquals(
      headers.get("access-control-allow-origin"),
      may ? origin : null,
    );
    assertEquals(headers.get("vary"), may ? "origin" : null);
  });
}

/** A route that tells its method. */
const ECHO: readonly Route[] = [{
  path: "/echo",
  handlers: {
    GET: () => new Response("GET"),
    PUT: () => new Response("PUT"),
  },
}];

/** What comes of a request to `/echo`: status, body, `Access-Control-Allow-Origin`. */
const PAGES: readonly (readonly [
  method: string,
  origin: string | undefined,
  status: number,
  body: string,
  shared: string | null,
])[] = [
  ["PUT", undefined, 200, "PUT", null],
  ["PUT", "https://hmi.example", 200, "PUT", "https://hmi.example"],
  ["PUT", "https://evil.example", 403, "origin-not-allowed", null],
  ["PUT", "null", 403, "origin-not-allowed", null],
  ["DELETE", "https://evil.example", 403, "origin-not-allowed", null],
  ["GET", "https://evil.example", 200, "GET", null],
  ["OPTIONS", "https://hmi.example", 204, "", "https://hmi.example"],
  ["OPTIONS", "https://evil.example", 403, "origin-not-allowed", null],
];

for (const [method, origin, status, body, shared] of PAGES) {
  Deno.test(`serveHttp() answers ${method} from ${origin} with ${status}`, async () => {
    await using serving = new Serving({
      ...{ allowOrigins: ["https://hmi.example"], routes: () => ECHO },
    });
    const url = `http://127.0.0.1:${serving.addr.port}/echo`;
    const headers = new Headers({ "access-control-request-method": "PUT" });
    if (origin !== undefined) headers.set("origin", origin);
    const response = await fetch(url, { method, headers });
    assertEquals(response.status, status);
    assertStringIncludes(await response.text(), body);
    const allowed = response.headers.get("access-control-allow-origin");
    assertEquals(allowed, shared);
  });
}

Deno.test("serveHttp() has nothing elsewhere, and says so", async () => {
  await using serving = new Serving();
  const path = "x".repeat(2000);
  const url = `http://127.0.0.1:${serving.addr.port}/${path}`;
  const response = await fetch(url);
  assertEquals(response.status, 404);
  const { type, detail } = await response.json();
  assertEquals(type, "/problems/not-found");
  assert(detail.startsWith("There is nothing at /xxx"));
  assert(detail.length < 200);
});

Deno.test("serveHttp() does not take a path for a file", async () => {
  await using serving = new Serving();
  const base = `http://127.0.0.1:${serving.addr.port}`;
  for (
    const path of [
      ...["/%2e%2e%2fmain.ts", "/page/page.js/", "//", "/PAGE/PAGE.JS"],
      "/page",
    ]
  ) {
    const response = await fetch(base + path);
    assertEquals(response.status, 404, path);
    await response.body?.cancel();
  }
});

for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
  Deno.test(`serveHttp() refuses ${method}`, async () => {
    await using serving = new Serving();
    const url = `http://127.0.0.1:${serving.addr.port}/`;
    const response = await fetch(url, { method });
    assertEquals(response.status, 405);
    const { type, detail } = await response.json();
    assertEquals(type, "/problems/method-not-allowed");
    assertEquals(detail, `${method} is not allowed here: use GET`);
  });
}

Deno.test("serveHttp() answers 500 when it has a fault, and logs it", async () => {
  await using serving = new Serving({
    routes: () => [{
      path: "/fault",
      handlers: {
        GET: () => {
          throw new Error("made by the test");
        },
      },
    }],
  });
  const url = `http://127.0.0.1:${serving.addr.port}/fault`;
  const response = await fetch(url);
  assertEquals(response.status, 500);
  const { type, detail } = await response.json();
  assertEquals(type, "/problems/internal-error");
  assert(!detail.includes("made by the test"));
  const line = await serving.lines.until(/^error /);
  assertStringIncludes(line, "made by the test");
});

Deno.test("stop() ends with a client that does not answer the close", async () => {
  await using serving = new Serving();
  using stuck = await RawWebSocket.open(serving.url);
  await stuck.send('{"type":"ping"}');
  await stuck.next();
  await serving.hub.close();
  await serving.stop(100);
});

Deno.test("stop() closes live clients with 1001", async () => {
  await using serving = new Serving();
  const clients = await Promise.all(
    Array.from({ length: 5 }, () => WsClient.open(serving.url)),
  );
  for (const client of clients) await client.ask({ type: "ping" });
  await serving.hub.close();
  await serving.stop(1000);
  for (const client of clients) {
    assertEquals((await client.closed).code, 1001);
  }
});
