import { assert, assertEquals } from "@std/assert";
import { putDeviceIdentification } from "../../src/modbus/device_identification.ts";
import { Random } from "../testing/random.ts";

/** Objects of these lengths; every byte tells of which object it is. */
function objectsOf(lengths: readonly number[]): Uint8Array[] {
  return lengths.map((length, id) => new Uint8Array(length).fill(0x41 + id));
}

interface Answer {
  length: number;
  code: number;
  conformity: number;
  more: number;
  next: number;
  objects: Map<number, Uint8Array>;
}

/** Takes a response PDU apart as the Application Protocol, 6.21, describes it. */
function parse(pdu: Uint8Array): Answer {
  assertEquals([pdu[0], pdu[1]], [0x2b, 0x0e]);
  const objects = new Map<number, Uint8Array>();
  let at = 7;
  for (let i = 0; i < pdu[6]!; i++) {
    const value = pdu.slice(at + 2, at + 2 + pdu[at + 1]!);
    assertEquals(value.length, pdu[at + 1]);
    objects.set(pdu[at]!, value);
    at += 2 + value.length;
  }
  assertEquals(at, pdu.length);
  return {
    ...{ length: pdu.length, code: pdu[2]!, conformity: pdu[3]! },
    ...{ more: pdu[4]!, next: pdu[5]!, objects },
  };
}

function ask(
  objects: readonly Uint8Array[],
  code: number,
  objectId: number,
): Answer | number {
  const target = new Uint8Array(300).fill(0xee);
  const length = putDeviceIdentification(objects, code, objectId, target, 20);
  if (length < 0) return length;
  assert(target.subarray(0, 20).every((byte) => byte === 0xee));
  assert(target.subarray(20 + length).every((byte) => byte === 0xee));
  return parse(target.subarray(20, 20 + length));
}

function asked(...args: Parameters<typeof ask>): Answer {
  const answer = ask(...args);
  assert(typeof answer !== "number", `exception ${answer}`);
  return answer;
}

const SEVEN = objectsOf([5, 4, 3, 2, 1, 0, 6]);

Deno.test({
  name: "putDeviceIdentification() gives what the code asks for",
  permissions: "none",
  async fn(t) {
    const rows: [string, number, number, number[]][] = [
      ["basic", 1, 0, [0, 1, 2]],
      ["basic from 1", 1, 1, [1, 2]],
      ["basic from 2", 1, 2, [2]],
      ["basic from a regular object: from the start", 1, 3, [0, 1, 2]],
      ["basic from an unknown object: from the start", 1, 200, [0, 1, 2]],
      ["regular", 2, 0, [0, 1, 2, 3, 4, 5, 6]],
      ["regular from 3", 2, 3, [3, 4, 5, 6]],
      ["regular from 6", 2, 6, [6]],
      ["regular from 7: from the start", 2, 7, [0, 1, 2, 3, 4, 5, 6]],
      ["extended: what there is", 3, 0, [0, 1, 2, 3, 4, 5, 6]],
      ["extended from 80: from the start", 3, 0x80, [0, 1, 2, 3, 4, 5, 6]],
      ["single 0", 4, 0, [0]],
      ["single 5, which is empty", 4, 5, [5]],
      ["single 6", 4, 6, [6]],
    ];
    for (const [name, code, objectId, ids] of rows) {
      await t.step(name, () => {
        const answer = asked(SEVEN, code, objectId);
        assertEquals([...answer.objects.keys()], ids);
        for (const [id, value] of answer.objects) {
          assertEquals([...value], [...SEVEN[id]!]);
        }
        const { conformity, more, next } = answer;
        assertEquals([answer.code, conformity, more, next], [code, 0x82, 0, 0]);
      });
    }
  },
});

Deno.test({
  name: "putDeviceIdentification() refuses a single object that is not there",
  permissions: "none",
  fn() {
    for (let id = 7; id <= 0xff; id++) assertEquals(ask(SEVEN, 4, id), -2);
  },
});

Deno.test({
  name:
    "putDeviceIdentification() breaks off before the object that does not fit",
  permissions: "none",
  async fn(t) {
    const rows: [string, number[], number, number[], number | undefined][] = [
      ["244 bytes fill a PDU", [244, 0, 0], 0, [0], 1],
      ["an empty object needs two bytes, too", [242, 0, 0], 0, [0, 1], 2],
      [
        "240 bytes in three objects fill a PDU",
        [240, 0, 0],
        0,
        [0, 1, 2],
        undefined,
      ],
      ["80 + 80 + 80", [80, 80, 80], 0, [0, 1, 2], undefined],
      ["80 + 80 + 81", [80, 80, 81], 0, [0, 1], 2],
      ["the rest of it", [80, 80, 81], 2, [2], undefined],
      ["a short one behind a long one waits", [200, 100, 1], 0, [0], 1],
    ];
    for (const [name, lengths, from, ids, next] of rows) {
      await t.step(name, () => {
        const answer = asked(objectsOf(lengths), 1, from);
        assertEquals([...answer.objects.keys()], ids);
        const { more } = answer;
        assertEquals(
          [more, answer.next],
          next === undefined ? [0, 0] : [0xff, next],
        );
      });
    }
  },
});

Deno.test({
  name:
    "putDeviceIdentification() gives all objects to a client that goes on while more follows",
  permissions: "none",
  fn() {
    const random = new Random(7);
    for (let round = 0; round < 500; round++) {
      const most = random.pick([10, 80, 244]);
      const lengths = Array.from({ length: 7 }, () => random.between(0, most));
      const objects = objectsOf(lengths);
      const got: Uint8Array[] = [];
      for (let from = 0;;) {
        const answer = asked(objects, 2, from);
        assert(answer.length <= 253);
        assert(answer.objects.size > 0, "no progress");
        for (const [id, value] of answer.objects) {
          assertEquals(id, got.length);
          got.push(value);
        }
        if (answer.more === 0) break;
        from = answer.next;
      }
      assertEquals(got, objects);
    }
  },
});
