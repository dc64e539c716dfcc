import { assertEquals } from "@std/assert";
import { fromHex, toHex } from "../../testing/hex.ts";
import {
  aduLength,
  buildRequest,
  isRightResponse,
  type RequestKind,
  responseLength,
} from "./requests.ts";

/** The examples of the Application Protocol V1.1b3; values to write are 0 here. */
const EXAMPLES: {
  clause: string;
  kind: RequestKind;
  request: string;
  response: string;
}[] = [
  {
    clause: "6.1",
    kind: { functionCode: 1, address: 0x13, quantity: 0x13 },
    request: "00 00 00 00 00 06 01 01 00 13 00 13",
    response: "12 34 00 00 00 06 01 01 03 cd 6b 05",
  },
  {
    clause: "6.3",
    kind: { functionCode: 3, address: 0x6b, quantity: 3 },
    request: "00 00 00 00 00 06 01 03 00 6b 00 03",
    response: "12 34 00 00 00 09 01 03 06 02 2b 00 00 00 64",
  },
  {
    clause: "6.12",
    kind: { functionCode: 16, address: 1, quantity: 2 },
    request: "00 00 00 00 00 0b 01 10 00 01 00 02 04 00 00 00 00",
    response: "12 34 00 00 00 06 01 10 00 01 00 02",
  },
];

for (const { clause, kind, request, response } of EXAMPLES) {
  Deno.test({
    name: `buildRequest() and isRightResponse() on the example of ${clause}`,
    permissions: "none",
    fn() {
      const asked = buildRequest(kind);
      const answered = fromHex(response);
      const expected = responseLength(kind);
      assertEquals(toHex(asked), request);
      assertEquals(expected, answered.length);
      assertEquals(aduLength(answered, 0), answered.length);
      const isRight = (bytes: Uint8Array) =>
        isRightResponse(bytes, 0, aduLength(bytes, 0), asked, expected);
      assertEquals(isRight(answered), true);
      // Any change to protocol id, length, unit id, function code or what follows it is seen.
      for (const at of [2, 3, 4, 5, 6, 7, 8]) {
        const wrong = answered.slice();
        wrong[at]! ^= 1;
        assertEquals(isRight(wrong), false, `byte ${at}`);
      }
      const exception = fromHex("12 34 00 00 00 03 01 00 02");
      exception[7] = 0x80 | kind.functionCode;
      assertEquals(isRight(exception), false, "exception");
    },
  });
}
