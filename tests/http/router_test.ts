import { assertEquals } from "@std/assert";
import { type Call, type Route, Router } from "../../src/http/router.ts";
import { visitor } from "./visitors.ts";

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
  { path: "/cells/coils", handlers: { GET: say("coils") } },
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
  ["GET", "/cells/inputs", 405, "/problems/method-not-allowed", "DELETE"],
  ["HEAD", "/cells/inputs", 405, "/problems/method-not-allowed", "DELETE"],
  ["DELETE", "/cells/inputs", 200, 'delete {"table":"inputs"}'],
  // The path itself goes before a pattern that it fits, too.
  ["GET", "/cells/coils", 200, "coils {}"],
  ["GET", "//", 404, "/problems/not-found"],
  ["GET", "/constructor", 404, "/problems/not-found"],
];

Deno.test("Router.answer()", { permissions }, async (t) => {
  const router = new Router(ROUTES);
  for (const [method, path, status, answer, allow] of REQUESTS) {
    await t.step(`${method} ${path}`, async () => {
      const request = new Request(`http://localhost${path}`, { method });
      const response = await router.answer(request, visitor(path));
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
  for (const method of ["constructor", "toString", "__proto__"]) {
    const request = new Request("http://localhost/", { method });
    const response = await router.answer(request, visitor("/"));
    assertEquals(response.status, 405, method);
  }
});

Deno.test("Router.answer() tells a browser what a page may do there", {
  permissions,
}, async () => {
  const router = new Router(ROUTES);
  const headers = { "access-control-request-method": "PUT" };
  const options = { method: "OPTIONS", headers };
  const ask = (path: string) => {
    const request = new Request(`http://localhost${path}`, options);
    return router.answer(request, visitor(path));
  };
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

/** Requests by visitors, and the status they get. */
const VISITS: readonly (readonly [
  who: string,
  given: Parameters<typeof visitor>[1],
  method: string,
  path: string,
  status: number,
])[] = [
  ["a stranger", { role: undefined }, "GET", "/open", 200],
  ["a stranger", { role: undefined }, "HEAD", "/open", 200],
  ["a stranger", { role: undefined }, "POST", "/open", 405],
  ["a stranger", { role: undefined }, "GET", "/cells", 401],
  ["a stranger", { role: undefined }, "PUT", "/cells", 401],
  ["a stranger", { role: undefined }, "PATCH", "/cells", 401],
  ["a stranger", { role: undefined }, "GET", "/nowhere", 401],
  ["a stranger", { role: undefined }, "OPTIONS", "/cells", 401],
  [
    "a wrong token",
    { role: undefined, hasWrongToken: true },
    "GET",
    "/open",
    401,
  ],
  [
    "a wrong token",
    { role: undefined, hasWrongToken: true },
    "GET",
    "/cells",
    401,
  ],
  ["a viewer", { role: "viewer" }, "GET", "/cells", 200],
  ["a viewer", { role: "viewer" }, "HEAD", "/cells", 200],
  ["a viewer", { role: "viewer" }, "PUT", "/cells", 403],
  ["a viewer", { role: "viewer" }, "GET", "/nowhere", 404],
  ["an operator", { role: "operator" }, "GET", "/cells", 200],
  ["an operator", { role: "operator" }, "PUT", "/cells", 200],
  ["an operator", { role: "operator" }, "PATCH", "/cells", 405],
];

for (const [who, given, method, path, status] of VISITS) {
  Deno.test(`Router.answer() of ${method} ${path} by ${who} is ${status}`, {
    permissions,
  }, async () => {
    const router = new Router([
      { path: "/open", public: true, handlers: { GET: say("open") } },
      { path: "/cells", handlers: { GET: say("get"), PUT: say("put") } },
    ]);
    const request = new Request(`http://localhost${path}`, { method });
    const response = await router.answer(request, visitor(path, given));
    assertEquals(response.status, status);
    assertEquals(
      response.headers.get("www-authenticate")?.startsWith("Bearer ") ?? false,
      status === 401,
    );
    await response.body?.cancel();
  });
}
