import { assertEquals } from "@std/assert";
import { Conversation } from "../../src/trace/conversation.ts";
import { fromHex, toHex } from "../testing/hex.ts";

const CLIENT = { address: Uint8Array.of(10, 0, 0, 1), port: 40000 };
const SERVER = { address: Uint8Array.of(10, 0, 0, 2), port: 502 };

/** Letters of the flags, as tools show them. */
const letters = (flags: number) =>
  [[2, "S"], [1, "F"], [8, "P"], [16, "A"]].map(([bit, letter]) =>
    flags & Number(bit) ? letter : ""
  ).join("");

Deno.test({
  name: "Conversation has a handshake, data with right numbers, and an end",
  permissions: "none",
  fn() {
    const lines: string[] = [];
    let first: number | undefined;
    const conversation = new Conversation(
      CLIENT,
      SERVER,
      (segment, payload) => {
        const { from, to, sequence, acknowledgement, flags } = segment;
        assertEquals(
          [from, to].includes(CLIENT) && [from, to].includes(SERVER),
          true,
        );
        first ??= sequence;
        const ack = flags & 16 ? acknowledgement - first : acknowledgement;
        const side = from === CLIENT ? ">" : "<";
        lines.push(
          `${side} ${letters(flags)} ${sequence - first} ${ack} ${
            toHex(payload)
          }`.trim(),
        );
      },
    );
    conversation.received(fromHex("0102 03"));
    conversation.received(fromHex("04"));
    conversation.sent(new Uint8Array(0));
    conversation.sent(fromHex("0a0b"));
    conversation.closed();
    // RFC 9293, 3.5 and 3.6: SYN and FIN count as a byte each.
    assertEquals(lines, [
      ...["> S 0 0", "< SA 0 1", "> A 1 1"],
      ...["> PA 1 1 01 02 03", "> PA 4 1 04", "< PA 1 5 0a 0b"],
      ...["> FA 5 3", "< FA 3 6", "> A 6 4"],
    ]);
  },
});

Deno.test({
  name: "Conversation numbers wrap at 2^32",
  permissions: "none",
  fn() {
    let last = 0;
    const conversation = new Conversation(CLIENT, SERVER, ({ sequence }) => {
      last = sequence;
    });
    const large = { length: 2 ** 31 } as Uint8Array;
    conversation.received(large);
    const before = last;
    conversation.received(large);
    conversation.received(large);
    assertEquals(last, before);
  },
});
