/**
 * Fuzzes the Modbus server without its sockets: connections in turns on one
 * bank, their bytes cut anywhere, against {@linkcode ModbusModel}.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Bank, DEFAULT_RING_SIZE } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import type { CellRange } from "../../src/bank/cell_range.ts";
import { Protection } from "../../src/bank/protection.ts";
import type { TableKind } from "../../src/bank/tables.ts";
import { Units } from "../../src/bank/units.ts";
import { assertSameBytes, SIZE, TABLES, toWire } from "../bank/model.ts";
import { toHex } from "../testing/hex.ts";
import type { Random } from "../testing/random.ts";
import { CONNECTION, StreamRig } from "../testing/request_stream.ts";
import type { Outcomes, Target } from "./fuzz.ts";
import { randomFrame } from "./modbus_frames.ts";
import {
  ConnectionModel,
  ModbusModel,
  type ModbusSetup,
} from "./modbus_model.ts";

/** What can come of the bytes of a Modbus client. */
export const MODBUS_OUTCOMES: readonly string[] = [
  ...["response", "exception 01", "exception 02", "exception 03"],
  ...["exception 0b", "silence"],
  ...["close: protocol id", "close: length", "unfinished"],
];

/** Pieces of one round, some 3000 frames. */
const PIECES = 1000;

/** Connections at a time. */
const CONNECTIONS = 3;

/** Pieces between two looks at the log of changes. */
const LOOK_EVERY = 25;

/** The outcome of a request that was answered with that code, 0 for none. */
export function outcomeOf(exceptionCode: number): string {
  return exceptionCode === 0
    ? "response"
    : `exception 0${exceptionCode.toString(16)}`;
}

/** Asserts that bytes are the same; says where they part. */
export function assertSameAnswer(
  actual: Uint8Array,
  expected: Uint8Array,
): void {
  if (same(actual, expected)) return;
  const at = expected.findIndex((byte, i) => byte !== actual[i]);
  const from = Math.max(0, (at < 0 ? expected.length : at) - 20);
  const [got, wanted] = [actual, expected].map((bytes) =>
    toHex(bytes.subarray(from, from + 60))
  );
  throw new Error(`From byte ${from} on it answers ${got} and not ${wanted}`);
}

/** A connection and its model. */
class Pair {
  readonly rig: StreamRig;
  readonly model: ConnectionModel;
  readonly #random: Random;
  /** Bytes that were made and not fed yet. */
  #pending: Uint8Array = new Uint8Array(0);
  readonly #silent: boolean;

  constructor(
    bank: Bank,
    server: ModbusModel,
    random: Random,
    { protectedCells, silent }: ModbusSetup,
  ) {
    const ranges = protectedCells as readonly CellRange[];
    const protection = new Protection(ranges);
    this.rig = new StreamRig({ bank, protection, answersForAll: !silent });
    this.model = new ConnectionModel(server);
    this.#random = random;
    this.#silent = silent;
  }

