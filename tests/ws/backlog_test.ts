import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import type { ChangeReader } from "../../src/bank/change_reader.ts";
import { Table } from "../../src/bank/tables.ts";
import { Backlog, type Instalment } from "../../src/ws/backlog.ts";
import type { Range } from "../../src/ws/messages.ts";
import { allCells, RangeSet } from "../../src/ws/ranges.ts";
import { BankModel, fromWire, toWire } from "../bank/model.ts";
import { Random } from "../testing/random.ts";
import { WRITER } from "../testing/writers.ts";
import { notification } from "./changes.ts";
import { cellsOf, nearRange, range } from "./range_model.ts";

const { coils, holdingRegisters } = Table;

const EVERYTHING = allCells(4);
/** More than any instalment takes. */
const PLENTY = 1 << 24;

class Rig {
  readonly bank: Bank;
  readonly reader: ChangeReader;

  constructor(ringSize?: number) {
    this.bank = Bank.create(ringSize);
    this.reader = this.bank.reader();
  }

  write(table: Table, address: number, ...values: number[]): void {
    const wire = toWire(table, values);
    this.bank.write(table, address, values.length, wire, 0, WRITER);
  }

  take(
    backlog: Backlog,
    budget = PLENTY,
    wanted: RangeSet = EVERYTHING,
  ): Instalment {
    return backlog.take(budget, wanted, (action) => this.reader.atOnce(action));
  }
}

function test(name: string, fn: (rig: Rig) => void): void {
  Deno.test({ name, permissions: "none", fn: () => fn(new Rig()) });
}

/** The cells of an instalment as `table@address=values`. */
function brief({ cells }: Instalment): string[] {
  return cells.map(({ table, address, count, values }) =>
    `${table}@${address}=${fromWire(table, count, values)}`
  );
}

/** Bytes that an instalment makes on the wire. */
function textLength({ cells }: Instalment): number {
  const meta = { seq: 2 ** 53, time: Date.now(), source: "bank", more: true };
  return cells.reduce((sum, { table, address, count, values }) => {
    const numbers = fromWire(table, count, values);
    return sum + notification(table, address, numbers, meta).length;
  }, 0);
}

test("take() gives the current values and their number", (rig) => {
  rig.write(holdingRegisters, 5, 1, 2, 3);
  rig.write(coils, 7, 1, 0, 1);
  rig.reader.take(Infinity);
  const owed = [range(holdingRegisters, 6, 3), range(coils, 7, 2)];
  const backlog = new Backlog(owed, true, false);
  const instalment = rig.take(backlog);
  assertEquals(brief(instalment), ["0@7=1,0", "3@6=2,3,0"]);
  assertEquals([instalment.seq, instalment.settled], [2, true]);
});

test("take() gives what was added, once however often", (rig) => {
  rig.write(coils, 0, 1, 1, 1, 1);
  rig.reader.take(Infinity);
  const backlog = new Backlog([], true, false);
  backlog.add(range(coils, 0, 3));
  backlog.add(range(coils, 2, 2));
  backlog.add(range(coils, 1, 1));
  assertEquals(brief(rig.take(backlog)), ["0@0=1,1,1,1"]);
});

test("take() adds what is in the log and wanted, as of the same moment", (rig) => {
  rig.write(holdingRegisters, 100, 1, 2);
  rig.write(holdingRegisters, 101, 3, 4);
  rig.write(holdingRegisters, 500, 5);
  const wanted = new RangeSet([
    range(holdingRegisters, 0, 10),
    range(holdingRegisters, 101, 50),
  ]);
  const backlog = new Backlog([range(holdingRegisters, 0, 2)], true, false);
  const instalment = rig.take(backlog, PLENTY, wanted);
  assertEquals(brief(instalment), ["3@0=0,0", "3@101=3,4"]);
  assertEquals([instalment.seq, instalment.settled], [3, true]);
});

test("take() of all that is wanted adds nothing to it", (rig) => {
  const wanted = new RangeSet([range(coils, 0, 4)]);
  rig.write(coils, 0, 1);
  rig.write(coils, 100, 1);
  const backlog = new Backlog(wanted.ranges, false, true);
  const instalment = rig.take(backlog, PLENTY, wanted);
  assertEquals(brief(instalment), ["0@0=1,0,0,0"]);
  assertEquals([instalment.seq, instalment.settled], [2, true]);
});

