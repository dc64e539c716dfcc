/**
 * What was written to a bank, and what its change log must tell of it.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Change, Origin, type Writer } from "../../src/bank/change.ts";
import type { Random } from "../testing/random.ts";
import {
  assertSameBytes,
  BankModel,
  type ModelChange,
  SIZE,
  TABLES,
  toWire,
} from "./model.ts";

type Written = ModelChange & Writer;

/** A range of cells. */
export interface Range {
  readonly table: number;
  readonly address: number;
  readonly count: number;
}

/** Any range of any table; small ones most often, now and then the whole table. */
export function randomRange(random: Random): Range {
  const table = random.int(TABLES);
  if (random.oneIn(200)) return { table, address: 0, count: SIZE };
  const most = random.pick([1, 4, 20, 20, 130, 2000]);
  const count = random.between(1, most);
  const last = SIZE - count;
  const address = random.pick([0, last, random.int(last + 1), random.int(50)]);
  return { table, address, count };
}

/** Random values for a range. */
export function randomValues(
  random: Random,
  { table, count }: Range,
): number[] {
  const limit = table < 2 ? 2 : 65_536;
  return Array.from({ length: count }, () => random.int(limit));
}

/** Any writer. */
export function randomWriter(random: Random): Writer {
  return {
    origin: random.pick([Origin.modbus, Origin.websocket]),
    connection: random.pick([0, 1, random.int(2 ** 32), 2 ** 32 - 1]),
    unitId: random.int(256),
  };
}

/**
 * Follows a bank that one thread writes to. The changes that are taken out of
 * its log are checked against what was written, and applied to a copy.
 */
export class History {
  /** What the bank must contain. */
  readonly model = new BankModel();
  /** What a client knows that has got all changes taken so far. */
  readonly copy = new BankModel();
  /** How many writes have been told of as current values only. */
  resynced = 0;
  #writes: Written[] = [];
  #told = 0;

  /** Sequence number of the last write. */
  get seq(): number {
    return this.#told + this.#writes.length;
  }

  /** Whether all writes have been told of. */
  get complete(): boolean {
    return this.#writes.length === 0;
  }

  /** Notes a write. */
  write(
    table: number,
    address: number,
    values: readonly number[],
    { origin, connection, unitId }: Writer,
  ): void {
    this.model.write(table, address, values);
    const count = values.length;
    this.#writes.push({
      ...{ table, address, count, values: toWire(table, values) },
      ...{ origin, connection, unitId },
    });
  }

  /** Checks what one `take` has given: nothing may have been written since. */
  taken(changes: readonly Change[]): void {
    const first = changes.findIndex(({ origin }) => origin === Origin.resync);
    const records = first < 0 ? changes : changes.slice(0, first);
    for (const change of records) this.#record(change);
    if (first >= 0) this.#resync(changes.slice(first));
    for (const change of changes) this.copy.apply(change);
  }

  /** Asserts that a client that got all changes has what the bank has. */
  assertCopied(): void {
    for (let table = 0; table < TABLES; table++) {
      assertSameBytes(
        this.copy.wire(table),
        this.model.wire(table),
        `copy of table ${table}`,
      );
    }
  }

  #record(change: Change): void {
    const { seq, time, values, ...rest } = change;
    assertEquals(seq, this.#told + 1);
    const written = this.#writes.shift();
    assert(written !== undefined, `${seq} was not written`);
    const { values: expected, ...header } = written;
    assertEquals<unknown>(rest, header, `change ${seq}`);
    assertSameBytes(values, expected, `values of change ${seq}`);
    assert(time > 1.7e12 && time <= Date.now(), `${time} is not now`);
    this.#told++;
  }

  #resync(changes: readonly Change[]): void {
    const seq = this.seq;
    const ranges = changes.map(({ table, address, count }) => {
      return { table, address, count };
    });
    assertEquals(ranges, this.#untold(), `resync at ${seq}`);
    for (const change of changes) {
      const { table, address, count, values } = change;
      assertEquals(change.seq, seq);
      assertEquals(change.origin, Origin.resync);
      const expected = toWire(table, this.model.read(table, address, count));
      assertSameBytes(values, expected, `resync at ${seq}`);
    }
    this.resynced += this.#writes.length;
    this.#told = seq;
    this.#writes = [];
  }

  /** The cells of all writes not told of, in as few ranges as possible. */
  #untold(): Range[] {
    const ranges: Range[] = [];
    for (let table = 0; table < TABLES; table++) {
      const cells = new Set<number>();
      for (const write of this.#writes) {
        if (write.table !== table) continue;
        for (let i = 0; i < write.count; i++) cells.add(write.address + i);
      }
      const sorted = [...cells].sort((a, b) => a - b);
      let start = 0;
      sorted.forEach((cell, i) => {
        if (sorted[i + 1] === cell + 1) return;
        const address = sorted[start]!;
        ranges.push({ table, address, count: cell + 1 - address });
        start = i + 1;
      });
    }
    return ranges;
  }
}
