// Write protection through the wire: what touches a protected cell is refused
// with exception 02 as a whole, whatever the function.
import { assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TestServer } from "../testing/modbus_server.ts";

/** Coils 10 to 12 and holding registers 10 to 12. */
const PROTECTED = [
  { table: Table.coils, address: 10, count: 3 },
  { table: Table.holdingRegisters, address: 10, count: 3 },
];

/** Writes that touch one protected cell at least. */
const REFUSED: readonly (readonly [what: string, pdu: string])[] = [
  ["05 of a coil", "05 000a ff00"],
  ["05 of a coil to what it is", "05 000a 0000"],
  ["0F that ends in the range", "0f 0008 0003 01 07"],
  ["0F that begins in the range", "0f 000c 0005 01 1f"],
  ["0F around the range", "0f 0000 0020 04 ffffffff"],
  ["06 of a register", "06 000c 1234"],
  ["10 that ends in the range", "10 0009 0002 04 1234 5678"],
  ["10 that begins in the range", "10 000c 0002 04 1234 5678"],
  ["10 around the range", "10 0008 0006 0c 111122223333444455556666"],
  ["16 (mask write)", "16 000b ffff 0000"],
  ["17 that writes the range", "17 0000 0001 000a 0001 02 1234"],
  ["17 that writes beside it and in it", "17 0000 0001 0009 0002 04 12345678"],
];

/** Writes that touch none, and reads. */
const DONE: readonly (readonly [what: string, pdu: string, answer: string])[] =
  [
    ["05 before", "05 0009 ff00", "05 00 09 ff 00"],
    ["05 behind", "05 000d ff00", "05 00 0d ff 00"],
    ["0F up to it", "0f 0000 000a 02 ff03", "0f 00 00 00 0a"],
    ["06 before", "06 0009 1234", "06 00 09 12 34"],
    ["10 behind", "10 000d 0001 02 1234", "10 00 0d 00 01"],
    ["16 behind", "16 000d 0000 1234", "16 00 0d 00 00 12 34"],
    ["17 that reads it", "17 000a 0001 000d 0001 02 1234", "17 02 00 00"],
    ["01 of it", "01 000a 0003", "01 01 00"],
    ["03 of it", "03 000a 0003", "03 06 00 00 00 00 00 00"],
  ];

for (const [what, pdu] of REFUSED) {
  Deno.test(`protected cells refuse ${what}`, async () => {
    await using test = new TestServer({ protectedCells: PROTECTED });
    using client = await test.connect();
    const response = toHex(await client.request(fromHex(pdu)));
    const code = (parseInt(pdu, 16) | 0x80).toString(16);
    assertEquals(response, `${code} 02`);
    // Nothing was written, to any cell, and so there is nothing to tell of.
    assertEquals(test.bank.seq, 0);
    for (const table of [Table.coils, Table.holdingRegisters]) {
      const cells = new Uint8Array(80);
      test.bank.read(table, 0, 40, cells, 0);
      assertEquals(cells, new Uint8Array(80));
    }
    assertEquals(test.server.counters.read().illegalDataAddress, 1);
  });
}

for (const [what, pdu, answer] of DONE) {
  Deno.test(`protected cells do not stand in the way of ${what}`, async () => {
    await using test = new TestServer({ protectedCells: PROTECTED });
    using client = await test.connect();
    assertEquals(toHex(await client.request(fromHex(pdu))), answer);
  });
}

Deno.test("a wrong request is answered as without protection", async () => {
  await using test = new TestServer({ protectedCells: PROTECTED });
  using client = await test.connect();
  for (
    const [pdu, answer] of [
      ["05 000a 1234", "85 03"],
      ["10 000a 0000 00", "90 03"],
      ["0f ffff 0002 01 03", "8f 02"],
      ["17 000a 0001 ffff 0002 04 12345678", "97 02"],
    ] as const
  ) assertEquals(toHex(await client.request(fromHex(pdu))), answer);
});
