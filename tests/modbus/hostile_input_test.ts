/**
 * Hostile or odd input over real sockets: one test for each row of the table
 * in the project's style guide, one step for each case of that row.
 * @module
 */
import { assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TestServer } from "../testing/modbus_server.ts";

/** One input and what comes of it. */
interface Case {
  readonly name: string;
  /** What the client sends, in one segment. */
  readonly sent: string;
  /** What the server answers. */
  readonly answer: string;
  /** What the log says when the server closes; undefined: it goes on. */
  readonly closes?: string;
}

/** A read of holding register 0, which holds 5555 hex, and the answer to it. */
const GOOD = "0009 0000 0006 01 03 0000 0001";
const GOOD_ANSWER = "0009 0000 0005 01 03 02 5555";

/** A case of one ADU with transaction id 8 and unit id 17. */
function one(name: string, pdu: string, answer: string): Case {
  const length = (text: string) =>
    (fromHex(text).length + 1).toString(16).padStart(4, "0");
  return {
    name,
    sent: `0008 0000 ${length(pdu)} 11 ${pdu}`,
    answer: `0008 0000 ${length(answer)} 11 ${answer}`,
  };
}

const UNKNOWN = [
  ...[0x00, 0x07, 0x09, 0x0b, 0x0c, 0x14, 0x15, 0x18, 0x28, 0x41, 0x64, 0x7f],
  ...[0x80, 0x81, 0x83, 0x90, 0xff],
].map((code) => code.toString(16).padStart(2, "0"));

/** The function code of an exception response. */
const flagged = (code: string) =>
  toHex(Uint8Array.of(parseInt(code, 16) | 0x80));

const TABLE: Record<string, Case[]> = {
  "unsupported function code: 01, same ids, connection lives": [
    ...UNKNOWN.map((code) =>
      one(`function ${code}`, `${code} 0000 0001`, `${flagged(code)} 01`)
    ),
    one("sub-function 0001 of 08", "08 0001 0000", "88 01"),
    one("MEI type 0D of 2B", "2b 0d 00", "ab 01"),
  ],
  "quantity 0 or over limit: 03": [
    one("01, 0", "01 0000 0000", "81 03"),
    one("01, 2001", "01 0000 07d1", "81 03"),
    one("02, 0", "02 0000 0000", "82 03"),
    one("02, 2001", "02 0000 07d1", "82 03"),
    one("03, 0", "03 0000 0000", "83 03"),
    one("03, 126", "03 0000 007e", "83 03"),
    one("04, 0", "04 0000 0000", "84 03"),
    one("04, 126", "04 0000 007e", "84 03"),
    one("0F, 0", "0f 0000 0000 00", "8f 03"),
    one("0F, 1969", `0f 0000 07b1 f7 ${"ff".repeat(247)}`, "8f 03"),
    one("10, 0", "10 0000 0000 00", "90 03"),
    one("10, 124", `10 0000 007c f8 ${"ff".repeat(246)}`, "90 03"),
    one("17, reads 0", "17 0000 0000 0000 0001 02 ffff", "97 03"),
    one("17, reads 126", "17 0000 007e 0000 0001 02 ffff", "97 03"),
    one("17, writes 0", "17 0000 0001 0000 0000 00", "97 03"),
    one(
      "17, writes 122",
      `17 0000 0001 0000 007a f4 ${"ff".repeat(242)}`,
      "97 03",
    ),
  ],
  "byte count ≠ quantity, PDU too short or too long: 03": [
    one("01, too short", "01 0000 00", "81 03"),
    one("01, too long", "01 0000 0001 00", "81 03"),
    one("03, too short", "03 0000 00", "83 03"),
    one("03, too long", "03 0000 0001 00", "83 03"),
    one("05, too short", "05 0000 ff", "85 03"),
    one("05, too long", "05 0000 ff00 00", "85 03"),
    one("06, too short", "06 0000 ff", "86 03"),
    one("06, too long", "06 0000 ffff ff", "86 03"),
    one("08, half a field", "08 0000 ff", "88 03"),
    one("0F, byte count too small", "0f 0000 0009 01 ffff", "8f 03"),
    one("0F, byte count too large", "0f 0000 0009 03 ffff", "8f 03"),
    one("0F, values too short", "0f 0000 0009 02 ff", "8f 03"),
    one("0F, values too long", "0f 0000 0009 02 ffff ff", "8f 03"),
    one("10, byte count too small", "10 0000 0002 02 ffff ffff", "90 03"),
    one("10, byte count too large", "10 0000 0002 06 ffff ffff", "90 03"),
    one("10, values too short", "10 0000 0002 04 ffff ff", "90 03"),
    one("10, values too long", "10 0000 0002 04 ffff ffff ff", "90 03"),
    one("11, too long", "11 00", "91 03"),
    one("16, too short", "16 0000 ffff ff", "96 03"),
    one("16, too long", "16 0000 ffff ffff ff", "96 03"),
    one("17, byte count", "17 0000 0001 0000 0001 04 ffff", "97 03"),
    one("17, values too short", "17 0000 0001 0000 0001 02 ff", "97 03"),
    one("17, values too long", "17 0000 0001 0000 0001 02 ffff ff", "97 03"),
    one("2B/0E, too short", "2b 0e 01", "ab 03"),
    one("2B/0E, too long", "2b 0e 01 00 00", "ab 03"),
  ],
  "coil value not FF00 or 0000: 03, bank untouched": [
    ...["0001", "0100", "00ff", "ff01", "feff", "fe00", "ffff"].map((value) =>
      one(`value ${value}`, `05 0000 ${value}`, "85 03")
    ),
  ],
  "protocol id ≠ 0: closes, logged once": [
    ...["0001", "0100", "ffff"].map((id) => ({
      name: `protocol id ${id}`,
      sent: `0008 ${id} 0006 11 06 0000 ffff ${GOOD}`,
      answer: "",
      closes: `wrong protocol id in 00 08 ${id.slice(0, 2)} ${
        id.slice(2)
      } 00 06 11 06`,
    })),
    {
      name: "behind a good request",
      sent: `${GOOD} 0008 0001 0006 11 06 0000 ffff`,
      answer: GOOD_ANSWER,
      closes: "wrong protocol id in 00 08 00 01 00 06 11 06",
    },
  ],
  "MBAP length < 2 or > 254: closes at once": [
    ...["0000", "0001", "00ff", "0100", "ffff"].map((length) => ({
      // Not a byte of what the length announces is sent.
      name: `length ${length}`,
      sent: `0008 0000 ${length}`,
      answer: "",
      closes: `wrong length in 00 08 00 00 ${length.slice(0, 2)} ${
        length.slice(2)
      }`,
    })),
    {
      name: "behind a good request",
      sent: `${GOOD} 0008 0000 0001 11`,
      answer: GOOD_ANSWER,
      closes: "wrong length in 00 08 00 00 00 01 11",
    },
  ],
  "two ADUs in one segment: both, in order": [
    {
      name: "two reads",
      sent: `0001 0000 0006 01 03 0000 0001 0002 0000 0006 02 01 0000 0001`,
      answer: "0001 0000 0005 01 03 02 5555 0002 0000 0004 02 01 01 01",
    },
    {
      name: "two unknown functions",
      sent: "0001 0000 0002 01 07 0002 0000 0002 02 18",
      answer: "0001 0000 0003 01 87 01 0002 0000 0003 02 98 01",
    },
  ],
};

