import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { PAGE_COUNT, PAGE_SIZE, pageOf } from "../../src/bank/pages.ts";
import type { PageBatch } from "../../src/bank/store_side.ts";
import { Table, TABLE_SIZE, wireLength } from "../../src/bank/tables.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { within } from "../testing/within.ts";
import { WRITER } from "../testing/writers.ts";

const permissions = "none";
const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

function setUp() {
  const bank = Bank.create(1 << 16);
  const write = (table: Table, address: number, count = 1) => {
    const ones = new Uint8Array(wireLength(table, count)).fill(0xff);
    bank.write(table, address, count, ones, 0, WRITER);
  };
  return { bank, side: bank.storeSide(), write };
}

const numbers = (
  batch: PageBatch | undefined,
) => [...batch?.pages.keys() ?? []];

Deno.test("take() gives nothing before the first write", {
  permissions,
}, () => {
  assertEquals(setUp().side.take(), undefined);
});

Deno.test("take() gives the pages that were written, once", {
  permissions,
}, async (t) => {
  const cases: readonly [Table, number, number][] = [
    [coils, 0, 1],
    [coils, 8191, 2],
    [discreteInputs, TABLE_SIZE - 1, 1],
    [inputRegisters, 511, 2],
    [holdingRegisters, 0, TABLE_SIZE],
    [holdingRegisters, TABLE_SIZE - 1, 1],
  ];
  for (const [table, address, count] of cases) {
    await t.step(`table ${table}, ${count} from ${address}`, () => {
      const { side, write } = setUp();
      write(table, address, count);
      const first = pageOf(table, address);
      const last = pageOf(table, address + count - 1);
      const length = last - first + 1;
      const batch = side.take();
      assertEquals(
        numbers(batch),
        Array.from({ length }, (_, i) => first + i),
      );
      assertEquals(batch?.seq, 1);
      assertEquals(side.take(), undefined);
    });
  }
});

Deno.test("take() copies the cells in wire form", { permissions }, () => {
  const { bank, side } = setUp();
  const values = Uint8Array.of(0x12, 0x34, 0x56, 0x78);
  bank.write(holdingRegisters, 512, 2, values, 0, WRITER);
  const [bytes] = side.take()!.pages.values();
  assertEquals(bytes!.length, PAGE_SIZE);
  assertEquals(bytes!.subarray(0, 5), Uint8Array.of(...values, 0));
  bank.write(holdingRegisters, 512, 1, Uint8Array.of(9, 9), 0, WRITER);
  assertEquals(bytes![0], 0x12);
});

Deno.test("putBack() and putAllBack() have pages taken again", {
  permissions,
}, () => {
  const { side, write } = setUp();
  write(coils, 0);
  const taken = numbers(side.take());
  side.putBack(taken);
  write(coils, 8192);
  assertEquals(numbers(side.take()), [0, 1]);
  side.putAllBack();
  assertEquals(numbers(side.take()).length, PAGE_COUNT);
});

Deno.test("load() fills the tables, and is not itself to be stored", {
  permissions,
}, () => {
  const { bank, side, write } = setUp();
  const page = new Uint8Array(PAGE_SIZE).fill(7);
  const pages = new Map([[pageOf(inputRegisters, 0), page]]);
  side.load({ seq: 2 ** 33, pages }, false);
  const cells = new Uint8Array(4);
  bank.read(inputRegisters, 511, 2, cells, 0);
  assertEquals(cells, Uint8Array.of(7, 7, 0, 0));
  assertEquals(side.take(), undefined);
  assertEquals(side.progress, { seq: 2 ** 33, storedSeq: 2 ** 33 });
  assertEquals(bank.durability, undefined);
  write(coils, 0);
  assertEquals(bank.written, 2 ** 33 + 1);
  assertEquals(bank.seq, 2 ** 33 + 1);
});

Deno.test("progress tells how far behind the disk is, also beyond 32 bits", {
  permissions,
}, async (t) => {
  for (const start of [0, 2 ** 31 - 2, 2 ** 32 - 2, 2 ** 40]) {
    await t.step(`from ${start}`, () => {
      const { side, write } = setUp();
      side.load({ seq: start, pages: new Map() }, true);
      for (let i = 0; i < 3; i++) write(coils, i);
      side.stored(start + 1);
      const progress = { seq: start + 3, storedSeq: start + 1 };
      assertEquals(side.progress, progress);
    });
  }
});

Deno.test("Bank.durability is what stored() and failed() tell", {
  permissions,
}, async () => {
  using _ = keepAlive();
  const { bank, side, write } = setUp();
  side.load({ seq: 0, pages: new Map() }, true);
  const other = Bank.open(bank.buffer, bank.nextThread());
  const { durability } = other;
  assert(durability !== undefined);
  assertEquals(durability, other.durability);
  write(coils, 0);
  const waiting = durability.stored(bank.written);
  side.failed();
  assertEquals(await within(waiting, "failed()"), false);
  side.stored(1);
  assertEquals(await durability.stored(1), true);
});

Deno.test("wait() returns at once when something was written before", {
  permissions,
}, async () => {
  const { side, write } = setUp();
  write(coils, 0);
  await side.wait();
});

Deno.test("wait() ends with the next write of any thread", {
  permissions,
}, async () => {
  using _ = keepAlive();
  const { bank, side } = setUp();
  const other = Bank.open(bank.buffer, bank.nextThread());
  for (let i = 0; i < 3; i++) {
    const waiting = side.wait();
    other.write(coils, i, 1, Uint8Array.of(1), 0, WRITER);
    await within(waiting, `write ${i}`);
    assertEquals(numbers(side.take()), [0]);
  }
});

Deno.test("close() ends a wait(), and all later ones", {
  permissions,
}, async () => {
  using _ = keepAlive();
  const { side } = setUp();
  const waiting = side.wait();
  side.close();
  await within(waiting, "the one that waited");
  await side.wait();
});
