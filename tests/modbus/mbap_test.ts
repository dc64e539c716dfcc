import { assertEquals } from "@std/assert";
import {
  Frame,
  frameLength,
  putUint16,
  uint16,
} from "../../src/modbus/mbap.ts";
import { fromHex, toHex } from "../testing/hex.ts";

const { incomplete, badProtocolId, badLength } = Frame;

Deno.test({
  name: "uint16() reads the high byte first",
  permissions: "none",
  fn() {
    const bytes = fromHex("00 12 34 ff ff 80 00");
    assertEquals(uint16(bytes, 0), 0x0012);
    assertEquals(uint16(bytes, 1), 0x1234);
    assertEquals(uint16(bytes, 3), 0xffff);
    assertEquals(uint16(bytes, 5), 0x8000);
  },
});

Deno.test({
  name: "putUint16() writes the high byte first, and nothing else",
  permissions: "none",
  fn() {
    const bytes = fromHex("aa aa aa aa");
    putUint16(bytes, 1, 0x1234);
    assertEquals(toHex(bytes), "aa 12 34 aa");
    putUint16(bytes, 1, 0xff00);
    assertEquals(toHex(bytes), "aa ff 00 aa");
  },
});

Deno.test({
  name: "frameLength() says where an ADU ends, as soon as it can be known",
  permissions: "none",
  async fn(t) {
    const rows: [string, string, number][] = [
      ["nothing", "", incomplete],
      ["one byte", "00", incomplete],
      ["transaction id", "ffff", incomplete],
      ["half a protocol id", "0001 00", incomplete],
      ["half a wrong protocol id", "0001 01", badProtocolId],
      ["protocol id", "0001 0000", incomplete],
      ["wrong protocol id", "0001 0001", badProtocolId],
      ["wrong protocol id and wrong length", "0001 0001 0000", badProtocolId],
      ["half a length", "0001 0000 00", incomplete],
      ["half a wrong length", "0001 0000 01", badLength],
      ["length 0", "0001 0000 0000", badLength],
      ["length 1", "0001 0000 0001", badLength],
      ["length 2, nothing of it", "0001 0000 0002", incomplete],
      ["length 2, half of it", "0001 0000 0002 01", incomplete],
      ["length 2", "0001 0000 0002 01 07", 8],
      ["length 2 and a byte of the next", "0001 0000 0002 01 07 00", 8],
      ["length 6, a byte short", "0001 0000 0006 01 03 0000 00", incomplete],
      ["length 6", "0001 0000 0006 01 03 0000 0001", 12],
      ["length 254, nothing of it", "0001 0000 00fe", incomplete],
      [
        "length 254, a byte short",
        `0001 0000 00fe ${"00".repeat(253)}`,
        incomplete,
      ],
      ["length 254", `0001 0000 00fe ${"00".repeat(254)}`, 260],
      ["length 255", "0001 0000 00ff", badLength],
      ["length 256", "0001 0000 0100", badLength],
      ["length 65535", "0001 0000 ffff", badLength],
    ];
    for (const [name, hex, expected] of rows) {
      await t.step(name, () => {
        const bytes = fromHex(hex);
        assertEquals(frameLength(bytes, 0, bytes.length), expected);
        // What lies around it is not looked at.
        const among = fromHex(`99 99 99 ${hex} 99 99`);
        assertEquals(frameLength(among, 3, 3 + bytes.length), expected);
      });
    }
  },
});

Deno.test({
  name:
    "frameLength() takes no protocol id but 0 and no length outside 2 to 254",
  permissions: "none",
  fn() {
    const bytes = new Uint8Array(6 + 254);
    for (let value = 0; value <= 0xffff; value++) {
      bytes.set([0, 0, value >> 8, value & 0xff, 0, 254]);
      const byProtocol = frameLength(bytes, 0, bytes.length);
      assertEquals(byProtocol, value === 0 ? 260 : badProtocolId);
      bytes.set([0, 0, 0, 0, value >> 8, value & 0xff]);
      const byLength = frameLength(bytes, 0, bytes.length);
      const allowed = value >= 2 && value <= 254;
      assertEquals(byLength, allowed ? 6 + value : badLength);
    }
  },
});
