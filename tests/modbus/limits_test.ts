import { assert, assertEquals } from "@std/assert";
import * as limits from "../../src/modbus/limits.ts";

const { MAX_PDU } = limits;

Deno.test({
  name: "limits.ts has the numbers of the standard",
  permissions: "none",
  fn() {
    assertEquals({ ...limits }, {
      ...{ MBAP_HEADER: 7, MBAP_PREFIX: 6, PROTOCOL_ID: 0 },
      ...{ MAX_PDU: 253, MAX_ADU: 260, MIN_LENGTH: 2, MAX_LENGTH: 254 },
      ...{ MAX_READ_BITS: 0x7d0, MAX_READ_REGISTERS: 0x7d },
      ...{ MAX_WRITE_BITS: 0x7b0, MAX_WRITE_REGISTERS: 0x7b },
      ...{ MAX_READ_WRITE_READ: 0x7d, MAX_READ_WRITE_WRITE: 0x79 },
      ...{ COIL_ON: 0xff00, COIL_OFF: 0 },
      ...{ EXCEPTION_FLAG: 0x80, RUN_INDICATOR_ON: 0xff },
    });
  },
});

Deno.test({
  name: "limits.ts has no quantity whose request or response outgrows a PDU",
  permissions: "none",
  async fn(t) {
    const rows: [string, number][] = [
      ["read bits", 2 + limits.MAX_READ_BITS / 8],
      ["read registers", 2 + limits.MAX_READ_REGISTERS * 2],
      ["write bits", 6 + limits.MAX_WRITE_BITS / 8],
      ["write registers", 6 + limits.MAX_WRITE_REGISTERS * 2],
      ["read/write, response", 2 + limits.MAX_READ_WRITE_READ * 2],
      ["read/write, request", 10 + limits.MAX_READ_WRITE_WRITE * 2],
    ];
    for (const [name, length] of rows) {
      await t.step(name, () => assert(length <= MAX_PDU, `${length} bytes`));
    }
  },
});
