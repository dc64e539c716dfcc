import { assertEquals } from "@std/assert";
import { type Call, type Route, Router } from "../../src/http/router.ts";

const permissions = "none";

const say = (text: string) => (call: Call) =>
  new Response(`${text} ${JSON.stringify(call.params)}`);

const ROUTES: readonly Route[] = [
  { path: "/", handlers: { GET: say("page") } },
  {
    path: "/cells/:table/:address",
    handlers: { GET: say("get"), PUT: say("put") },
  },
  { path: "/cells/:table", handlers: { DELETE: say("delete") } },
  { path: "/cells/coils", handlers: { GET: say("too late") } },
];

/** Requests, and what comes of them: status, body or type of the error, methods allowed. */
const REQUESTS: readonly (readonly [
  method: string,
  path: string,
  status: number,
  answer: string,
  allow?: string,
])[] = [
  ["GET", "/", 200, "page {}"],
  ["GET", "/?a=b", 200, "page {}"],
  ["HEAD", "/", 200, "page {}"],
  ["POST", "/", 405, "/problems/method-not-allowed", "GET, HEAD"],
  ["GET", "/cells/coils/3", 200, 'get {"table":"coils","address":"3"}'],
  ["PUT", "/cells/a%2Fb/-1", 200, 'put {"table":"a%2Fb","address":"-1"}'],
  [
    "PATCH",
    "/cells/coils/3",
    405,
    "/problems/method-not-allowed",
    "GET, PUT, HEAD",
  ],
  ["GET", "/cells/coils/3/4", 404, "/problems/not-found"],
  ["GET", "/cells/coils", 405, "/problems/method-not-allowed", "DELETE"],
  ["HEAD", "/cells/coils", 405, "/problems/method-not-allowed", "DELETE"],
  ["GET", "//", 404, "/problems/not-found"],
  ["GET", "/constructor", 404, "/problems/not-found"],
];

Deno.test("Router.answer()", { permissions }, async (t) => {
  const router = new Router(ROUTES);
  const remote = {
    transport: "tcp",
    hostname: "127.0.0.1",
    port: 1,
  } as const;
  for (const [method, path, status, answer, allow] of REQUESTS) {
    await t.step(`${method} ${path}`, async () => {
      const request = new Request(`http://localhost${path}`, { method });
      const response = await router.answer(request, remote);
      const text = await response.text();
      assertEquals(response.status, status);
      assertEquals(status === 200 ? text : JSON.parse(text).type, answer);
      assertEquals(response.headers.get("allow") ?? undefined, allow);
    });
  }
});

Deno.test("Router.answer() takes no method from a handler's prototype", {
  permissions,
}, async () => {
  const router = new Router([{ path: "/", handlers: { GET: say("page") } }]);
  const remote = { transport: "tcp", hostname: "::1", port: 1 } as const;
  for (const method of ["constructor", "toString", "__proto__"]) {
    const request = new Request("http://localhost/", { method });
    const response = await router.answer(request, remote);
    assertEquals(response.status, 405, method);
  }
});

Deno.test("Router.answer() tells a browser what a page may do there", {
  permissions,
}, async () => {
  const router = new Router(ROUTES);
  const remote = { transport: "tcp", hostname: "::1", port: 1 } as const;
  const headers = { "access-control-request-method": "PUT" };
  const options = { method: "OPTIONS", headers };
  const ask = (path: string) =>
    router.answer(new Request(`http://localhost${path}`, options), remote);
  const response = await ask("/cells/coils/3");
  assertEquals([response.status, await response.text()], [204, ""]);
  const allowed = (what: string) =>
    response.headers.get(`access-control-allow-${what}`);
  assertEquals(allowed("methods"), "GET, PUT");
  assertEquals(
    allowed("headers"),
    "authorization, content-type, last-event-id",
  );
  // Which pages may is not for the router to say.
  assertEquals(allowed("origin"), null);
  assertEquals((await ask("/nowhere")).status, 404);
});