test("take() does not settle behind more changes than it may look at", (rig) => {
  for (let i = 0; i < 500; i++) rig.write(coils, i, 1);
  const backlog = new Backlog([range(coils, 1000, 1)], true, false);
  const first = rig.take(backlog);
  assertEquals([brief(first), first.settled], [["0@1000=0"], false]);
  // They are told by the log's reader, who adds them to the backlog.
  for (const { table, address, count } of rig.reader.take(Infinity)) {
    backlog.add({ table, address, count });
  }
  const second = rig.take(backlog);
  assertEquals(brief(second), [`0@0=${new Array(500).fill(1)}`]);
  assert(second.settled);
});

test("take() does not settle behind changes that are larger than its budget", (rig) => {
  const values = new Array(10_000).fill(7);
  rig.write(holdingRegisters, 0, ...values);
  const backlog = new Backlog([range(coils, 0, 1)], true, false);
  const first = rig.take(backlog, 1000);
  assertEquals([brief(first), first.settled], [["0@0=0"], false]);
  assert(textLength(first) <= 1000);
  assert(rig.take(backlog).settled);
});

test("take() does not settle before an overflow is told", () => {
  const rig = new Rig(1024);
  const backlog = new Backlog([range(coils, 0, 1)], true, false);
  for (let i = 0; i < 40; i++) rig.write(holdingRegisters, i, i);
  assert(rig.bank.overflows > 0);
  const early = rig.take(backlog);
  assertEquals([brief(early), early.settled], [["0@0=0"], false]);
  for (;;) {
    const changes = rig.reader.take(16);
    if (changes.length === 0) break;
    for (const { table, address, count } of changes) {
      backlog.add({ table, address, count });
    }
  }
  const late = rig.take(backlog);
  const values = Array.from({ length: 40 }, (_, i) => i);
  assertEquals([brief(late), late.settled], [[`3@0=${values}`], true]);
});

test("take() of all that is wanted settles in spite of an overflow", () => {
  const rig = new Rig(1024);
  for (let i = 0; i < 40; i++) rig.write(holdingRegisters, i, i);
  const wanted = new RangeSet([range(holdingRegisters, 38, 2)]);
  const backlog = new Backlog(wanted.ranges, false, true);
  const instalment = rig.take(backlog, PLENTY, wanted);
  assertEquals(brief(instalment), ["3@38=38,39"]);
  assertEquals([instalment.seq, instalment.settled], [40, true]);
});

test("take() in parts of all that is wanted does not settle before an overflow is told", () => {
  const rig = new Rig(1024);
  const wanted = new RangeSet([range(holdingRegisters, 0, 300)]);
  const backlog = new Backlog(wanted.ranges, false, true);
  assertEquals(rig.take(backlog, 1024, wanted).settled, false);
  for (let i = 0; i < 40; i++) rig.write(holdingRegisters, i, i);
  assertEquals(rig.take(backlog, PLENTY, wanted).settled, false);
});

test("take() that settles says so with a message, if one was to follow", (rig) => {
  for (let i = 0; i < 500; i++) rig.write(coils, i, 1);
  const wanted = new RangeSet([range(holdingRegisters, 5, 9)]);
  const backlog = new Backlog(wanted.ranges, true, false);
  assertEquals(rig.take(backlog, PLENTY, wanted).settled, false);
  // In between it can't settle, and has nothing to send.
  assertEquals(brief(rig.take(backlog, PLENTY, wanted)), []);
  rig.reader.take(Infinity);
  rig.write(holdingRegisters, 5, 42);
  rig.reader.take(Infinity);
  const last = rig.take(backlog, PLENTY, wanted);
  assertEquals([brief(last), last.settled], [["3@5=42"], true]);
});

test("take() that settles at once with nothing to send sends nothing", (rig) => {
  const instalment = rig.take(new Backlog([], true, false));
  assertEquals([brief(instalment), instalment.settled], [[], true]);
});

