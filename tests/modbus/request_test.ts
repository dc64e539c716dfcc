import { assert, assertEquals } from "@std/assert";
import {
  decodeRequest,
  emptyRequest,
  type Request,
} from "../../src/modbus/request.ts";
import { fromHex } from "../testing/hex.ts";
import { Random } from "../testing/random.ts";

/** Bytes before the PDU in these tests. */
const AT = 3;

function decode(pdu: string): { refusal: number; request: Request } {
  const bytes = fromHex(`99 99 99 ${pdu} 99 99`);
  const request = emptyRequest();
  const refusal = decodeRequest(bytes, AT, bytes.length - 2, request);
  return { refusal, request };
}

Deno.test({
  name: "decodeRequest() finds the fields of every function",
  permissions: "none",
  async fn(t) {
    const rows: [string, string, Partial<Request>][] = [
      ["01", "01 0013 0025", { address: 0x13, quantity: 0x25 }],
      ["02", "02 00c4 07d0", { address: 0xc4, quantity: 2000 }],
      ["03", "03 ffff 0001", { address: 0xffff, quantity: 1 }],
      ["04", "04 0008 007d", { address: 8, quantity: 125 }],
      [
        "05 ON",
        "05 00ac ff00",
        { address: 0xac, quantity: 1, value: 0xff00 },
      ],
      ["05 OFF", "05 00ac 0000", { address: 0xac, quantity: 1, value: 0 }],
      ["06", "06 0001 8003", {
        ...{ address: 1, quantity: 1, value: 0x8003 },
        ...{ dataAt: AT + 3, dataLength: 2 },
      }],
      ["08/00", "08 0000 a537", { dataAt: AT + 3, dataLength: 2 }],
      ["08/00, no field", "08 0000", { dataAt: AT + 3, dataLength: 0 }],
      ["0F", "0f 0013 000a 02 cd01", {
        ...{ address: 0x13, quantity: 10 },
        ...{ dataAt: AT + 6, dataLength: 2 },
      }],
      ["10", "10 0001 0002 04 000a 0102", {
        ...{ address: 1, quantity: 2 },
        ...{ dataAt: AT + 6, dataLength: 4 },
      }],
      ["11", "11", {}],
      [
        "16",
        "16 0004 00f2 8025",
        { address: 4, quantity: 1, value: 0xf2, value2: 0x8025 },
      ],
      ["17", "17 0003 0006 000e 0003 06 00ff 00ff 00ff", {
        ...{ readAddress: 3, readQuantity: 6, address: 14, quantity: 3 },
        ...{ dataAt: AT + 10, dataLength: 6 },
      }],
      ["2B/0E", "2b 0e 04 83", { value: 4, value2: 0x83 }],
    ];
    for (const [name, pdu, fields] of rows) {
      await t.step(name, () => {
        const { refusal, request } = decode(pdu);
        assertEquals(refusal, 0);
        const functionCode = parseInt(pdu.slice(0, 2), 16);
        assertEquals(request, {
          ...request,
          ...fields,
          functionCode,
          pduAt: AT,
        });
      });
    }
  },
});

Deno.test({
  name: "decodeRequest() says which exception a PDU deserves",
  permissions: "none",
  async fn(t) {
    const rows: [string, string, number][] = [
      ["unknown function", "07", 1],
      ["unknown function, any data", "63 0001 0203", 1],
      ["flagged function", "81 0000 0001", 1],
      ["unknown sub-function", "08 0001 0000", 1],
      ["unknown MEI type", "2b 0d 00 00", 1],
      ["quantity 0", "01 0000 0000", 3],
      ["quantity over 2000", "02 0000 07d1", 3],
      ["quantity over 125", "04 0000 007e", 3],
      ["quantity over 1968", "0f 0000 07b1 f7", 3],
      ["quantity over 123", "10 0000 007c f8", 3],
      ["quantity to read over 125", "17 0000 007e 0000 0001 02 0000", 3],
      ["quantity to write over 121", "17 0000 0001 0000 007a f4 0000", 3],
      ["coil value", "05 0000 0001", 3],
      ["byte count", "10 0000 0001 01 00", 3],
      ["read device id code 0", "2b 0e 00 00", 3],
      ["read device id code 5", "2b 0e 05 00", 3],
      ["odd data", "08 0000 01", 3],
      ["a range that leaves the table is not its business", "03 ffff 007d", 0],
    ];
    for (const [name, pdu, expected] of rows) {
      await t.step(name, () => assertEquals(decode(pdu).refusal, expected));
    }
  },
});

Deno.test({
  name: "decodeRequest() never lets data reach behind the PDU",
  permissions: "none",
  fn() {
    const random = new Random(1);
    const codes = [1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 22, 23, 43];
    const request = emptyRequest();
    let accepted = 0;
    for (let i = 0; i < 100_000; i++) {
      const pdu = random.bytes(random.between(1, 24));
      pdu[0] = random.oneIn(8) ? pdu[0]! : random.pick(codes);
      // Small numbers, that some of it is accepted.
      for (let at = 1; at < pdu.length; at++) {
        pdu[at]! &= random.pick([0, 3, 6]);
      }
      request.dataAt = request.dataLength = 0;
      const refusal = decodeRequest(pdu, 0, pdu.length, request);
      assert(refusal === 0 || refusal === 1 || refusal === 3);
      assertEquals(request.functionCode, pdu[0]);
      if (refusal !== 0) continue;
      accepted++;
      assert(codes.includes(request.functionCode));
      assert(request.dataAt + request.dataLength <= pdu.length);
    }
    assert(accepted > 1000, `only ${accepted} were accepted`);
  },
});
