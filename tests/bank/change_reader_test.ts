import { assert, assertEquals, assertThrows } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import { ChangeLog } from "../../src/bank/change_log.ts";
import { ChangeReader } from "../../src/bank/change_reader.ts";
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { Mutex } from "../../src/bank/mutex.ts";
import {
  getChange,
  type RecordMemory,
  type RecordSink,
} from "../../src/bank/record.ts";
import { Table } from "../../src/bank/tables.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { granted } from "../testing/permissions.ts";
import { Random } from "../testing/random.ts";
import { within } from "../testing/within.ts";
import { WRITER } from "../testing/writers.ts";
import { AtomicsTap } from "./atomics_tap.ts";
import { History, randomRange, randomValues, randomWriter } from "./history.ts";
import { BankModel, fromWire, toWire } from "./model.ts";
import type { PacedJob } from "./paced_worker.ts";

const { coils, discreteInputs, holdingRegisters } = Table;

/** A bank with a ring of 1 KiB, and its reader. */
class Rig {
  readonly bank: Bank;
  readonly reader: ChangeReader;
  readonly words: Int32Array;

  constructor(ringSize = 1024) {
    this.bank = Bank.create(ringSize);
    this.reader = this.bank.reader();
    this.words = new BankMemory(this.bank.buffer).words;
  }

  write(table: Table, address: number, ...values: number[]): void {
    const wire = toWire(table, values);
    this.bank.write(table, address, values.length, wire, 0, WRITER);
  }

  /** Writes a register: a record of 48 bytes, so that 21 fit in the ring. */
  register(address: number, value: number): void {
    this.write(holdingRegisters, address, value);
  }

  /** Overflows the ring, whatever is in it, with a write of 600 registers. */
  overflow(address: number, value: number): void {
    const values = new Array<number>(600).fill(value);
    this.write(holdingRegisters, address, ...values);
  }

  take(max = Infinity): string[] {
    return this.reader.take(max).map(brief);
  }

  /** Changes each time when the reader is woken. */
  get signal(): number {
    return Atomics.load(this.words, Word.signal);
  }
}

/** A change as the tests below compare it: `seq table@address=values`, runs of a value as `n*value`. */
function brief({ seq, table, address, count, origin, values }: Change): string {
  const cells = fromWire(table, count, values);
  const same = cells.length > 3 && cells.every((cell) => cell === cells[0]);
  const text = same ? `${cells.length}*${cells[0]}` : cells.join();
  const kind = origin === Origin.resync ? "resync " : "";
  return `${kind}${seq} ${table}@${address}=${text}`;
}

function test(name: string, fn: (rig: Rig) => void | Promise<void>): void {
  Deno.test({
    name,
    permissions: "none",
    async fn() {
      using _alive = keepAlive();
      await fn(new Rig());
    },
  });
}

test("take() gives nothing when nothing was written", (rig) => {
  assertEquals(rig.take(), []);
});

test("take() gives every write once, in order, even if it changed nothing", (rig) => {
  rig.write(coils, 3, 1, 0, 1);
  rig.register(65_535, 7);
  rig.register(65_535, 7);
  assertEquals(rig.take(), ["1 0@3=1,0,1", "2 3@65535=7", "3 3@65535=7"]);
  assertEquals(rig.take(), []);
});

test("take() leaves what is more than `max`", (rig) => {
  for (let i = 1; i <= 5; i++) rig.register(i, i);
  assertEquals(rig.take(2), ["1 3@1=1", "2 3@2=2"]);
  assertEquals(rig.take(0), []);
  assertEquals(rig.take(2), ["3 3@3=3", "4 3@4=4"]);
  assertEquals(rig.take(2), ["5 3@5=5"]);
});

test("take() releases what it took, and no more", (rig) => {
  const values = new Array<number>(108).fill(1); // 256 bytes with the header
  for (let i = 0; i < 4; i++) rig.write(holdingRegisters, 0, ...values);
  rig.take(1);
  rig.write(holdingRegisters, 0, ...values);
  assertEquals(rig.bank.overflows, 0);
  rig.register(0, 1);
  assertEquals(rig.bank.overflows, 1);
});

test("take() gives values that later writes do not change", (rig) => {
  rig.register(1, 0x0102);
  const [change] = rig.reader.take(1);
  for (let i = 0; i < 100; i++) {
    rig.register(1, 0xffff);
    rig.take();
  }
  assertEquals(change?.values, Uint8Array.of(1, 2));
});

