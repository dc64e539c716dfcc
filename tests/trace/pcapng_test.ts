// The expected bytes follow the block diagrams of draft-ietf-opsawg-pcapng, 4.1 to 4.3.
import { assertEquals } from "@std/assert";
import {
  PACKET_HEADER,
  packetOverhead,
  pcapngHeader,
  putPacket,
} from "../../src/trace/pcapng.ts";
import { fromHex, toHex } from "../testing/hex.ts";

Deno.test({
  name: "pcapngHeader() is a section and its interface",
  permissions: "none",
  fn() {
    const application = [
      ..."0400 1100",
      ...toHex(new TextEncoder().encode("modbus-ws-adapter")),
      ..."000000",
      ..."00000000",
    ].join("");
    assertEquals(
      toHex(pcapngHeader()),
      toHex(fromHex(
        `0a0d0d0a 38000000 4d3c2b1a 0100 0000 ffffffffffffffff ${application} 38000000
         01000000 14000000 6500 0000 00000000 14000000`.replace(/\s+/g, " "),
      )),
    );
  },
});

/** 2026-11-22T23:30:00.123456Z, in microseconds. */
const TIME = 1_795_390_200_123_456;

Deno.test({
  name: "putPacket() puts a block around the data, padded to four bytes",
  permissions: "none",
  fn() {
    for (const length of [0, 1, 2, 3, 4, 5]) {
      const bytes = new Uint8Array(100).fill(0xee);
      const view = new DataView(bytes.buffer);
      const total = putPacket(view, 8, length, TIME);
      assertEquals(total % 4, 0);
      assertEquals(total, length + packetOverhead(length));
      const word = (at: number) => view.getUint32(8 + at, true);
      assertEquals([word(0), word(4), word(8)], [6, total, 0]);
      const time = (BigInt(word(12)) << 32n) | BigInt(word(16));
      assertEquals(time, BigInt(TIME));
      assertEquals([word(20), word(24)], [length, length]);
      assertEquals(word(total - 4), total);
      const data = bytes.subarray(8 + PACKET_HEADER, 8 + total - 4);
      assertEquals([...data], [
        ...Array(length).fill(0xee),
        ...Array(data.length - length).fill(0),
      ]);
      // Nothing before it, nothing behind it.
      assertEquals([bytes[7], bytes[8 + total]], [0xee, 0xee]);
    }
  },
});
