import { assertEquals } from "@std/assert";
import { frameLength, scanFrames, textFrame } from "./frames.ts";

/** Notes what it is told. */
class Notes {
  messages = 0;
  readonly writes: [number, number][] = [];
  message() {
    this.messages++;
  }
  write(number: number, tag: number) {
    this.writes.push([number, tag]);
  }
}

/** A frame as a server sends it. */
function frame(text: string, opcode = 1): number[] {
  const bytes = new TextEncoder().encode(text);
  const { length } = bytes;
  const header = length < 126
    ? [length]
    : length < 65_536
    ? [126, length >> 8, length & 0xff]
    : [127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return [0x80 | opcode, ...header, ...bytes];
}

const write = (...value: number[]) =>
  JSON.stringify({ type: "setHoldingRegisters", address: 0, value });

Deno.test({
  name: "textFrame() masks, with a mask that changes nothing",
  permissions: "none",
  fn() {
    // The masked "Hello" of RFC 6455, 5.7, but for the mask.
    const hello = [0x81, 0x85, 0, 0, 0, 0, 0x48, 0x65, 0x6c, 0x6c, 0x6f];
    assertEquals([...textFrame("Hello")], hello);
  },
});

Deno.test({
  name: "frameLength() knows all three forms of the length",
  permissions: "none",
  fn() {
    // The examples of RFC 6455, 5.7: "Hello", 256 bytes, 64 KiB.
    const lengthOf = (...bytes: number[]) =>
      frameLength(Uint8Array.from(bytes), 0, bytes.length);
    assertEquals(lengthOf(0x81, 0x05, 0x48), 7);
    assertEquals(lengthOf(0x82, 0x7e, 0x01, 0x00), 260);
    assertEquals(lengthOf(0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0), 65_546);
    assertEquals(lengthOf(0x81), undefined);
    assertEquals(lengthOf(0x82, 0x7e, 0x01), undefined);
    assertEquals(lengthOf(0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0), undefined);
  },
});

Deno.test({
  name: "scanFrames() finds the writes, wherever the stream is cut",
  permissions: "none",
  fn() {
    const many = Array.from({ length: 50 }, (_, i) => write(0, 100 + i, 9));
    const bytes = Uint8Array.from([
      ...frame(write(0, 7, 9)),
      ...frame('{"type":"ok","id":1}'),
      ...frame(write(1, 2, 9), 9), // a ping is no message
      ...frame(write(1, 2, 3)),
      ...frame(`[${many}]`), // as batch has it
      ...frame(write(5, 6)), // of another kind
      ...frame(write(1, 2, 3, 4)),
    ]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const notes = new Notes();
      const rest = scanFrames(bytes, 0, cut, notes);
      assertEquals(scanFrames(bytes, rest, bytes.length, notes), bytes.length);
      assertEquals(notes.messages, 6);
      assertEquals(notes.writes, [
        [7, 9],
        [65_538, 3],
        ...many.map((_, i): [number, number] => [100 + i, 9]),
      ]);
    }
  },
});