test("take() gives records first, then current values, then later writes", (rig) => {
  for (let i = 1; i <= 21; i++) rig.register(0, i);
  rig.register(0, 100); // overflows
  rig.register(1, 101);
  rig.write(coils, 9, 1);
  rig.register(0, 102);
  const records = Array.from({ length: 21 }, (_, i) => `${i + 1} 3@0=${i + 1}`);
  assertEquals(rig.take(), [
    ...records,
    "resync 25 0@9=1",
    "resync 25 3@0=102,101",
  ]);
  rig.register(2, 103);
  assertEquals(rig.take(), ["26 3@2=103"]);
});

test("take() gives current values only when the ring is empty", (rig) => {
  for (let i = 1; i <= 22; i++) rig.register(i, i);
  assertEquals(rig.take(20).length, 20);
  rig.register(50, 50); // There is room again, but it came after a lost one.
  assertEquals(rig.take(1), [
    "21 3@21=21",
    "resync 23 3@22=22",
    "resync 23 3@50=50",
  ]);
});

test("take() gives the range of a write larger than the ring", (rig) => {
  rig.overflow(10, 4);
  assertEquals(rig.take(1), ["resync 1 3@10=600*4"]);
});

test("take() gives a whole table, and the first and the last cell", (rig) => {
  rig.overflow(30_000, 4);
  rig.take();
  rig.overflow(30_000, 4);
  rig.write(coils, 0, 1);
  rig.write(coils, 65_535, 1);
  rig.write(discreteInputs, 0, ...new Array<number>(65_536).fill(1));
  assertEquals(rig.take(), [
    "resync 5 0@0=1",
    "resync 5 0@65535=1",
    "resync 5 1@0=65536*1",
    "resync 5 3@30000=600*4",
  ]);
});

test("take() joins lost ranges that touch or overlap", (rig) => {
  rig.overflow(0, 1);
  rig.overflow(600, 1);
  rig.overflow(1100, 1);
  rig.overflow(1701, 1);
  assertEquals(rig.take(), ["resync 4 3@0=1700*1", "resync 4 3@1701=600*1"]);
});

test("take() tells of each of several overflows in a row", (rig) => {
  for (let i = 0; i < 5; i++) {
    rig.register(1, i);
    rig.overflow(1000, i);
    rig.register(2, i);
    const seq = i * 3 + 1;
    assertEquals(rig.take(), [
      `${seq} 3@1=${i}`,
      `resync ${seq + 2} 3@2=${i}`,
      `resync ${seq + 2} 3@1000=600*${i}`,
    ]);
    assertEquals(rig.take(), []);
  }
  assertEquals(rig.bank.overflows, 10);
});

test("take() contains a write that came while it waited for the lock", () => {
  const memory = BankMemory.allocate(1024);
  const log = new ChangeLog(memory);
  const register = (address: number, count: number, value: number) => {
    const at = log.reserve(holdingRegisters, address, count, WRITER);
    memory.bytes.fill(value, at, at + count * 2);
    log.begin();
    log.finish();
  };
  class LateMutex extends Mutex {
    override lock(): void {
      super.lock();
      register(5, 1, 0x22);
    }
  }
  const late = new LateMutex(memory.words, Word.lock, 2);
  const reader = new ChangeReader(memory, late, (table, address, count) => {
    return memory.tables[table]!.slice(address * 2, (address + count) * 2);
  });
  register(0, 600, 0x11);
  const values = new Array(600).fill(0x1111);
  values[5] = 0x2222;
  assertEquals(reader.take(1).map(brief), [`resync 2 3@0=${values.join()}`]);
});

/** Position words count bytes and wrap; these are just before they change sign, and before they wrap to 0. */
for (const start of [2 ** 31 - 512, 2 ** 32 - 512]) {
  test(`take() goes on when positions pass ${start + 512}`, (rig) => {
    for (const index of [Word.head, Word.tail]) {
      Atomics.store(rig.words, index, start);
    }
    for (let i = 1; i <= 100; i += 2) {
      rig.register(1, i);
      rig.register(2, i + 1);
      assertEquals(rig.take(), [`${i} 3@1=${i}`, `${i + 1} 3@2=${i + 1}`]);
    }
    for (let i = 101; i <= 130; i++) rig.register(1, i); // More than fit.
    assertEquals(rig.take().at(-1), "resync 130 3@1=130");
    assertEquals(rig.take(), []);
  });
}

