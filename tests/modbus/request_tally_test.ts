import { assertEquals } from "@std/assert";
import { RequestTally } from "../../src/modbus/request_tally.ts";

Deno.test({
  name: "RequestTally counts requests, exceptions and writes",
  permissions: "none",
  fn() {
    const tally = new RequestTally();
    // By the Application Protocol V1.1b3, 5.1, those that write: 05, 06, 0F, 10, 16, 17.
    for (let code = 0; code < 256; code++) tally.add(code, 0);
    assertEquals({ ...tally }, { requests: 256, exceptions: 0, writes: 6 });
    for (const code of [0x05, 0x06, 0x0f, 0x10, 0x16, 0x17]) tally.add(code, 0);
    assertEquals({ ...tally }, { requests: 262, exceptions: 0, writes: 12 });
    for (const code of [0x05, 0x06, 0x03]) tally.add(code, 2);
    assertEquals({ ...tally }, { requests: 265, exceptions: 3, writes: 12 });
  },
});
