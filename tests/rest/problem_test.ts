import { assertEquals, assertRejects } from "@std/assert";
import type { Call } from "../../src/http/router.ts";
import { withProblems } from "../../src/rest/problem.ts";
import { RequestError } from "../../src/rest/request_error.ts";
import { ProtocolError } from "../../src/ws/messages.ts";

const permissions = "none";

/** None of these handlers looks at it. */
const CALL = {} as Call;

/** Errors, and the status and type of what they are answered with. */
const ERRORS: readonly (readonly [Error, status: number, type: string])[] = [
  [new ProtocolError("invalid_json", "No"), 400, "invalid-json"],
  [new ProtocolError("write_protected", "No"), 403, "write-protected"],
  [new ProtocolError("forbidden", "No"), 403, "forbidden"],
  [new ProtocolError("not_stored", "No"), 500, "not-stored"],
  [new RequestError("body_too_large", "No"), 413, "body-too-large"],
];

for (const [error, status, type] of ERRORS) {
  Deno.test(`withProblems() of ${type}`, { permissions }, async () => {
    const response = await withProblems(() => Promise.reject(error))(CALL);
    assertEquals(response.status, status);
    const body = await response.json();
    assertEquals([body.type, body.detail], [`/problems/${type}`, "No"]);
  });
}

Deno.test("withProblems() leaves answers alone", { permissions }, async () => {
  const response = new Response("good");
  assertEquals(await withProblems(() => response)(CALL), response);
});

Deno.test(
  "withProblems() leaves faults to the server",
  { permissions },
  async () => {
    const handler = withProblems(() => {
      throw new TypeError("made by the test");
    });
    await assertRejects(async () => await handler(CALL), TypeError);
  },
);
