import { assertEquals } from "@std/assert";
import { settleWrites } from "../../src/modbus/settle.ts";
import { fromHex, toHex } from "../testing/hex.ts";

const permissions = "none";

/** Responses with transaction ids 1, 2 … and unit 9; what becomes of them when nothing is stored. */
const CASES: readonly {
  readonly name: string;
  readonly pdu: string;
  readonly refused?: string;
}[] = [
  { name: "read coils", pdu: "01 01 05" },
  { name: "read holding registers", pdu: "03 02 00 05" },
  { name: "write single coil", pdu: "05 00 01 ff 00", refused: "85 04" },
  { name: "write single register", pdu: "06 00 01 00 05", refused: "86 04" },
  { name: "exception to a write", pdu: "90 02" },
  { name: "return query data", pdu: "08 00 00 05 05" },
  { name: "write multiple coils", pdu: "0f 00 01 00 02", refused: "8f 04" },
  { name: "write multiple registers", pdu: "10 00 01 00 02", refused: "90 04" },
  { name: "mask write", pdu: "16 00 01 00 02 00 03", refused: "96 04" },
  { name: "read/write registers", pdu: "17 02 00 07", refused: "97 04" },
];

function adu(pdu: string, index: number): string {
  const length = fromHex(pdu).length + 1;
  return toHex(
    Uint8Array.of(0, index + 1, 0, 0, 0, length, 9, ...fromHex(pdu)),
  );
}

const all = (pdus: readonly string[]) => pdus.map(adu).join(" ");

function settle(responses: string, stored: boolean): [string, number[][]] {
  const bytes = fromHex(responses);
  const counted: number[][] = [];
  const length = settleWrites(bytes, stored, (functionCode, exceptionCode) => {
    counted.push([functionCode, exceptionCode]);
  });
  return [toHex(bytes.subarray(0, length)), counted];
}

const WRITES = CASES.filter(({ refused }) => refused !== undefined)
  .map(({ pdu }) => fromHex(pdu)[0]!);

Deno.test("settleWrites() leaves responses as they are when all is stored", {
  permissions,
}, () => {
  const responses = all(CASES.map(({ pdu }) => pdu));
  const counted = WRITES.map((functionCode) => [functionCode, 0]);
  assertEquals(settle(responses, true), [responses, counted]);
});

Deno.test(
  "settleWrites() makes exceptions 04 of responses to writes that are not stored",
  {
    permissions,
  },
  async (t) => {
    for (const { name, pdu, refused } of CASES) {
      await t.step(name, () => {
        const expected = adu(refused ?? pdu, 0);
        assertEquals(settle(adu(pdu, 0), false)[0], expected);
      });
    }
    await t.step("all in one", () => {
      const responses = all(CASES.map(({ pdu }) => pdu));
      const expected = all(CASES.map(({ pdu, refused }) => refused ?? pdu));
      const counted = WRITES.map((functionCode) => [functionCode, 4]);
      assertEquals(settle(responses, false), [expected, counted]);
    });
  },
);
