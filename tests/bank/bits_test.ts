import { assertEquals } from "@std/assert";
import {
  copyBytes,
  forEachRun,
  packBits,
  setBits,
  unpackBits,
} from "../../src/bank/bits.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { fromBits, toBits } from "./model.ts";

/** Bytes that the functions must leave alone, on each side of what they write. */
const MARGIN = 2;

/** What `unpackBits` has to make of `target`. */
function modelUnpack(
  source: Uint8Array,
  bit: number,
  target: Uint8Array,
  to: number,
  count: number,
): number[] {
  const packed = fromBits(toBits(source).slice(bit, bit + count));
  const expected = Array.from(target);
  expected.splice(to, packed.length, ...packed);
  return expected;
}

/** What `packBits` has to make of `target`. */
function modelPack(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  bit: number,
  count: number,
): number[] {
  const bits = toBits(target);
  const given = toBits(source).slice(from * 8, from * 8 + count);
  bits.splice(bit, count, ...given);
  return Array.from(fromBits(bits));
}

/** Runs of ones, by looking at each bit. */
function modelRuns(source: Uint8Array, count: number): number[][] {
  const bits = toBits(source).slice(0, count);
  const runs: number[][] = [];
  bits.forEach((bit, i) => {
    if (!bit) return;
    if (i > 0 && bits[i - 1]) runs.at(-1)![1]!++;
    else runs.push([i, 1]);
  });
  return runs;
}

function runsOf(source: Uint8Array, count: number): number[][] {
  const runs: number[][] = [];
  forEachRun(source, count, (start, length) => runs.push([start, length]));
  return runs;
}

function checkUnpack(
  source: Uint8Array,
  bit: number,
  target: Uint8Array,
  to: number,
  count: number,
): void {
  const expected = modelUnpack(source, bit, target, to, count);
  const before = source.slice();
  unpackBits(source, bit, target, to, count);
  const name = `bit ${bit}, to ${to}, count ${count}`;
  assertEquals(Array.from(target), expected, name);
  assertEquals(source, before, name);
}

function checkPack(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  bit: number,
  count: number,
): void {
  const expected = modelPack(source, from, target, bit, count);
  const before = source.slice();
  packBits(source, from, target, bit, count);
  const name = `from ${from}, bit ${bit}, count ${count}`;
  assertEquals(Array.from(target), expected, name);
  assertEquals(source, before, name);
}

/** Calls `check` with every start within two bytes and every length up to `most`. */
function everyRange(
  most: number,
  check: (bit: number, count: number) => void,
): void {
  for (let bit = 0; bit < 16; bit++) {
    for (let count = 0; count <= most; count++) check(bit, count);
  }
}

test("copyBytes() copies any length to any place and nothing beside it", () => {
  const random = new Random(1);
  // Around 512 it goes from a loop to a block copy.
  for (const length of [0, 1, 2, 3, 250, 511, 512, 513, 8192, 131_072]) {
    for (const [from, to] of [[0, 0], [3, 0], [0, 5], [7, 1]] as const) {
      const source = random.bytes(from + length + MARGIN);
      const target = random.bytes(to + length + MARGIN);
      const expected = Array.from(target);
      for (let i = 0; i < length; i++) expected[to + i] = source[from + i]!;
      copyBytes(source, from, target, to, length);
      assertEquals(Array.from(target), expected, `${length} ${from} ${to}`);
    }
  }
});

test("copyBytes() copies between shared and unshared memory", () => {
  for (const length of [2, 512, 513]) {
    const source = new Random(2).bytes(length);
    const shared = new Uint8Array(new SharedArrayBuffer(length));
    const back = new Uint8Array(length);
    copyBytes(source, 0, shared, 0, length);
    copyBytes(shared, 0, back, 0, length);
    assertEquals(back, source);
  }
});

test("unpackBits() gives every short range of bits, zero-padded", () => {
  const random = new Random(3);
  everyRange(26, (bit, count) => {
    for (const fill of [0x00, 0xff, undefined]) {
      const source = fill === undefined
        ? random.bytes(6)
        : new Uint8Array(6).fill(fill);
      const target = random.bytes(MARGIN + 4 + MARGIN);
      checkUnpack(source, bit, target, MARGIN, count);
    }
  });
});