for (const ringSize of [1024, 4096, 65_536]) {
  Deno.test({
    name:
      `take() keeps a copy equal at any interleaving, ring of ${ringSize} bytes`,
    permissions: "none",
    fn() {
      for (let seed = 1; seed <= 6; seed++) interleave(ringSize, seed);
    },
  });
}

function interleave(ringSize: number, seed: number): void {
  const random = new Random(ringSize + seed);
  const { bank, reader } = new Rig(ringSize);
  const history = new History();
  for (let round = 0; round < 60; round++) {
    // Some rounds mostly write, so that the ring overflows; in others the reader keeps up.
    const writes = random.between(1, 9);
    for (let i = 0; i < 25; i++) {
      if (random.int(10) < writes) {
        const range = randomRange(random);
        const values = randomValues(random, range);
        const writer = randomWriter(random);
        const { table, address, count } = range;
        const wire = toWire(table, values);
        bank.write(table as Table, address, count, wire, 0, writer);
        history.write(table, address, values, writer);
      } else {
        history.taken(reader.take(random.pick([0, 1, 2, 3, 10, Infinity])));
      }
    }
  }
  history.taken(reader.take(Infinity));
  assert(history.complete);
  assertEquals(bank.seq, history.seq);
  assertEquals(bank.overflows, history.resynced);
  assert(history.resynced > 0, "It never overflowed");
  history.assertCopied();
}

/** Keeps what it is handed, as the changes that `take` would give. */
class Kept implements RecordSink {
  readonly changes: Change[] = [];

  append(memory: RecordMemory, at: number): void {
    this.changes.push(getChange(memory, at));
  }
}

test("take() hands the records of what it gives to a sink, but not current values", (rig) => {
  for (let i = 0; i < 5; i++) rig.register(0, i);
  const kept = new Kept();
  const taken = rig.reader.take(3, kept);
  assertEquals(taken.length, 3);
  assertEquals(kept.changes, taken);
  rig.register(1, 9);
  rig.overflow(100, 7);
  const rest = rig.reader.take(Infinity, kept);
  const resync = rest.filter(({ origin }) => origin === Origin.resync);
  assertEquals(resync.length, 1);
  assertEquals(kept.changes, [...taken, ...rest.slice(0, -1)]);
});

test("skim() hands over all records and releases them", (rig) => {
  const kept = new Kept();
  assert(rig.reader.skim(kept));
  assertEquals(kept.changes, []);
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 5; i++) rig.register(0, i);
    assert(rig.reader.skim(kept));
  }
  const seqs = kept.changes.map(({ seq }) => seq);
  assertEquals(seqs, Array.from({ length: 250 }, (_, i) => i + 1));
  assertEquals(rig.reader.take(Infinity), []);
});

test("skim() leaves the current values after an overflow to take()", (rig) => {
  rig.register(1, 9);
  rig.overflow(100, 7);
  const kept = new Kept();
  assert(!rig.reader.skim(kept));
  assertEquals(kept.changes.length, rig.bank.seq - 1);
  const [resync, ...others] = rig.reader.take(Infinity);
  assertEquals([resync!.origin, resync!.seq], [Origin.resync, rig.bank.seq]);
  assertEquals(others, []);
  assert(rig.reader.skim(kept));
});

test("wait() returns at once when there is something", async (rig) => {
  rig.register(1, 1);
  await rig.reader.wait();
  assertEquals(rig.take(), ["1 3@1=1"]);
});

test("wait() ends with the next write", async (rig) => {
  for (let i = 1; i <= 50; i++) {
    const waiting = rig.reader.wait();
    rig.register(1, i);
    await waiting;
    assertEquals(rig.take(), [`${i} 3@1=${i}`]);
  }
});

test("wait() is woken once, not again by what comes before it is called again", async (rig) => {
  const waiting = rig.reader.wait();
  const before = rig.signal;
  for (let i = 0; i < 10; i++) rig.register(1, i);
  assertEquals(rig.signal, before + 1);
  await waiting;
});

