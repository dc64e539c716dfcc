/**
 * A thread is killed at each step of a write, and another recovers the bank.
 * The victim is played by hand, with the parts that `Bank` is made of.
 * @module
 */
import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import { ChangeLog } from "../../src/bank/change_log.ts";
import { BankMemory, Num, Pending, Word } from "../../src/bank/memory.ts";
import { Mutex } from "../../src/bank/mutex.ts";
import { pageOf } from "../../src/bank/pages.ts";
import { Table } from "../../src/bank/tables.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { within } from "../testing/within.ts";
import { AtomicsTap } from "./atomics_tap.ts";
import { fromBits, fromWire, toBits, toWire } from "./model.ts";

const SURVIVOR = {
  origin: Origin.websocket,
  connection: 1,
  unitId: 1,
} as const;
const WRITER = { origin: Origin.modbus, connection: 66, unitId: 6 } as const;

/** Number of the thread that is killed. */
const VICTIM = 7;

const { coils, holdingRegisters } = Table;

/** A write to be killed in. */
interface Case {
  readonly name: string;
  readonly table: Table;
  readonly address: number;
  readonly count: number;
  /** Registers of the writes before it, so that the ring is as the name says. */
  readonly before: readonly number[];
  /** How many of them the reader has taken. */
  readonly taken: number;
  /** Whether it goes into the ring; otherwise into the spare slot. */
  readonly inRing: boolean;
}

const CASES: readonly Case[] = [
  {
    ...{ name: "coils in an empty ring", table: coils },
    ...{ address: 13, count: 21, before: [], taken: 0, inRing: true },
  },
  {
    ...{ name: "registers behind others", table: holdingRegisters },
    ...{ address: 7, count: 10, before: [3, 3], taken: 0, inRing: true },
  },
  {
    // 288 bytes each: the fourth reaches past the end of 1024.
    ...{
      name: "registers around the end of the ring",
      table: holdingRegisters,
    },
    ...{ address: 0, count: 123, before: [123, 123, 123] },
    ...{ taken: 2, inRing: true },
  },
  {
    ...{ name: "the last register", table: holdingRegisters },
    ...{ address: 65_535, count: 1, before: [1], taken: 1, inRing: true },
  },
  {
    ...{ name: "registers beside a full ring", table: holdingRegisters },
    ...{ address: 7, count: 10, before: [108, 108, 108, 108] },
    ...{ taken: 0, inRing: false },
  },
  {
    ...{ name: "coils after an overflow", table: coils },
    ...{ address: 65_515, count: 21, before: [600, 1], taken: 0 },
    ...{ inRing: false },
  },
  {
    ...{ name: "registers that the ring can't hold", table: holdingRegisters },
    ...{ address: 100, count: 65_000, before: [], taken: 0, inRing: false },
  },
];

/** A bank, and a thread on it that does one write step by step. */
class Victim {
  readonly bank = Bank.create(1024);
  readonly reader = this.bank.reader();
  readonly values: number[];
  readonly #memory = new BankMemory(this.bank.buffer);
  readonly #words = this.#memory.words;
  readonly #mutex = new Mutex(this.#words, Word.lock, VICTIM);
  readonly #log = new ChangeLog(this.#memory);
  readonly #case: Case;
  readonly #wire: Uint8Array;
  #at = 0;

  constructor(of: Case) {
    this.#case = of;
    const { table, count } = of;
    this.values = Array.from({ length: count }, (_, i) => {
      return table === coils ? (i % 3 === 0 ? 1 : 0) : 65_535 - i;
    });
    this.#wire = toWire(table, this.values);
    for (const size of of.before) {
      const old = toWire(holdingRegisters, new Array(size).fill(3));
      this.bank.write(holdingRegisters, 0, size, old, 0, SURVIVOR);
    }
    if (of.taken > 0) this.reader.take(of.taken);
    this.bank.storeSide().take();
  }

