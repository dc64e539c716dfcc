import { assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { ChangeLog } from "../../src/bank/change_log.ts";
import { BankMemory, Num, Pending, Word } from "../../src/bank/memory.ts";
import { getChange } from "../../src/bank/record.ts";
import { Table } from "../../src/bank/tables.ts";
import { Random } from "../testing/random.ts";
import { fromWire, toBits, toWire } from "./model.ts";

const WRITER = { origin: Origin.modbus, connection: 9, unitId: 17 } as const;

/** Registers of a write whose record has `size` bytes: 40 are the header. */
const registersOf = (size: number): number => (size - 40) / 2;

/** A log of 1 KiB on a fresh bank, written to step by step. */
class Rig {
  readonly memory = BankMemory.allocate(1024);
  readonly log = new ChangeLog(this.memory);

  /** Puts a record, up to where it may be marked as pending; gives the place of its values. */
  put(table: Table, address: number, values: readonly number[]): number {
    const { log, memory } = this;
    const at = log.reserve(table, address, values.length, WRITER);
    memory.bytes.set(toWire(table, values), at);
    return at;
  }

  /** A whole write. */
  write(table: Table, address: number, values: readonly number[]): void {
    this.put(table, address, values);
    this.log.begin();
    this.log.finish();
  }

  /** A write of registers whose record has `size` bytes. */
  fill(size: number, value = 0): void {
    const values = new Array<number>(registersOf(size)).fill(value);
    this.write(Table.holdingRegisters, 0, values);
  }

  /** Moves the reader's position, as if it had read up to there. */
  release(tail: number): void {
    this.word(Word.tail, tail);
  }

  /** A control word; sets it when a value is given. */
  word(index: number, value?: number): number {
    if (value !== undefined) Atomics.store(this.memory.words, index, value);
    return Atomics.load(this.memory.words, index);
  }

  /** How far the log is: what the reader and the next writer go by. */
  get state(): { head: number; seq: number; overflowed: number } {
    return {
      head: this.word(Word.head),
      seq: this.memory.nums[Num.seq]!,
      overflowed: this.word(Word.overflowed),
    };
  }

  cells(table: Table, address: number, count: number): number[] {
    const all = fromWire(table, 65_536, this.memory.tables[table]!);
    return all.slice(address, address + count);
  }

  dirty(table: Table): number[] {
    return toBits(this.memory.dirty[table]!)
      .flatMap((on, cell) => on ? [cell] : []);
  }
}

function test(name: string, fn: (rig: Rig) => void): void {
  Deno.test({ name, permissions: "none", fn: () => fn(new Rig()) });
}

test("reserve() and the values change nothing that others can see", (rig) => {
  rig.put(Table.holdingRegisters, 5, [1, 2]);
  assertEquals(rig.state, { head: 0, seq: 0, overflowed: 0 });
  assertEquals(rig.word(Word.pending), Pending.none);
  assertEquals(rig.cells(Table.holdingRegisters, 4, 4), [0, 0, 0, 0]);
});

test("finish() without begin() does nothing", (rig) => {
  rig.put(Table.holdingRegisters, 5, [1, 2]);
  rig.log.finish();
  assertEquals(rig.state, { head: 0, seq: 0, overflowed: 0 });
  assertEquals(rig.cells(Table.holdingRegisters, 4, 4), [0, 0, 0, 0]);
});

test("begin() marks the record and changes nothing else", (rig) => {
  rig.put(Table.holdingRegisters, 5, [1, 2]);
  rig.log.begin();
  assertEquals(rig.word(Word.pending), Pending.ring);
  assertEquals(rig.word(Word.pendingAt), 0);
  assertEquals(rig.state, { head: 0, seq: 0, overflowed: 0 });
  assertEquals(rig.cells(Table.holdingRegisters, 4, 4), [0, 0, 0, 0]);
});

test("finish() applies, publishes and unmarks the record", (rig) => {
  rig.put(Table.holdingRegisters, 5, [1, 2]);
  rig.log.begin();
  rig.log.finish();
  // 40 bytes of header and 4 of values, padded to a multiple of 8.
  assertEquals(rig.state, { head: 48, seq: 1, overflowed: 0 });
  assertEquals(rig.word(Word.pending), Pending.none);
  assertEquals(rig.cells(Table.holdingRegisters, 4, 4), [0, 1, 2, 0]);
  const { time: _, ...change } = getChange(rig.memory, rig.memory.ringAt);
  assertEquals<unknown>(change, {
    ...{ seq: 1, table: 3, address: 5, count: 2 },
    ...{ origin: Origin.modbus, unitId: 17, connection: 9 },
    values: Uint8Array.of(0, 1, 0, 2),
  });
});

for (const table of Object.values(Table)) {
  test(`finish() applies to table ${table} and no other`, (rig) => {
    const random = new Random(table);
    const limit = table < 2 ? 2 : 65_536;
    for (const [address, count] of [[0, 1], [3, 21], [65_519, 17]] as const) {
      const values = Array.from({ length: count }, () => random.int(limit));
      rig.write(table, address, values);
      assertEquals(rig.cells(table, address, count), values);
    }
    for (const other of Object.values(Table)) {
      const used = rig.memory.tables[other]!.some((byte) => byte !== 0);
      assertEquals(used, other === table);
    }
  });
}

for (const full of [false, true]) {
  const where = full ? "beside a full ring" : "in the ring";
  test(`finish() of a record ${where} can be done twice`, (rig) => {
    if (full) { for (let i = 0; i < 4; i++) rig.fill(256); }
    rig.put(Table.coils, 3, [1, 0, 1, 1]);
    rig.log.begin();
    const [pending, pendingAt] = [Word.pending, Word.pendingAt].map((index) => {
      return [index, rig.word(index)] as const;
    }) as [readonly [number, number], readonly [number, number]];
    rig.log.finish();
    const once = rig.memory.bytes.slice();
    const state = rig.state;
    rig.word(...pending);
    rig.word(...pendingAt);
    rig.log.finish();
    assertEquals(rig.state, state);
    // The count of overflows is the one thing that may be counted twice.
    rig.memory.nums[Num.overflows] = full ? 1 : 0;
    const changed = rig.memory.bytes.findIndex((byte, i) => byte !== once[i]);
    assertEquals(changed, -1);
  });
}

test("reserve() uses the ring to its last byte, then the spare slot", (rig) => {
  for (let i = 1; i <= 4; i++) {
    rig.fill(256, i);
    assertEquals(rig.state, { head: 256 * i, seq: i, overflowed: 0 });
  }
  rig.write(Table.inputRegisters, 7, [42]);
  assertEquals(rig.state, { head: 1024, seq: 5, overflowed: 1 });
  assertEquals(rig.cells(Table.inputRegisters, 6, 3), [0, 42, 0]);
  assertEquals(rig.dirty(Table.inputRegisters), [7]);
  assertEquals(rig.memory.nums[Num.overflows], 1);
  for (let i = 0; i < 4; i++) {
    const { seq, values } = getChange(rig.memory, rig.memory.ringAt + 256 * i);
    assertEquals([seq, values[1]], [i + 1, i + 1]);
  }
});

test("reserve() needs all of the record free, not a part", (rig) => {
  for (let i = 0; i < 4; i++) rig.fill(256);
  rig.release(248);
  rig.fill(256);
  assertEquals(rig.state, { head: 1024, seq: 5, overflowed: 1 });
});

test("reserve() uses space as soon as the reader has released it", (rig) => {
  for (let i = 0; i < 4; i++) rig.fill(256);
  rig.release(256);
  rig.fill(256, 7);
  assertEquals(rig.state, { head: 1280, seq: 5, overflowed: 0 });
  const { seq, values } = getChange(rig.memory, rig.memory.ringAt);
  assertEquals([seq, values[1]], [5, 7]);
});

test("finish() lets a record reach past the end and goes on at the start", (rig) => {
  for (let i = 1; i <= 3; i++) rig.fill(288, i);
  rig.release(576);
  rig.fill(288, 4); // 160 bytes are left to the end of the ring.
  assertEquals(rig.state, { head: 1024, seq: 4, overflowed: 0 });
  const { values } = getChange(rig.memory, rig.memory.ringAt + 864);
  assertEquals(fromWire(3, 124, values), new Array(124).fill(4));
  rig.fill(288, 5);
  assertEquals(rig.state, { head: 1312, seq: 5, overflowed: 0 });
  assertEquals(getChange(rig.memory, rig.memory.ringAt).seq, 5);
  // What stood past the end and at the start are both untouched by the other.
  assertEquals(getChange(rig.memory, rig.memory.ringAt + 864).values, values);
});

test("reserve() puts a record larger than the ring into the spare slot", (rig) => {
  const values = Array.from({ length: 65_536 }, (_, i) => i);
  rig.write(Table.holdingRegisters, 0, values);
  assertEquals(rig.state, { head: 0, seq: 1, overflowed: 1 });
  assertEquals(rig.cells(Table.holdingRegisters, 0, 65_536), values);
  assertEquals(rig.dirty(Table.holdingRegisters), values);
});

test("reserve() keeps to the spare slot until the reader has caught up", (rig) => {
  rig.fill(2048);
  rig.write(Table.coils, 1, [1]);
  assertEquals(rig.state, { head: 0, seq: 2, overflowed: 1 });
  assertEquals(rig.dirty(Table.coils), [1]);
  rig.word(Word.overflowed, 0);
  rig.write(Table.coils, 2, [1]);
  assertEquals(rig.state, { head: 48, seq: 3, overflowed: 0 });
  assertEquals(rig.memory.nums[Num.overflows], 2);
});

test("finish() wakes nobody when nobody has asked", (rig) => {
  for (let i = 0; i < 6; i++) rig.fill(256);
  assertEquals(rig.word(Word.signal), 0);
});

test("finish() wakes once, from the fill that was asked for", (rig) => {
  rig.word(Word.wakeAt, 513);
  const signals = [1, 2, 3, 4].map(() => {
    rig.fill(256);
    return rig.word(Word.signal);
  });
  assertEquals(signals, [0, 0, 1, 1]);
  assertEquals(rig.word(Word.wakeAt), 0);
});

test("finish() wakes on an overflow, whatever fill was asked for", (rig) => {
  rig.word(Word.wakeAt, 512);
  rig.fill(2048);
  assertEquals(rig.word(Word.signal), 1);
  assertEquals(rig.word(Word.wakeAt), 0);
});
