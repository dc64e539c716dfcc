import { assertEquals } from "@std/assert";
import { chosenSubprotocol, tokenOf } from "../../src/http/credentials.ts";

/** Headers, the token in them, and the subprotocol to answer with. */
const CASES: readonly (readonly [
  authorization: string | undefined,
  protocols: string | undefined,
  token: string | undefined,
  chosen: string | undefined,
])[] = [
  [undefined, undefined, undefined, undefined],
  ["Bearer abc", undefined, "abc", undefined],
  ["bearer abc", undefined, "abc", undefined],
  ["BEARER   abc", undefined, "abc", undefined],
  ["Bearer a.b_c~d+e-f/g==", undefined, "a.b_c~d+e-f/g==", undefined],
  ["Bearer", undefined, undefined, undefined],
  ["Bearer a b", undefined, undefined, undefined],
  ["Bearerabc", undefined, undefined, undefined],
  ["abc", undefined, undefined, undefined],
  ["Basic dXNlcjpwYXNz", undefined, undefined, undefined],
  ["Bearer a, Bearer b", undefined, undefined, undefined],
  [undefined, "modbus-ws", undefined, "modbus-ws"],
  [undefined, "modbus-ws, bearer.abc", "abc", "modbus-ws"],
  [undefined, "bearer.abc,modbus-ws", "abc", "modbus-ws"],
  [undefined, "bearer.abc", "abc", undefined],
  [undefined, "bearer.", "", undefined],
  [undefined, "bearer.a.b", "a.b", undefined],
  [undefined, "bearer.a, bearer.b", "a", undefined],
  [undefined, "Bearer.abc", undefined, undefined],
  [undefined, "bearer", undefined, undefined],
  [undefined, "MODBUS-WS, chat", undefined, undefined],
  ["Bearer one", "modbus-ws, bearer.two", "one", "modbus-ws"],
  ["Basic x", "modbus-ws, bearer.two", "two", "modbus-ws"],
];

for (const [authorization, protocols, token, chosen] of CASES) {
  Deno.test({
    name:
      `tokenOf() with authorization "${authorization}" and subprotocols "${protocols}" is ${token}`,
    permissions: "none",
    fn() {
      const headers = new Headers();
      if (authorization) headers.set("authorization", authorization);
      if (protocols) headers.set("sec-websocket-protocol", protocols);
      assertEquals(tokenOf(headers), token);
      assertEquals(chosenSubprotocol(headers), chosen);
    },
  });
}
