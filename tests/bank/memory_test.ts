import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  BankMemory,
  MAX_RECORD,
  Num,
  RECORD_HEADER,
  Word,
} from "../../src/bank/memory.ts";

Deno.test("BankMemory.allocate()", { permissions: "none" }, async (t) => {
  for (const size of [1024, 4096, 1 << 20]) {
    await t.step(`makes a ring of ${size} bytes`, () => {
      const memory = BankMemory.allocate(size);
      assertEquals(memory.ringSize, size);
      assertEquals(memory.bytes.indexOf(1), -1);
    });
  }
  for (
    const size of [
      0,
      -1024,
      512,
      1023,
      1024.5,
      1025,
      1536,
      2 ** 30 + 1,
      2 ** 31,
      2 ** 32 + 1024,
      NaN,
      Infinity,
    ]
  ) {
    await t.step(`refuses a ring of ${size} bytes`, () => {
      const name = `Cannot use a ring of ${size} bytes`;
      assertThrows(() => BankMemory.allocate(size), RangeError, name);
    });
  }
});

Deno.test({
  name: "BankMemory has its parts side by side, none over another",
  permissions: "none",
  fn() {
    const { buffer, nums, tables, dirty, marks, ringAt, ringSize, spareAt } =
      BankMemory.allocate(1024);
    const words = Math.max(...Object.values(Word)) + 1;
    const parts = [
      { name: "words", from: 0, length: words * 4 },
      { name: "nums", from: nums.byteOffset, length: nums.byteLength },
      ...[...tables, ...dirty, marks].map((view, i) => {
        const { byteOffset: from, byteLength: length } = view;
        return { name: `view ${i}`, from, length };
      }),
      // The last record in the ring may begin 8 bytes before its end.
      { name: "ring", from: ringAt, length: ringSize - 8 + MAX_RECORD },
      { name: "spare", from: spareAt, length: MAX_RECORD },
    ].sort((a, b) => a.from - b.from);
    for (const [i, { name, from, length }] of parts.entries()) {
      const end = parts[i + 1]?.from ?? buffer.byteLength;
      assert(from + length <= end, `${name} reaches to ${from + length}`);
    }
    assert(Math.max(...Object.values(Num)) < nums.length);
  },
});

Deno.test({
  name: "BankMemory has tables for 65,536 cells each, and a dirty bit per cell",
  permissions: "none",
  fn() {
    const { tables, dirty } = BankMemory.allocate(1024);
    assertEquals(
      tables.map(({ length }) => length),
      [8192, 8192, 131_072, 131_072],
    );
    assertEquals(dirty.map(({ length }) => length), [8192, 8192, 8192, 8192]);
  },
});

Deno.test({
  name: "BankMemory has records where 64-bit floats may lie",
  permissions: "none",
  fn() {
    const { ringAt, spareAt } = BankMemory.allocate(2048);
    assertEquals([ringAt % 8, spareAt % 8, RECORD_HEADER % 8], [0, 0, 0]);
    assertEquals(MAX_RECORD, RECORD_HEADER + 131_072);
  },
});

Deno.test({
  name: "BankMemory opened from its buffer is the same memory",
  permissions: "none",
  fn() {
    const made = BankMemory.allocate(4096);
    const opened = new BankMemory(made.buffer);
    made.tables[3]![7] = 1;
    made.nums[Num.seq] = 5;
    assertEquals(opened.tables[3]![7], 1);
    assertEquals(opened.nums[Num.seq], 5);
    assertEquals(
      [opened.ringSize, opened.ringAt, opened.spareAt],
      [made.ringSize, made.ringAt, made.spareAt],
    );
  },
});
