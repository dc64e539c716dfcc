import { assert, assertEquals } from "@std/assert";
import { refuseCall } from "../../src/http/authorize.ts";

const stranger = { role: undefined, hasWrongToken: false };
const wrong = { role: undefined, hasWrongToken: true };
const viewer = { role: "viewer", hasWrongToken: false } as const;
const operator = { role: "operator", hasWrongToken: false } as const;

/** Who asks by which method, what comes of it for what is not public, and for what is. */
const CASES = [
  ["a stranger", stranger, "GET", 401, undefined],
  ["a stranger", stranger, "HEAD", 401, undefined],
  ["a stranger", stranger, "PUT", 401, undefined],
  ["a wrong token", wrong, "GET", 401, 401],
  ["a wrong token", wrong, "DELETE", 401, 401],
  ["a viewer", viewer, "GET", undefined, undefined],
  ["a viewer", viewer, "HEAD", undefined, undefined],
  ["a viewer", viewer, "PUT", 403, undefined],
  ["a viewer", viewer, "get", 403, undefined],
  ["a viewer", viewer, "TRACE", 403, undefined],
  ["an operator", operator, "GET", undefined, undefined],
  ["an operator", operator, "PUT", undefined, undefined],
] as const;

for (const [who, visitor, method, status, publicStatus] of CASES) {
  Deno.test({
    name: `refuseCall() of ${method} by ${who}`,
    permissions: "none",
    fn() {
      assertEquals(refuseCall(visitor, method, false)?.status, status);
      assertEquals(refuseCall(visitor, method, true)?.status, publicStatus);
    },
  });
}

Deno.test({
  name: "refuseCall() says how to show a token, and which problem it is",
  permissions: "none",
  async fn() {
    const none = refuseCall(stranger, "GET", false);
    const unknown = refuseCall(wrong, "GET", false);
    const forbidden = refuseCall(viewer, "PUT", false);
    assert(none && unknown && forbidden);
    const challenge = 'Bearer realm="modbus-ws-adapter"';
    assertEquals(none.headers.get("www-authenticate"), challenge);
    assertEquals(
      unknown.headers.get("www-authenticate"),
      `${challenge}, error="invalid_token"`,
    );
    assertEquals(forbidden.headers.get("www-authenticate"), null);
    assertEquals((await none.json()).type, "/problems/unauthorized");
    assertEquals((await unknown.json()).type, "/problems/unauthorized");
    assertEquals(await forbidden.json(), {
      ...{ type: "/problems/forbidden", title: "Forbidden", status: 403 },
      detail: "A viewer may change nothing: that takes an operator's token",
    });
  },
});