  /** The next bytes: a part of a frame, one, or many. */
  piece(): Uint8Array {
    const random = this.#random;
    const length = random.pick([1, 2, 5, 11, 12, 24, 300, 300, 2500]);
    const wanted = random.between(1, length);
    const parts = [this.#pending];
    let have = this.#pending.length;
    while (have < wanted) {
      const frame = randomFrame(random);
      parts.push(frame);
      have += frame.length;
    }
    const all = new Uint8Array(have);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    // Either as long as wanted, or up to the end of a frame.
    const cut = random.oneIn(2) ? have : wanted;
    this.#pending = all.subarray(cut);
    return all.subarray(0, cut);
  }

  /** Feeds both and compares. */
  feed(bytes: Uint8Array): void {
    const { rig, model } = this;
    const expected = Uint8Array.from(model.feed(bytes));
    const actual = rig.feed(bytes);
    assertSameAnswer(actual, expected);
    assertEquals(rig.stream.violation, model.violation);
    if (model.violation === undefined) {
      assertEquals(rig.stream.partial, model.partial);
    }
  }

  /** The end of the connection: what was counted must be right, too. */
  end(outcomes: Outcomes): void {
    const { violation, partial, codes } = this.model;
    const { counters } = this.rig;
    const counted = new Map<number, number>();
    for (const { exceptionCode, count } of counters.readRequests()) {
      counted.set(exceptionCode, (counted.get(exceptionCode) ?? 0) + count);
    }
    for (const [code, count] of counted) {
      assertEquals(count, codes.filter((each) => each === code).length);
    }
    const { requests, frameErrors } = counters.read();
    assertEquals([requests, frameErrors], [codes.length, violation ? 1 : 0]);
    assertEquals(this.rig.faults, []);
    for (const code of codes) {
      outcomes.add(this.#silent && code === 0x0b ? "silence" : outcomeOf(code));
    }
    if (violation !== undefined) outcomes.add(`close: ${violation}`);
    else if (partial) outcomes.add("unfinished");
  }
}

/** The Modbus server from bytes to bytes. */
export const modbusStream: Target = {
  name: "modbus",
  unit: "frames",
  outcomes: MODBUS_OUTCOMES,
  round(random, outcomes) {
    const setup = randomSetup(random);
    const units = new Units(setup.units);
    const bank = Bank.create(DEFAULT_RING_SIZE, units);
    const reader = bank.reader();
    const server = new ModbusModel(setup);
    const open = () => new Pair(bank, server, random, setup);
    const pairs = Array.from({ length: CONNECTIONS }, open);
    const look = () => compareWrites(reader.take(Infinity), server, units);
    for (let piece = 1; piece <= PIECES; piece++) {
      const at = random.int(CONNECTIONS);
      const pair = pairs[at]!;
      pair.feed(pair.piece());
      if (pair.model.violation !== undefined || random.oneIn(200)) {
        pair.end(outcomes);
        pairs[at] = open();
      }
      if (piece % LOOK_EVERY === 0) look();
    }
    for (const pair of pairs) pair.end(outcomes);
    look();
    for (const [id, model] of server.cells) {
      for (let kind = 0; kind < TABLES; kind++) {
        const cells = new Uint8Array(kind < 2 ? SIZE / 8 : SIZE * 2);
        const table = units.tableOf(id, kind as TableKind);
        bank.read(table, 0, SIZE, cells, 0);
        assertSameBytes(cells, model.wire(kind), `Unit ${id}, table ${kind}`);
      }
    }
  },
};

/** Most often as by default; else with units, silent or not, and protected cells. */
function randomSetup(random: Random): ModbusSetup {
  if (!random.oneIn(3)) {
    return { units: undefined, silent: false, protectedCells: [] };
  }
  const count = random.int(4);
  return {
    units: random.pick([undefined, [1], [1, 2, 255], [0, 1, 7, 100, 200]]),
    silent: random.oneIn(2),
    protectedCells: Array.from({ length: count }, () => {
      const address = random.pick([0, 5, 100, 0x8000, 0xfff0]);
      const count = random.pick([1, 2, 16]);
      return { table: random.pick([0, 3]), address, count };
    }),
  };
}

/** The log tells of each write once, in order. */
function compareWrites(
  changes: ReturnType<ReturnType<Bank["reader"]>["take"]>,
  { writes }: ModbusModel,
  units: Units,
): void {
  const expected = writes.splice(0);
  assertEquals(changes.length, expected.length, "Writes told");
  for (const [i, change] of changes.entries()) {
    const { unitId, table, address, values } = expected[i]!;
    assert(
      change.origin === Origin.modbus && change.connection === CONNECTION &&
        change.unitId === unitId &&
        change.table === units.tableOf(unitId, table as TableKind) &&
        change.address === address && change.count === values.length &&
        same(change.values, toWire(table, values)),
      `Write ${i} is told as ${Deno.inspect(change)}`,
    );
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