test("wait() ends at the fill level asked for, not before", async (rig) => {
  const before = rig.signal;
  let over = false;
  const waiting = rig.reader.wait(145).then(() => over = true);
  for (let i = 1; i <= 3; i++) rig.register(1, i); // 144 bytes
  assertEquals(rig.signal, before);
  await Promise.resolve();
  assertEquals(over, false);
  rig.register(1, 4);
  assertEquals(rig.signal, before + 1);
  await waiting;
  assertEquals(rig.take().length, 4);
});

test("wait() counts what is in the ring already", async (rig) => {
  for (let i = 1; i <= 3; i++) rig.register(1, i);
  await rig.reader.wait(144);
  const waiting = rig.reader.wait(145);
  rig.register(1, 4);
  await waiting;
  assertEquals(rig.take().length, 4);
});

test("wait() ends at half of the ring, whatever is asked for", async (rig) => {
  const before = rig.signal;
  const waiting = rig.reader.wait(1 << 20);
  for (let i = 1; i <= 10; i++) rig.register(1, i); // 480 bytes
  assertEquals(rig.signal, before);
  rig.register(1, 11);
  assertEquals(rig.signal, before + 1);
  await waiting;
});

test("wait() ends on an overflow, whatever is asked for", async (rig) => {
  const waiting = rig.reader.wait(512);
  rig.overflow(1, 1);
  await waiting;
  assertEquals(rig.take(), ["resync 1 3@1=600*1"]);
});

test("wait() returns at once when the ring has overflowed", async (rig) => {
  rig.overflow(1, 1);
  await rig.reader.wait(512);
  assertEquals(rig.take().length, 1);
});

/** What another thread may do in the midst of what the reader does. */
const INTRUSIONS: Record<string, (rig: Rig) => void> = {
  "a write": (rig) => rig.register(5, 5),
  "an overflow": (rig) => rig.overflow(5, 5),
  "a write and an overflow": (rig) => {
    rig.register(5, 4);
    rig.overflow(5, 5);
  },
};

/**
 * Calls `act` again and again, each time with the intrusion one point later,
 * until there is none so late. `check` is called after each that was intruded on.
 */
async function intrude<T>(
  prepare: (rig: Rig) => void,
  act: (rig: Rig) => T,
  intrusion: (rig: Rig) => void,
  check: (rig: Rig, result: T, point: number) => void | Promise<void>,
): Promise<void> {
  for (let point = 0;; point++) {
    const rig = new Rig();
    prepare(rig);
    let intruded = false;
    const tap = new AtomicsTap((at) => {
      // Others have to wait while the reader holds the lock.
      if (at < point || intruded || rig.words[Word.lock] !== 0) return;
      intruded = true;
      intrusion(rig);
    });
    let result: T;
    try {
      result = act(rig);
    } finally {
      tap[Symbol.dispose]();
    }
    if (!intruded) {
      rig.reader.close();
      assert(point > 4, `Only ${point} points`);
      return;
    }
    await check(rig, result, point);
  }
}

for (const [name, intrusion] of Object.entries(INTRUSIONS)) {
  test(`wait() misses ${name} at no point of it`, async () => {
    await intrude(
      () => {},
      (rig) => rig.reader.wait(),
      intrusion,
      async (rig, waiting, point) => {
        await within(waiting, `The wake for a write at point ${point}`);
        assert(rig.take().length > 0);
      },
    );
  });

  for (const full of [false, true]) {
    const log = full ? "a log that has overflowed" : "a log";
    test(`take() of ${log} is right with ${name} at any point of it`, async () => {
      await intrude(
        (rig) => {
          rig.register(1, 1);
          if (full) rig.overflow(2, 2);
        },
        (rig) => rig.reader.take(10),
        intrusion,
        (rig, changes, point) => {
          const all = [...changes, ...rig.reader.take(10)];
          const seqs = all.map(({ seq }) => seq);
          const inOrder = seqs.toSorted((a, b) => a - b);
          assertEquals(seqs, inOrder, `point ${point}`);
          assertEquals(seqs.at(-1), rig.bank.seq, `point ${point}`);
          const copy = new BankModel();
          for (const change of all) copy.apply(change);
          rig.reader.atOnce(({ read }) => {
            const cells = read(holdingRegisters, 0, 700);
            const copied = toWire(3, copy.read(3, 0, 700));
            assertEquals(cells, copied, `point ${point}`);
          });
        },
      );
    });
  }
}

