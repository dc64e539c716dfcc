import { assert, assertEquals, assertThrows } from "@std/assert";
import { Bank, MAIN_THREAD } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { WRITER } from "../testing/writers.ts";
import {
  History,
  randomRange,
  randomValues,
  randomWriter,
  type Range,
} from "./history.ts";
import { assertSameBytes, fromWire, SIZE, TABLES, toWire } from "./model.ts";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

function write(
  bank: Bank,
  table: Table,
  address: number,
  ...values: number[]
): void {
  const wire = toWire(table, values);
  bank.write(table, address, values.length, wire, 0, WRITER);
}

function read(
  bank: Bank,
  table: Table,
  address: number,
  count: number,
): number[] {
  const wire = toWire(table, new Array(count).fill(0));
  bank.read(table, address, count, wire, 0);
  return fromWire(table, count, wire);
}

/** A bank, what it must contain, and one method for each operation. */
class Twins {
  readonly bank: Bank;
  readonly history = new History();
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
    // Holds more than is written between two takes.
    this.bank = Bank.create(1 << 22);
  }

  /** One random operation. */
  step(): void {
    const step = this.#random.pick([
      ...[this.read, this.read, this.write, this.write, this.write],
      ...[this.maskWrite, this.writeAndRead, this.look, this.take],
    ]);
    step.call(this);
  }

  read(): void {
    const range = randomRange(this.#random);
    const to = this.#random.int(4);
    this.#check(range, to, (table, target) => {
      this.bank.read(table, range.address, range.count, target, to);
    });
  }

  write(): void {
    const range = randomRange(this.#random);
    const values = randomValues(this.#random, range);
    const writer = randomWriter(this.#random);
    const { table, address, count } = range;
    const { source, from } = this.#source(table, values);
    this.bank.write(table as Table, address, count, source, from, writer);
    this.history.write(table, address, values, writer);
  }

  maskWrite(): void {
    const random = this.#random;
    const address = random.pick([0, SIZE - 1, random.int(SIZE)]);
    const and = random.pick([0, 0xffff, random.int(65_536)]);
    const or = random.pick([0, 0xffff, random.int(65_536)]);
    const writer = randomWriter(random);
    this.bank.maskWrite(address, and, or, writer);
    const [old] = this.history.model.read(3, address, 1);
    const value = masked(old!, and, or);
    this.history.write(3, address, [value], writer);
  }

  writeAndRead(): void {
    const [first, second] = [1, 2].map(() => {
      return { ...randomRange(this.#random), table: 3 };
    }) as [Range, Range];
    const values = randomValues(this.#random, first);
    const writer = randomWriter(this.#random);
    const { source, from } = this.#source(3, values);
    const to = this.#random.int(4);
    this.history.write(3, first.address, values, writer);
    this.#check(second, to, (_, target) => {
      this.bank.writeAndRead(
        ...[first.address, first.count, source, from, writer] as const,
        ...[second.address, second.count, target, to] as const,
      );
    });
  }

  look(): void {
    const ranges = Array.from(
      { length: this.#random.int(5) },
      () => randomRange(this.#random),
    );
    const seen = this.bank.reader().atOnce(({ seq, read }) => ({
      seq,
      found: ranges.map(({ table, address, count }) =>
        read(table as Table, address, count)
      ),
    }));
    assertEquals(seen.seq, this.history.seq);
    ranges.forEach(({ table, address, count }, i) => {
      const values = this.history.model.read(table, address, count);
      assertSameBytes(seen.found[i]!, toWire(table, values), `range ${i}`);
    });
  }

  take(): void {
    const max = this.#random.pick([1, 2, 10, 100]);
    this.history.taken(this.bank.reader().take(max));
  }

  /** Asserts that all is told of, and that bank and copy have what they must. */
  finish(): void {
    this.history.taken(this.bank.reader().take(Infinity));
    assert(this.history.complete);
    assertEquals(this.bank.seq, this.history.seq);
    assertEquals([this.bank.overflows, this.history.resynced], [0, 0]);
    this.history.assertCopied();
    for (let table = 0; table < TABLES; table++) {
      const all = new Uint8Array(table < 2 ? SIZE / 8 : SIZE * 2);
      this.bank.read(table as Table, 0, SIZE, all, 0);
      assertSameBytes(all, this.history.model.wire(table), `table ${table}`);
    }
  }

  /** Asserts that `fill` puts the right bytes from `to` on, and none beside them. */
  #check(
    { table, address, count }: Range,
    to: number,
    fill: (table: Table, target: Uint8Array) => void,
  ): void {
    const values = this.history.model.read(table, address, count);
    const wire = toWire(table, values);
    const target = new Uint8Array(to + wire.length + 2).fill(0xa5);
    const expected = target.slice();
    expected.set(wire, to);
    fill(table as Table, target);
    assertSameBytes(target, expected, `${count} of ${table} from ${address}`);
  }

  /** Values in the midst of other bytes; unused bits of the last byte are set to any value. */
  #source(
    table: number,
    values: number[],
  ): { source: Uint8Array; from: number } {
    const wire = toWire(table, values);
    const unused = table < 2 ? wire.length * 8 - values.length : 0;
    wire[wire.length - 1]! += (2 ** unused - 1) * 2 ** (8 - unused) % 256;
    const from = this.#random.int(4);
    const source = new Uint8Array(from + wire.length + 3).fill(0x5a);
    source.set(wire, from);
    return { source, from };
  }
}

/** Function 16 hex, bit by bit: where AND is 1 the old bit stays, else that of OR comes (6.16). */
function masked(old: number, and: number, or: number): number {
  let value = 0;
  for (let bit = 1; bit <= 0x8000; bit *= 2) {
    const on = (n: number) => Math.floor(n / bit) % 2;
    value += bit * (on(and) === 1 ? on(old) : on(or));
  }
  return value;
}

for (const seed of [1, 2, 3, 4]) {
  test(`a bank agrees with plain arrays, 1500 random operations, seed ${seed}`, () => {
    const twins = new Twins(seed);
    for (let i = 0; i < 1500; i++) twins.step();
    twins.finish();
  });
}

test("create() makes a bank with all cells 0 and nothing written", () => {
  const bank = Bank.create();
  assertEquals([bank.seq, bank.overflows], [0, 0]);
  assertEquals(bank.reader().take(1), []);
  for (const table of Object.values(Table)) {
    const values = bank.reader().atOnce(({ read }) => read(table, 0, SIZE));
    assertEquals(values.findIndex((byte) => byte !== 0), -1);
  }
});

test("create() refuses a ring that is no power of two", () => {
  assertThrows(() => Bank.create(1500), RangeError, "1500");
});

test("open() gives the same bank", () => {
  const bank = Bank.create(1024);
  const opened = Bank.open(bank.buffer, MAIN_THREAD + 1);
  write(bank, holdingRegisters, 9, 0x1234);
  write(opened, coils, 9, 1);
  assertEquals(read(opened, holdingRegisters, 8, 3), [0, 0x1234, 0]);
  assertEquals(read(bank, coils, 8, 3), [0, 1, 0]);
  assertEquals([bank.seq, opened.seq], [2, 2]);
  assertEquals(bank.reader().take(9).map(({ seq }) => seq), [1, 2]);
});

// The tables, and the order of bits and bytes, of the standard's own examples
// (Application Protocol V1.1b3, 6.1, 6.3 and 6.11).
test("read() gives coils 20 to 38 as in the standard's example", () => {
  const bank = Bank.create(1024);
  const states = "1011 0011 1101 0110 101".replaceAll(" ", "");
  write(bank, coils, 19, ...[...states].map(Number));
  const target = new Uint8Array(3);
  bank.read(coils, 19, 19, target, 0);
  assertEquals(target, Uint8Array.of(0xcd, 0x6b, 0x05));
});

test("read() gives registers 108 to 110 as in the standard's example", () => {
  const bank = Bank.create(1024);
  write(bank, holdingRegisters, 107, 555, 0, 100);
  const target = new Uint8Array(6);
  bank.read(holdingRegisters, 107, 3, target, 0);
  assertEquals(target, Uint8Array.of(0x02, 0x2b, 0, 0, 0, 0x64));
});

test("write() sets coils 20 to 29 as in the standard's example", () => {
  const bank = Bank.create(1024);
  bank.write(coils, 19, 10, Uint8Array.of(0xcd, 0x01), 0, WRITER);
  const states = "1011 0011 10".replaceAll(" ", "");
  assertEquals(read(bank, coils, 18, 12).join(""), `0${states}0`);
});

test("maskWrite() gives the result of the standard's example", () => {
  const bank = Bank.create(1024);
  write(bank, holdingRegisters, 4, 0x12);
  bank.maskWrite(4, 0xf2, 0x25, WRITER);
  assertEquals(read(bank, holdingRegisters, 3, 3), [0, 0x17, 0]);
});

test("writeAndRead() reads what it has written", () => {
  const bank = Bank.create(1024);
  const target = new Uint8Array(8);
  const source = toWire(3, [1, 2]);
  bank.writeAndRead(10, 2, source, 0, WRITER, 9, 4, target, 0);
  assertEquals(fromWire(3, 4, target), [0, 1, 2, 0]);
});

test("write() logs 0 in the unused bits, whatever they were", () => {
  const bank = Bank.create(1024);
  for (let count = 1; count <= 16; count++) {
    const source = new Uint8Array(2).fill(0xff);
    bank.write(coils, 0, count, source, 0, WRITER);
    const [change] = bank.reader().take(1);
    assertEquals(change?.values, toWire(coils, new Array(count).fill(1)));
  }
});

test("write() tells the tables apart", () => {
  const bank = Bank.create(1024);
  write(bank, coils, 65_535, 1);
  write(bank, inputRegisters, 65_535, 7);
  assertEquals(read(bank, discreteInputs, 65_535, 1), [0]);
  assertEquals(read(bank, holdingRegisters, 65_535, 1), [0]);
});

test("write() and read() say which write it was, and which the last", () => {
  const bank = Bank.create();
  const values = new Uint8Array(2);
  assertEquals(bank.read(coils, 0, 1, values, 0), 0);
  assertEquals(bank.write(coils, 0, 1, values, 0, WRITER), 1);
  assertEquals(bank.write(holdingRegisters, 7, 1, values, 0, WRITER), 2);
  assertEquals(bank.read(inputRegisters, 9, 1, values, 0), 2);
});

test("overflows counts the writes that found the ring full", () => {
  const bank = Bank.create(1024);
  for (let i = 0; i < 21; i++) write(bank, coils, i, 1); // 48 bytes each
  assertEquals([bank.seq, bank.overflows], [21, 0]);
  write(bank, coils, 0, 1);
  write(bank, coils, 0, 1);
  assertEquals([bank.seq, bank.overflows], [23, 2]);
});

const BAD_RANGES = [
  [0, 0],
  [-1, 1],
  [0, -1],
  [65_536, 1],
  [65_535, 2],
  [1, 65_536],
  [0, 65_537],
  [NaN, 1],
  [0, NaN],
  [0.5, 1],
] as const;

/** What takes a range, with room for the largest. */
const RANGED: Record<
  string,
  (bank: Bank, address: number, count: number) => void
> = {
  "read()": (bank, address, count) => {
    bank.read(coils, address, count, new Uint8Array(131_072), 0);
  },
  "write()": (bank, address, count) => {
    const ones = new Uint8Array(131_072).fill(0xff);
    bank.write(holdingRegisters, address, count, ones, 0, WRITER);
  },
  "writeAndRead() writing": (bank, address, count) => {
    const bytes = new Uint8Array(131_072).fill(0xff);
    bank.writeAndRead(address, count, bytes, 0, WRITER, 0, 1, bytes, 0);
  },
  "writeAndRead() reading": (bank, address, count) => {
    const bytes = new Uint8Array(131_072).fill(0xff);
    bank.writeAndRead(0, 1, bytes, 0, WRITER, address, count, bytes, 0);
  },
};

for (const [method, use] of Object.entries(RANGED)) {
  test(`${method} throws at a wrong range and changes nothing`, () => {
    const bank = Bank.create(1024);
    write(bank, holdingRegisters, 0, 0x1234);
    const before = new Uint8Array(bank.buffer).slice();
    for (const [address, count] of BAD_RANGES) {
      const name = `${count} cells from address ${address}`;
      assertThrows(() => use(bank, address, count), RangeError, name);
      assertSameBytes(new Uint8Array(bank.buffer), before, name);
    }
  });
}

test("maskWrite() throws at a wrong address and changes nothing", () => {
  const bank = Bank.create(1024);
  const before = new Uint8Array(bank.buffer).slice();
  for (const address of [-1, 65_536, NaN, 1.5]) {
    const act = () => bank.maskWrite(address, 0, 0xffff, WRITER);
    assertThrows(act, RangeError, `address ${address}`);
    assertSameBytes(new Uint8Array(bank.buffer), before, `${address}`);
  }
});

test("replace() makes a table what is given, by writes of what differs", () => {
  const random = new Random(11);
  for (let table = 0; table < TABLES; table++) {
    const bank = Bank.create(1 << 20);
    const reader = bank.reader();
    const first = random.bytes(table < 2 ? 8192 : 131_072);
    bank.write(table, 0, SIZE, first, 0, WRITER);
    reader.take(Infinity);
    const next = first.slice();
    for (let i = 0; i < 20; i++) next[random.int(next.length)]! ^= 1;
    const checked: number[] = [];
    bank.replace(table, next, WRITER, (run) => {
      checked.push(run.address);
      return [run];
    });
    assertSameBytes(bank.storeSide().copyTables()[table]!, next, `${table}`);
    const changes = reader.take(Infinity);
    assertEquals(changes.map(({ address }) => address), checked);
    assertEquals(changes.length > 10 && changes.length <= 20, true);
    const cells = changes.reduce((sum, { count }) => sum + count, 0);
    assert(cells < 2000, `${cells} cells`);
    bank.replace(table, next, WRITER, () => {
      throw new Error("Nothing differs");
    });
    assertEquals(reader.take(Infinity), []);
  }
});

test("replace() changes no cell that may not be written", () => {
  const only = [{ address: 2, count: 1 }, { address: 5, count: 4 }];
  for (const table of [coils, holdingRegisters]) {
    const bank = Bank.create(1 << 16);
    const reader = bank.reader();
    write(bank, table, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    reader.take(Infinity);
    const cells = toWire(table, new Array(SIZE).fill(1));
    bank.replace(table, cells, WRITER, () => only);
    assertEquals(read(bank, table, 0, 10), [0, 0, 1, 0, 0, 1, 1, 1, 1, 0]);
    const changes = reader.take(Infinity);
    assertEquals(changes.map(({ address }) => address), [2, 5]);
    assertEquals(changes[1]!.values, toWire(table, [1, 1, 1, 1]));
    bank.replace(table, cells, WRITER, () => only);
    assertEquals(reader.take(Infinity), []);
  }
});

test("replace() changes nothing when it is not to be told what it may", () => {
  const bank = Bank.create(1 << 16);
  const cells = new Uint8Array(131_072);
  cells[0] = cells[1000] = 1;
  let count = 0;
  const replace = () =>
    bank.replace(holdingRegisters, cells, WRITER, (run) => {
      if (++count === 2) throw new RangeError("refused");
      return [run];
    });
  assertThrows(replace, RangeError, "refused");
  assertEquals(bank.seq, 0);
  assertEquals(read(bank, holdingRegisters, 0, 1), [0]);
  write(bank, holdingRegisters, 0, 5);
  assertEquals(bank.written, 1);
});
