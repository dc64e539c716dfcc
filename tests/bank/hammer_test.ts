/**
 * Real threads on one bank: nothing is torn, nothing is lost, and the change
 * log tells it all in order.
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { granted } from "../testing/permissions.ts";
import { within } from "../testing/within.ts";
import {
  COILS,
  COUNTS,
  FLAGS,
  fromUnits,
  MASKED,
  readStamp,
  type Region,
  REGISTERS,
  runOf,
  stampOf,
  tornIn,
  toUnits,
} from "./hammer.ts";
import type { HammerJob, HammerResult } from "./hammer_worker.ts";
import { assertSameBytes, BankModel, SIZE, TABLES } from "./model.ts";

/** Operations of each thread. */
const OPERATIONS = 8000;

/** Threads 2 to 4 write and read, thread 5 only reads. */
const THREADS = [2, 3, 4, 5];
const LAST_WRITER = 4;

/** The threads, from their start to their end. */
class Threads implements Disposable {
  readonly results: HammerResult[] = [];
  /** The first error of a thread. */
  error: Error | undefined;
  readonly #workers: Worker[] = [];
  readonly #start = new Int32Array(new SharedArrayBuffer(4));
  readonly #ready = Promise.withResolvers<void>();
  #waiting = THREADS.length;

  /** Makes the threads; `news` is called when one has ended or failed. */
  constructor(buffer: SharedArrayBuffer, news: () => void) {
    for (const thread of THREADS) {
      const url = new URL("hammer_worker.ts", import.meta.url);
      const worker = new Worker(url, { type: "module" });
      this.#workers.push(worker);
      worker.onmessage = ({ data }: MessageEvent<HammerResult | "ready">) => {
        if (data !== "ready") {
          this.results.push(data);
          news();
        } else if (--this.#waiting === 0) this.#ready.resolve();
      };
      worker.onerror = (event) => {
        event.preventDefault();
        this.error ??= new Error(`Thread ${thread}: ${event.message}`);
        this.#ready.resolve();
        news();
      };
      const job: HammerJob = {
        ...{ buffer, thread, start: this.#start, operations: OPERATIONS },
        writes: thread <= LAST_WRITER,
      };
      worker.postMessage(job);
    }
  }

  /** Lets all go at once. */
  async start(): Promise<void> {
    await within(this.#ready.promise, "The threads");
    Atomics.store(this.#start, 0, 1);
    Atomics.notify(this.#start, 0);
  }

  get ended(): boolean {
    return this.results.length === THREADS.length;
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker.terminate();
  }
}

/** Checks the changes one after the other, and applies them to a copy. */
class Watcher {
  readonly copy = new BankModel();
  /** Sequence number of the last write told of. */
  seq = 0;
  /** Writes told of by a record of their own. */
  records = 0;
  /** Number of the last stamp of each thread, when no write of it was lost since. */
  readonly #counts = new Map<number, number>();

  see(change: Change): void {
    if (change.origin === Origin.resync) {
      // All of one overflow carry the same number.
      assert(change.seq >= this.seq, `${change.seq} after ${this.seq}`);
      this.#counts.clear();
    } else {
      assertEquals(change.seq, this.seq + 1);
      this.records++;
      this.#record(change);
    }
    this.seq = change.seq;
    this.copy.apply(change);
  }

  #record({ table, address, count, connection, unitId, values }: Change) {
    assert(connection >= 2 && connection <= LAST_WRITER);
    assertEquals(unitId, connection);
    const region = [REGISTERS, COILS].find((region) =>
      region.table === table && address >= region.base &&
      address < region.base + region.units * region.width
    );
    if (region === undefined) return assertEquals(count, 1);
    const units = count / region.width;
    const stamps = new Set(fromUnits(region, units, values));
    assertEquals(stamps.size, 1, `Several writes in one: ${[...stamps]}`);
    const [stamp] = [...stamps] as [number];
    const { run, thread, count: number } = readStamp(stamp);
    assertEquals(thread, connection);
    const from = (address - region.base) / region.width;
    assertEquals([from, from + units], runOf(region, run));
    const last = this.#counts.get(thread);
    if (last !== undefined) assertEquals(number, (last + 1) % COUNTS);
    this.#counts.set(thread, number);
  }
}

/** Hammers a bank, reading its log with `wait(fill)`; asserts that all is right at the end. */
async function hammer(
  ringSize: number,
  fill: number,
): Promise<{ bank: Bank; watcher: Watcher }> {
  using _alive = keepAlive();
  const bank = Bank.create(ringSize);
  const reader = bank.reader();
  using threads = new Threads(bank.buffer, () => reader.wake());
  const watcher = new Watcher();
  await threads.start();
  for (;;) {
    if (threads.error !== undefined) throw threads.error;
    // Asked before the take: what is written after it must not be missed.
    const { ended } = threads;
    const changes = reader.take(64);
    for (const change of changes) watcher.see(change);
    if (changes.length > 0) continue;
    if (ended) break;
    await within(reader.wait(fill), "The threads and their changes");
  }
  const writes = threads.results.reduce((sum, { writes }) => sum + writes, 0);
  assertEquals([bank.seq, watcher.seq], [writes, writes]);
  assertEquals(watcher.records + bank.overflows, writes);
  assertSame(bank, watcher.copy);
  assertNothingLost(bank, threads.results);
  return { bank, watcher };
}

function assertSame(bank: Bank, copy: BankModel): void {
  for (let table = 0; table < TABLES; table++) {
    const expected = copy.wire(table);
    const all = new Uint8Array(expected.length);
    bank.read(table as Table, 0, SIZE, all, 0);
    assertSameBytes(all, expected, `table ${table}`);
  }
}

/** Asserts that each thread's bits and coil are as it left them. */
function assertNothingLost(bank: Bank, results: readonly HammerResult[]): void {
  const register = new Uint8Array(2);
  bank.read(Table.holdingRegisters, MASKED, 1, register, 0);
  const sum = (parts: number[]) => parts.reduce((a, b) => a + b, 0);
  const nibbles = results.map(({ nibble }) => nibble).sort();
  const masked = register[0]! * 256 + register[1]!;
  const found = [0, 1, 2, 3].map((i) => Math.floor(masked / 16 ** i) % 16);
  assertEquals(found.sort(), nibbles);
  const flags = new Uint8Array(1);
  bank.read(Table.coils, FLAGS, THREADS.length, flags, 0);
  const on = [1, 2, 4, 8].map((bit) => flags[0]! & bit ? 1 : 0);
  assertEquals(sum(on), sum(results.map(({ flag }) => flag)));
}

const ignore = !granted("read");

Deno.test({
  name: "a bank hammered by threads is neither torn nor does it lose a write",
  ignore,
  async fn() {
    // Holds all that the threads write, even if all were the longest run.
    const { bank, watcher } = await hammer(1 << 25, 1);
    assertEquals(bank.overflows, 0);
    assertEquals(watcher.records, bank.seq);
  },
});

for (const [ringSize, fill] of [[1024, 1], [16_384, 8192]] as const) {
  Deno.test({
    name:
      `a bank hammered by threads is copied right through overflows, ring of ${ringSize} bytes`,
    ignore,
    async fn() {
      const { bank, watcher } = await hammer(ringSize, fill);
      // All registers of the region never fit into the small ring.
      if (ringSize === 1024) assert(bank.overflows > 0);
      assert(watcher.records > 0);
    },
  });
}

/** A region as it is after whole writes, one over the other. */
function layered(region: Region, runs: readonly number[]): number[] {
  const stamps = new Array<number>(region.units).fill(0);
  runs.forEach((run, i) => {
    stamps.fill(stampOf(run, 2, i + 1), ...runOf(region, run));
  });
  return stamps;
}

for (const region of [REGISTERS, COILS]) {
  const name = `the hammer, table ${region.table},`;
  Deno.test({
    name: `${name} takes whole writes for whole`,
    permissions: "none",
    fn() {
      const runs = [[], [1], [2, 3, 4], [1, 15, 6, 11, 2, 12], [9, 1, 9, 4, 4]];
      for (const layers of runs) {
        const stamps = layered(region, layers);
        assertEquals(tornIn(region, 0, stamps), undefined);
        assertEquals(tornIn(region, 31, stamps.slice(31, 77)), undefined);
      }
    },
  });

  Deno.test({
    name: `${name} sees that a write is there in part`,
    permissions: "none",
    fn() {
      for (const run of [1, 2, 4, 12]) {
        const stamps = layered(region, [1, 5, run]);
        const [from, to] = runOf(region, run);
        const old = layered(region, [1, 5, run, 3, run]);
        const middle = Math.floor((from + to) / 2);
        const torn = [...old.slice(0, middle), ...stamps.slice(middle)];
        assertStringIncludes(tornIn(region, 0, torn) ?? "whole", "Torn from");
      }
    },
  });

  Deno.test({
    name: `${name} reads back the stamps it writes`,
    permissions: "none",
    fn() {
      for (const stamp of [stampOf(1, 2, 0), stampOf(15, 5, 511)]) {
        const bytes = toUnits(region, 9, stamp);
        assertEquals(fromUnits(region, 9, bytes), new Array(9).fill(stamp));
      }
      assertEquals(fromUnits(region, 2, new Uint8Array(5)), [0, 0]);
    },
  });
}
