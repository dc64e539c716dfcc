/**
 * One thread of the hammer: writes to the bank and reads from it as fast as it
 * can, and throws at the first thing it reads that can't be.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { Random } from "../testing/random.ts";
import {
  COILS,
  FLAGS,
  fromUnits,
  MASKED,
  type Region,
  REGISTERS,
  RUN_COUNT,
  runOf,
  stampOf,
  tornIn,
  toUnits,
} from "./hammer.ts";

/** What the thread is to do. */
export interface HammerJob {
  /** Memory of the bank. */
  readonly buffer: SharedArrayBuffer;
  /** A word at which all threads start when it is no longer 0. */
  readonly start: Int32Array<SharedArrayBuffer>;
  /** The thread's number, from 2 to 5. */
  readonly thread: number;
  /** How many operations. */
  readonly operations: number;
  /** Whether it writes, or only reads. */
  readonly writes: boolean;
}

/** What the thread says at its end. */
export interface HammerResult {
  /** How many writes it has made. */
  readonly writes: number;
  /** What its four bits of the common register must be. */
  readonly nibble: number;
  /** What its coil must be. */
  readonly flag: number;
}

self.onmessage = ({ data: job }: MessageEvent<HammerJob>) => {
  const hammer = new Hammer(job);
  self.postMessage("ready");
  Atomics.wait(job.start, 0, 0);
  for (let i = 0; i < job.operations; i++) hammer.step();
  self.postMessage(hammer.result satisfies HammerResult);
};

class Hammer {
  readonly #bank: Bank;
  readonly #random: Random;
  readonly #job: HammerJob;
  readonly #writer;
  readonly #target = new Uint8Array(2048);
  #stamps = 0;
  #writes = 0;
  #nibble = 0;
  #flag = 0;

  constructor(job: HammerJob) {
    const { buffer, thread } = job;
    this.#bank = Bank.open(buffer, thread);
    this.#random = new Random(thread);
    this.#job = job;
    const origin = Origin.modbus;
    this.#writer = { origin, connection: thread, unitId: thread };
  }

  get result(): HammerResult {
    return { writes: this.#writes, nibble: this.#nibble, flag: this.#flag };
  }

  step(): void {
    const region = this.#random.pick([REGISTERS, COILS]);
    const kind = this.#job.writes ? this.#random.int(20) : 20;
    if (kind < 9) this.#write(region);
    else if (kind < 12) this.#writeAndRead();
    else if (kind < 15) this.#mask();
    else if (kind < 17) this.#flip();
    else this.#read(region);
  }

  #write(region: Region): void {
    const { run, stamp } = this.#next();
    const [from, to] = runOf(region, run);
    this.#bank.write(
      region.table,
      region.base + from * region.width,
      (to - from) * region.width,
      toUnits(region, to - from, stamp),
      0,
      this.#writer,
    );
    this.#writes++;
  }

  #writeAndRead(): void {
    const { run, stamp } = this.#next();
    const { base } = REGISTERS;
    const [from, to] = runOf(REGISTERS, run);
    const source = toUnits(REGISTERS, to - from, stamp);
    const count = to - from;
    this.#bank.writeAndRead(
      ...[base + from, count, source, 0, this.#writer] as const,
      ...[base + from, count, this.#target, 0] as const,
    );
    this.#writes++;
    const stamps = fromUnits(REGISTERS, count, this.#target);
    if (stamps.some((found) => found !== stamp)) {
      throw new Error(`Wrote ${stamp} and read ${[...new Set(stamps)]}`);
    }
  }

  /** Adds 1 to the thread's own bits of a register; those of others must stay. */
  #mask(): void {
    const factor = 16 ** (this.#job.thread - 2);
    this.#nibble = (this.#nibble + 1) % 16;
    const and = 0xffff - 15 * factor;
    this.#bank.maskWrite(MASKED, and, this.#nibble * factor, this.#writer);
    this.#writes++;
    this.#bank.read(Table.holdingRegisters, MASKED, 1, this.#target, 0);
    const value = this.#target[0]! * 256 + this.#target[1]!;
    const found = Math.floor(value / factor) % 16;
    if (found !== this.#nibble) {
      throw new Error(`Lost a mask write: ${found}, not ${this.#nibble}`);
    }
  }

  /** Flips the thread's own coil; those of others must stay. */
  #flip(): void {
    const address = FLAGS + this.#job.thread - 2;
    this.#flag = 1 - this.#flag;
    const source = Uint8Array.of(this.#flag);
    this.#bank.write(Table.coils, address, 1, source, 0, this.#writer);
    this.#writes++;
    this.#bank.read(Table.coils, address, 1, this.#target, 0);
    if (this.#target[0] !== this.#flag) throw new Error("Lost a flipped coil");
  }

  #read(region: Region): void {
    const { table, base, width, units } = region;
    const random = this.#random;
    const from = random.oneIn(2) ? 0 : random.int(units);
    const to = random.oneIn(2) ? units : random.between(from + 1, units);
    const count = (to - from) * width;
    this.#bank.read(table, base + from * width, count, this.#target, 0);
    const stamps = fromUnits(region, to - from, this.#target);
    const torn = tornIn(region, from, stamps);
    if (torn !== undefined) throw new Error(`${torn} (table ${table})`);
  }

  /** A run, and the stamp of this thread's next write. */
  #next(): { run: number; stamp: number } {
    // The whole region seldom, as it hides all that was written before.
    const run = this.#random.oneIn(40) ? 1 : this.#random.between(2, RUN_COUNT);
    const stamp = stampOf(run, this.#job.thread, this.#stamps++);
    return { run, stamp };
  }
}