for (const budget of [1, 511, 512, 1000, 5000, 65_536, 524_288]) {
  test(`take() keeps to a budget of ${budget} bytes and makes progress`, (rig) => {
    const random = new Random(budget);
    const owed = Array.from({ length: 30 }, () => nearRange(random));
    owed.push(range(random.int(4) as Table, 1000, 10_000));
    const backlog = new Backlog(owed, true, false);
    const sent: Range[] = [];
    for (let i = 0;; i++) {
      const instalment = rig.take(backlog, budget);
      const { cells } = instalment;
      const smallest = cells.length === 1 && cells[0]!.count <= 64;
      const length = textLength(instalment);
      assert(smallest || length <= budget, `${length} of ${budget}`);
      sent.push(...cells);
      if (instalment.settled) break;
      assert(cells.length > 0, "no progress");
    }
    const cells = sent.reduce((sum, { count }) => sum + count, 0);
    assertEquals(cells, cellsOf(owed).length, "a cell more than once");
    assertEquals(cellsOf(sent), cellsOf(owed));
  });
}

for (const table of [coils, holdingRegisters]) {
  test(`take() does not let cells that change all the time keep table ${table} waiting`, (rig) => {
    const all = [range(coils, 0, 3000), range(holdingRegisters, 9, 3000)];
    const backlog = new Backlog(all, true, false);
    const sent: Range[] = [];
    // Some 12 instalments have room for all.
    for (let i = 0; i < 14; i++) {
      sent.push(...rig.take(backlog, 4096).cells);
      for (const range of all) backlog.add(range);
    }
    const mine = all.filter((range) => range.table === table);
    const got = sent.filter((range) => range.table === table);
    assertEquals(cellsOf(got), cellsOf(mine));
  });
}

test("within() keeps what is still wanted", (rig) => {
  const backlog = new Backlog([range(coils, 0, 10)], true, false);
  const wanted = new RangeSet([range(coils, 5, 10), range(coils, 2, 1)]);
  const left = backlog.within(wanted);
  assert(left?.resync);
  const instalment = rig.take(left, PLENTY, wanted);
  assertEquals(brief(instalment), ["0@2=0", "0@5=0,0,0,0,0"]);
});

test("within() of what is not wanted any more is nothing", () => {
  const backlog = new Backlog([range(coils, 0, 10)], true, false);
  assertEquals(backlog.within(new RangeSet([range(coils, 10, 9)])), undefined);
  assertEquals(backlog.within(new RangeSet([])), undefined);
});

test("within() does not take a part for all that is wanted", (rig) => {
  const all = new Backlog([range(coils, 0, 10)], false, true);
  const wanted = new RangeSet([range(coils, 5, 10)]);
  rig.write(coils, 12, 1);
  const instalment = rig.take(all.within(wanted)!, PLENTY, wanted);
  assertEquals(brief(instalment), ["0@5=0,0,0,0,0", "0@12=1"]);
});

Deno.test({
  name:
    "a client that gets only what is taken ends right, whatever is written meanwhile",
  permissions: "none",
  fn() {
    for (let seed = 1; seed <= 60; seed++) endsRight(seed);
  },
});

/** A backlog between random writes, reads of the log, and instalments. */
function endsRight(seed: number): void {
  const random = new Random(seed);
  const rig = new Rig(random.pick([1024, 8192]));
  const bank = new BankModel();
  const copy = new BankModel();
  const ranges = Array.from({ length: 10 }, () => nearRange(random));
  const wanted = new RangeSet(ranges);
  const backlog = new Backlog(wanted.ranges, false, true);
  const write = () => {
    const { table, address, count } = nearRange(random);
    const most = table < 2 ? 2 : 65_536;
    const values = Array.from({ length: count }, () => random.int(most));
    bank.write(table, address, values);
    rig.write(table, address, ...values);
  };
  for (let i = 0; i < 50; i++) write();
  for (let done = false; !done;) {
    for (let i = random.int(60); i > 0; i--) write();
    for (const change of rig.reader.take(random.int(120))) {
      for (const part of wanted.parts(change)) backlog.add(part);
    }
    const instalment = rig.take(backlog, random.pick([512, 2048]), wanted);
    for (const cells of instalment.cells) copy.apply(cells);
    done = instalment.settled;
    if (done) assertEquals(instalment.seq, rig.bank.seq);
  }
  for (const cell of cellsOf(ranges)) {
    const [table, address] = [Math.floor(cell / 65_536), cell % 65_536];
    const expected = bank.read(table, address, 1);
    assertEquals(copy.read(table, address, 1), expected, `seed ${seed}`);
  }
}