for (const [row, cases] of Object.entries(TABLE)) {
  Deno.test(`serveModbus() meets ${row}`, async (t) => {
    for (const { name, sent, answer, closes } of cases) {
      await t.step(name, async () => {
        await using test = new TestServer();
        fill(test);
        const { seq } = test.bank;
        using client = await test.connect();
        const { name } = client;
        await client.send(fromHex(sent));
        const expected = fromHex(answer);
        if (closes === undefined) {
          const got = await client.receiveBytes(expected.length);
          assertEquals(toHex(got), toHex(expected));
          await client.send(fromHex(GOOD));
          await client.closeWrite();
          assertEquals(
            toHex(await client.receiveAll()),
            toHex(fromHex(GOOD_ANSWER)),
          );
        } else {
          assertEquals(toHex(await client.receiveAll()), toHex(expected));
        }
        await test.gone(client);
        assertEquals(
          test.lines.all.filter((line) => !line.startsWith("debug")),
          closes === undefined ? [] : [
            `warn Modbus client ${name} sent what is not Modbus TCP (${closes}): closing the connection`,
          ],
        );
        assertEquals(test.bank.seq, seq, "the bank was written");
      });
    }
  });
}

Deno.test("serveModbus() meets one ADU bytewise: answers when it is complete", async () => {
  await using test = new TestServer();
  fill(test);
  using client = await test.connect();
  for (const byte of fromHex(GOOD)) await client.send(Uint8Array.of(byte));
  const answer = await client.receive();
  assertEquals(toHex(answer!), toHex(fromHex(GOOD_ANSWER)));
});

/** Coil 0 is 1, holding register 0 is 5555. */
function fill({ bank }: TestServer): void {
  const nobody = { origin: 1, connection: 0, unitId: 0 } as const;
  bank.write(Table.coils, 0, 1, Uint8Array.of(1), 0, nobody);
  bank.write(Table.holdingRegisters, 0, 1, fromHex("5555"), 0, nobody);
}