Deno.test({
  name: "wait() misses no write of another thread, however close they are",
  ignore: !granted("read"),
  async fn() {
    const WRITES = 5000;
    const { bank, reader } = new Rig();
    const url = new URL("paced_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    try {
      const told = new Int32Array(new SharedArrayBuffer(4));
      const random = new Random(1);
      const delays = Array.from({ length: 997 }, () => random.int(2000));
      const job: PacedJob = {
        buffer: bank.buffer,
        told,
        delays,
        writes: WRITES,
      };
      worker.postMessage(job);
      for (let seq = 1; seq <= WRITES;) {
        await within(reader.wait(), `The wake for write ${seq}`);
        for (const change of reader.take(Infinity)) {
          assertEquals([change.seq, change.address], [seq, seq - 1]);
          Atomics.store(told, 0, seq++);
          Atomics.notify(told, 0);
        }
      }
    } finally {
      worker.terminate();
    }
  },
});

test("wake() ends a wait although nothing was written", async (rig) => {
  const waiting = rig.reader.wait();
  rig.reader.wake();
  await waiting;
  assertEquals(rig.take(), []);
});

test("wake() does not end a later wait", async (rig) => {
  rig.reader.wake();
  let over = false;
  const waiting = rig.reader.wait().then(() => over = true);
  await Promise.resolve();
  assertEquals(over, false);
  rig.register(1, 1);
  await waiting;
});

test("close() ends a pending wait and all later ones", async (rig) => {
  const waiting = rig.reader.wait();
  rig.reader.close();
  await waiting;
  await rig.reader.wait();
  await rig.reader.wait(512);
  assertEquals(rig.take(), []);
});

test("close() leaves what is in the log to be taken", (rig) => {
  rig.register(1, 1);
  rig.reader.close();
  rig.register(1, 2);
  assertEquals(rig.take(), ["1 3@1=1", "2 3@1=2"]);
});

/** The writes that `forEachPending` visits, as `table@address+count`. */
function pending({ reader }: Rig): string[] {
  return reader.atOnce(({ forEachPending }) => {
    const found: string[] = [];
    forEachPending((table, address, count) => {
      found.push(`${table}@${address}+${count}`);
    });
    return found;
  });
}

test("atOnce() shows the cells and the last write's number", (rig) => {
  rig.write(coils, 65_530, 1, 0, 1, 1, 0, 1);
  rig.register(7, 0x1234);
  rig.reader.atOnce(({ seq, overflowed, read }) => {
    assertEquals([seq, overflowed], [2, false]);
    assertEquals(read(coils, 65_531, 5), Uint8Array.of(0b10110));
    assertEquals(read(holdingRegisters, 6, 3), toWire(3, [0, 0x1234, 0]));
  });
});

test("atOnce() visits what has not been taken, and takes nothing", (rig) => {
  assertEquals(pending(rig), []);
  rig.write(coils, 3, 1, 0, 1);
  rig.register(7, 1);
  assertEquals(pending(rig), ["0@3+3", "3@7+1"]);
  rig.take(1);
  assertEquals(pending(rig), ["3@7+1"]);
  assertEquals(rig.take(), ["2 3@7=1"]);
  assertEquals(pending(rig), []);
});

test("atOnce() visits writes around the end of the ring", (rig) => {
  const values = new Array<number>(124).fill(1); // 288 bytes with the header
  for (let i = 0; i < 3; i++) rig.write(holdingRegisters, i, ...values);
  rig.take(2);
  for (let i = 3; i < 5; i++) rig.write(holdingRegisters, i, ...values);
  assertEquals(pending(rig), ["3@2+124", "3@3+124", "3@4+124"]);
});

test("atOnce() tells that the log has overflowed, until it is taken", (rig) => {
  const overflowed = () => rig.reader.atOnce((view) => view.overflowed);
  rig.register(7, 1);
  rig.overflow(1, 1);
  assertEquals(overflowed(), true);
  assertEquals(pending(rig), ["3@7+1"]);
  rig.take(1);
  assertEquals(overflowed(), false);
});

test("atOnce() unlocks when the action throws", (rig) => {
  assertThrows(
    () => {
      rig.reader.atOnce(() => {
        throw new TypeError("of the test");
      });
    },
    TypeError,
    "of the test",
  );
  rig.register(1, 1);
  assertEquals(rig.take(), ["1 3@1=1"]);
});
