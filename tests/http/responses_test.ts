import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  errorResponse,
  jsonResponse,
  textResponse,
} from "../../src/http/responses.ts";

const RESPONSES: readonly (readonly [name: string, make: () => Response])[] = [
  ["textResponse()", () => textResponse("<p>", "text/html; charset=utf-8")],
  ["jsonResponse()", () => jsonResponse({ status: "ok" })],
  ["errorResponse()", () => errorResponse(404, "not_found", "Nothing here")],
];

for (const [name, make] of RESPONSES) {
  Deno.test({
    name: `${name} carries the headers that protect the page`,
    permissions: "none",
    fn() {
      const { headers } = make();
      assertEquals(headers.get("x-content-type-options"), "nosniff");
      assertEquals(headers.get("referrer-policy"), "no-referrer");
      assertEquals(headers.get("cache-control"), "no-cache");
      const policy = headers.get("content-security-policy")?.split("; ") ?? [];
      assertEquals(policy[0], "default-src 'none'");
      const frames = policy.find((part) => part.startsWith("frame-ancestors"));
      assertEquals(frames, "frame-ancestors 'none'");
      // The page talks to this server's WebSocket.
      const connect = policy.find((part) => part.startsWith("connect-src"));
      assertStringIncludes(connect ?? "", "'self'");
      assertEquals(policy.join().includes("unsafe-"), false);
    },
  });
}

Deno.test({
  name: "textResponse() has the text and its media type",
  permissions: "none",
  async fn() {
    const response = textResponse("größe", "text/css; charset=utf-8");
    assertEquals(response.status, 200);
    const { headers } = response;
    assertEquals(headers.get("content-type"), "text/css; charset=utf-8");
    assertEquals(await response.text(), "größe");
  },
});

Deno.test({
  name: "jsonResponse() has the value as one line of JSON",
  permissions: "none",
  async fn() {
    const response = jsonResponse({ status: "ok", n: 1 });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "application/json");
    assertEquals(await response.text(), '{"status":"ok","n":1}\n');
  },
});

Deno.test({
  name: "errorResponse() has problem details",
  permissions: "none",
  async fn() {
    const response = errorResponse(403, "origin_not_allowed", 'Not "you"\n');
    assertEquals(response.status, 403);
    const type = response.headers.get("content-type");
    assertEquals(type, "application/problem+json");
    assertEquals(await response.json(), {
      type: "/problems/origin-not-allowed",
      title: "Origin not allowed",
      status: 403,
      detail: 'Not "you"\n',
    });
  },
});