  /** What the thread does, in turn; it may be killed after each. */
  get steps(): readonly (readonly [string, () => void])[] {
    const half = Math.ceil(this.#case.count / 2);
    return [
      ["it had locked", () => this.#mutex.lock()],
      ["it had reserved the record", () => this.#reserve()],
      ["half of the values were in", () => this.#fill(half)],
      ["all values were in", () => this.#fill(this.#case.count)],
      ["the record's place was marked", () => this.#mark()],
      [BEGUN, () => this.#log.begin()],
      ["half of the cells were set", () => this.#apply(half)],
      ["all cells were set", () => this.#apply(this.#case.count)],
      ["the first page was marked", () => this.#markPages(1)],
      ["all pages were marked", () => this.#markPages(Infinity)],
      ...this.#case.inRing
        ? [["the record was published", () => this.#publish()]] as const
        : [
          ["half of the cells were dirty", () => this.#soil(half)],
          ["all cells were dirty", () => this.#soil(this.#case.count)],
          ["the overflow was marked", () => this.#overflow()],
        ] as const,
      ["it was counted", () => this.#memory.nums[Num.seq]!++],
      ["it was no longer pending", () => this.#set(Word.pending, Pending.none)],
      ["it was to wake the reader", () => this.#set(Word.wakeAt, 0)],
    ];
  }

  #reserve(): void {
    const { table, address, count } = this.#case;
    this.#at = this.#log.reserve(table, address, count, WRITER);
    assertEquals(this.#at < this.#memory.spareAt, this.#case.inRing);
  }

  #fill(count: number): void {
    const length = Math.ceil(this.#wire.length * count / this.#case.count);
    this.#memory.bytes.set(this.#wire.subarray(0, length), this.#at);
  }

  #mark(): void {
    this.#words[Word.pendingAt] = this.#words[Word.head]!;
  }

  #apply(count: number): void {
    const { table, address } = this.#case;
    const cells = this.#memory.tables[table]!;
    const all = fromWire(table, 65_536, cells);
    all.splice(address, count, ...this.values.slice(0, count));
    cells.set(toWire(table, all));
  }

  #markPages(most: number): void {
    this.#memory.marks.fill(
      1,
      this.pages[0],
      this.pages.slice(0, most).at(-1)! + 1,
    );
  }

  /** The next record begins 8-byte aligned behind this one, or at the start of the ring if that is not inside. */
  #publish(): void {
    const head = this.#words[Word.head]!;
    const behind = head + Math.ceil((40 + this.#wire.length) / 8) * 8;
    const end = Math.floor(head / 1024) * 1024 + 1024;
    this.#set(Word.head, Math.min(behind, end));
  }

  #soil(count: number): void {
    const { table, address } = this.#case;
    const dirty = this.#memory.dirty[table]!;
    const bits = toBits(dirty).fill(true, address, address + count);
    dirty.set(fromBits(bits));
  }

  #overflow(): void {
    this.#memory.nums[Num.overflows]!++;
    this.#set(Word.overflowed, 1);
  }

  #set(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }

  /** The pages of the write, by its first and last cell. */
  get pages(): number[] {
    const { table, address, count } = this.#case;
    const first = pageOf(table, address);
    const length = pageOf(table, address + count - 1) - first + 1;
    return Array.from({ length }, (_, i) => first + i);
  }

  /** Number of the thread that holds the lock. */
  get holder(): number {
    return this.#mutex.holder;
  }

  /** The cells of the write as they are now. */
  get cells(): number[] {
    const { table, address, count } = this.#case;
    return fromWire(table, 65_536, this.#memory.tables[table]!)
      .slice(address, address + count);
  }
}

const BEGUN = "it had marked the record as pending";

/** All that the log holds of the write: its record, or the current values of its cells. */
function told(changes: readonly Change[], { table, address, count }: Case) {
  return changes.filter((change) =>
    change.connection === WRITER.connection ||
    (change.origin === Origin.resync && change.table === table &&
      change.address < address + count &&
      change.address + change.count > address)
  );
}

/** Asserts that the write is there with one change, and the log goes on behind it. */
function assertWritten(
  victim: Victim,
  changes: readonly Change[],
  of: Case,
): void {
  const seq = of.before.length + 1;
  assertEquals(victim.cells, victim.values);
  const found = told(changes, of);
  assertEquals(found.length, 1);
  const [{ address, count, values, ...change }] = found as [Change];
  const cells = fromWire(change.table, count, values);
  const from = of.address - address;
  assertEquals(cells.slice(from, from + of.count), victim.values);
  assertEquals([change.seq, victim.bank.seq], [seq, seq]);
  const batch = victim.bank.storeSide().take();
  assertEquals(batch?.seq, seq);
  assertEquals([...batch!.pages.keys()], victim.pages);
  if (of.inRing) assertEquals([address, count], [of.address, of.count]);
  const origin = of.inRing ? WRITER.origin : Origin.resync;
  assertEquals(change.origin, origin);
}

/** Asserts that nothing is there of the write. */
function assertNotWritten(
  victim: Victim,
  old: readonly number[],
  changes: readonly Change[],
  of: Case,
): void {
  assertEquals(victim.cells, old);
  assert(changes.every(({ connection }) => connection !== WRITER.connection));
  assertEquals(victim.bank.seq, of.before.length);
  assertEquals(victim.bank.storeSide().take(), undefined);
}

/** Kills a thread after `step`, recovers, and checks what is there. */
async function kill(of: Case, step: number, lookBetween: boolean) {
  const victim = new Victim(of);
  const { bank, reader, steps } = victim;
  const begun = steps.findIndex(([name]) => name === BEGUN);
  const old = victim.cells;
  const changes: Change[] = [];
  const waiting = reader.wait();
  for (const [, act] of steps.slice(0, step + 1)) act();
  assertEquals(victim.holder, VICTIM);
  // The reader needs no lock for what is in the ring.
  if (lookBetween) changes.push(...reader.take(Infinity));
  bank.recover(VICTIM);
  // For a write that is there the reader must be woken.
  if (step < begun) reader.wake();
  await within(waiting, "wait()");
  assertEquals(victim.holder, 0);
  changes.push(...reader.take(Infinity));
  if (step >= begun) assertWritten(victim, changes, of);
  else assertNotWritten(victim, old, changes, of);
  const seq = bank.seq;
  bank.write(coils, 0, 1, Uint8Array.of(1), 0, SURVIVOR);
  assertEquals(reader.take(Infinity).map((change) => change.seq), [seq + 1]);
}

for (const of of CASES) {
  // The reader can't look in between when it would need the lock.
  const looks = of.inRing ? [false, true] : [false];
  for (const lookBetween of looks) {
    const reader = lookBetween ? ", the reader had looked" : "";
    Deno.test({
      name: `recover() completes or drops a write of ${of.name}${reader}`,
      permissions: "none",
      async fn(t) {
        using _alive = keepAlive();
        for (const [step, [name]] of new Victim(of).steps.entries()) {
          await t.step(`killed when ${name}`, () => {
            return kill(of, step, lookBetween);
          });
        }
      },
    });
  }
}

/** Stands for the end of a thread. */
class Killed extends Error {}

/**
 * Lets a thread write, as `Bank` does it, and kills it at a point between two
 * operations on shared memory. Returns false when it has no such point.
 */
function killAt(victim: Bank, of: Case, wire: Uint8Array, point: number) {
  const { table, address, count } = of;
  const tap = new AtomicsTap((at) => {
    // It does nothing more: it does not unlock, either.
    if (at >= point) throw new Killed();
  });
  try {
    victim.write(table, address, count, wire, 0, WRITER);
    return false;
  } catch (error) {
    assertInstanceOf(error, Killed);
    return true;
  } finally {
    tap[Symbol.dispose]();
  }
}

for (const of of CASES) {
  Deno.test({
    name:
      `recover() leaves a write of ${of.name} whole or undone, wherever Bank.write() is killed`,
    permissions: "none",
    async fn() {
      using _alive = keepAlive();
      const outcomes: boolean[] = [];
      for (let point = 0;; point++) {
        const victim = new Victim(of);
        const { bank, reader, values } = victim;
        const old = victim.cells;
        const waiting = reader.wait();
        const other = Bank.open(bank.buffer, VICTIM);
        const wire = toWire(of.table, values);
        if (!killAt(other, of, wire, point)) {
          reader.close();
          break;
        }
        bank.recover(VICTIM);
        const done = victim.cells.every((cell, i) => cell === values[i]);
        outcomes.push(done);
        if (!done) reader.wake();
        await within(waiting, `wait() at point ${point}`);
        const changes = reader.take(Infinity);
        if (done) assertWritten(victim, changes, of);
        else assertNotWritten(victim, old, changes, of);
        assertEquals(victim.holder, 0);
      }
      // From one point on it is always done.
      assertEquals(outcomes, outcomes.toSorted());
      assertEquals(new Set(outcomes).size, 2);
    },
  });
}

Deno.test({
  name: "recover() leaves the lock to a thread that lives",
  permissions: "none",
  fn() {
    const bank = Bank.create(1024);
    const { words } = new BankMemory(bank.buffer);
    const mutex = new Mutex(words, Word.lock, VICTIM);
    mutex.lock();
    bank.recover(VICTIM + 1);
    bank.recover(VICTIM - 1);
    assertEquals(mutex.holder, VICTIM);
  },
});

Deno.test({
  name:
    "recover() of a thread that held nothing changes nothing, however often",
  permissions: "none",
  fn() {
    const bank = Bank.create(1024);
    const write = (value: number) => {
      bank.write(coils, 3, 1, Uint8Array.of(value), 0, SURVIVOR);
    };
    write(1);
    for (let i = 0; i < 3; i++) bank.recover(VICTIM);
    write(0);
    const seqs = bank.reader().take(9).map(({ seq }) => seq);
    assertEquals(seqs, [1, 2]);
  },
});