test("packBits() sets every short range of bits and nothing beside it", () => {
  const random = new Random(4);
  everyRange(26, (bit, count) => {
    for (const [given, old] of [[0, 0xff], [0xff, 0], [-1, -1]] as const) {
      const source = given < 0
        ? random.bytes(6)
        : new Uint8Array(6).fill(given);
      const target = old < 0 ? random.bytes(6) : new Uint8Array(6).fill(old);
      checkPack(source, 1, target, bit, count);
    }
  });
});

test("setBits() sets every short range of bits and nothing beside it", () => {
  const random = new Random(5);
  everyRange(34, (bit, count) => {
    for (const target of [new Uint8Array(8), random.bytes(8)]) {
      const bits = toBits(target).map((old, i) =>
        old || (i >= bit && i < bit + count)
      );
      setBits(target, bit, count);
      assertEquals(target, fromBits(bits), `bit ${bit}, count ${count}`);
    }
  });
});

test("forEachRun() finds the runs of every 13-bit pattern, at every count", () => {
  for (let pattern = 0; pattern < 1 << 13; pattern++) {
    const source = Uint8Array.of(pattern & 0xff, pattern >> 8);
    for (const count of [0, 1, 7, 8, 9, 13]) {
      const name = `${pattern.toString(2)}, count ${count}`;
      assertEquals(runsOf(source, count), modelRuns(source, count), name);
    }
  }
});

test("forEachRun() passes over bits past the count", () => {
  const ones = new Uint8Array(4).fill(0xff);
  for (let count = 1; count <= 32; count++) {
    assertEquals(runsOf(ones, count), [[0, count]]);
  }
  assertEquals(runsOf(Uint8Array.of(0, 0xf0), 12), []);
});

test("unpackBits() and packBits() agree with arrays of booleans at random", () => {
  const random = new Random(6);
  for (let i = 0; i < 2000; i++) {
    const source = random.bytes(40);
    const bit = random.int(64);
    const count = random.int(40 * 8 - bit + 1);
    checkUnpack(source, bit, random.bytes(45), random.int(5), count);
    const from = random.int(8);
    const given = random.bytes(from + Math.ceil(count / 8));
    checkPack(given, from, random.bytes(40), bit, count);
  }
});

test("setBits() and forEachRun() agree with arrays of booleans at random", () => {
  const random = new Random(7);
  for (let i = 0; i < 1000; i++) {
    const target = new Uint8Array(40);
    const bits = new Array<boolean>(320).fill(false);
    for (let n = random.int(8); n > 0; n--) {
      const start = random.int(320);
      const count = random.between(0, Math.min(320 - start, 70));
      setBits(target, start, count);
      bits.fill(true, start, start + count);
    }
    assertEquals(target, fromBits(bits));
    const count = random.between(0, 320);
    assertEquals(runsOf(target, count), modelRuns(target, count));
  }
});

test("packBits() writes up to the last bit of a table and unpackBits() reads it back", () => {
  const random = new Random(8);
  for (const count of [1, 2, 7, 8, 9, 15, 17, 1968, 2000, 65_535, 65_536]) {
    const bit = 65_536 - count;
    const values = random.bytes(Math.ceil(count / 8));
    const given = toBits(values).slice(0, count);
    const old = random.bytes(8192);
    const table = old.slice();
    packBits(values, 0, table, bit, count);
    const expected = [...toBits(old).slice(0, bit), ...given];
    assertEquals(table, fromBits(expected), `count ${count}`);
    const read = new Uint8Array(values.length + MARGIN).fill(0xaa);
    unpackBits(table, bit, read, 0, count);
    assertEquals(read, Uint8Array.of(...fromBits(given), 0xaa, 0xaa));
  }
});

test("setBits() and forEachRun() reach the last bit of a table", () => {
  for (const count of [1, 2, 8, 9, 65_535, 65_536]) {
    const table = new Uint8Array(8192);
    setBits(table, 65_536 - count, count);
    assertEquals(runsOf(table, 65_536), [[65_536 - count, count]]);
  }
  const ends = new Uint8Array(8192);
  setBits(ends, 0, 1);
  setBits(ends, 65_535, 1);
  assertEquals(runsOf(ends, 65_536), [[0, 1], [65_535, 1]]);
});
