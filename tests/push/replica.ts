/**
 * A client's picture of the bank, made of nothing but the messages it gets.
 * It shares no code with the program, and takes nothing that the protocol
 * does not allow.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Bank } from "../../src/bank/bank.ts";
import type { Table } from "../../src/bank/tables.ts";
import { assertSameBytes, BankModel, SIZE, TABLES } from "../bank/model.ts";
import { checkReceived } from "../testing/schema.ts";

/** Types of notifications by table. */
export const TYPES: readonly string[] = [
  "setCoils",
  "setDiscreteInputs",
  "setInputRegisters",
  "setHoldingRegisters",
];

/** A notification as it comes. */
export interface Notification {
  /** Which table was written. */
  readonly type: string;
  /** The first cell. */
  readonly address: number;
  /** The values. */
  readonly value: readonly (number | boolean)[];
  /** With `meta`, what else there is. */
  readonly seq?: number;
  /** Who wrote. */
  readonly source?: string;
  /** Whether changes were left out. */
  readonly resync?: true;
  /** Whether the client must wait for another message. */
  readonly more?: true;
}

/** Sets the cells of a notification. */
export function apply(cells: BankModel, message: Notification): void {
  const table = TYPES.indexOf(message.type);
  assert(table >= 0, `${message.type} is no notification`);
  cells.write(table, message.address, message.value.map(Number));
}

/** Asserts that a copy has what the bank has. */
export function assertSameAsBank(cells: BankModel, bank: Bank): void {
  for (let table = 0; table < TABLES; table++) {
    const expected = new Uint8Array(table < 2 ? SIZE / 8 : SIZE * 2);
    bank.read(table as Table, 0, SIZE, expected, 0);
    assertSameBytes(cells.wire(table), expected, `Table ${table}`);
  }
}

/**
 * A client with `meta` that comes back again and again and goes on where it
 * was. Everything that is written must be wanted by it: then the numbers of
 * what it gets have no gap.
 */
export class Replica {
  /** The cells as the client knows them. */
  readonly cells = new BankModel();
  /** The last write up to which it has everything. */
  seq: number | undefined;
  /** Changes that it was told one by one. */
  changes = 0;
  /** Answers by what came of the wish to go on. */
  resumed = 0;
  /** Answers that went back to current values. */
  resyncs = 0;
  /** Current values that took the place of changes while it was connected. */
  jumps = 0;
  #epoch: string | undefined;
  /** Whether a subscription is not answered yet. */
  #asking = false;
  /** Whether it has a part of current values, and more of them follow. */
  #waiting = false;

  /** What it says when it is connected. */
  subscription(more: Readonly<Record<string, unknown>> = {}): unknown {
    this.#asking = true;
    this.#waiting = false;
    const resume = this.seq === undefined
      ? undefined
      : { epoch: this.#epoch, seq: this.seq };
    const how = { echo: true, meta: true, snapshot: true, resume };
    return { type: "subscribe", ...how, ...more };
  }

  /** Is to be called before the answer to a subscription that asks for a snapshot on the same connection. */
  startOver(): void {
    this.seq = undefined;
    this.#asking = true;
    this.#waiting = false;
  }

  /** Takes a message. */
  receive(text: string): void {
    checkReceived(text);
    const message = JSON.parse(text);
    for (const one of Array.isArray(message) ? message : [message]) {
      if (one.type === "subscribed") this.#begin(one);
      // Until then it gets what everybody gets who has said nothing.
      else if (!this.#asking) this.#take(one);
    }
  }

  #begin(
    { epoch, seq, resumed, more }: {
      epoch: string;
      seq: number;
      resumed?: boolean;
      more?: true;
    },
  ): void {
    assert(this.#asking, "It had not asked");
    this.#asking = false;
    const resuming = this.seq !== undefined;
    assertEquals(resumed !== undefined, resuming, "resumed");
    assertEquals(this.#epoch ?? epoch, epoch, "There was no new start");
    this.#epoch = epoch;
    if (resumed) {
      this.resumed++;
      assertEquals(seq, this.seq, "It goes on elsewhere");
      assertEquals(more, undefined, "more");
    } else {
      if (resuming) this.resyncs++;
      // What it has is worth nothing until all current values are there.
      this.seq = undefined;
      assertEquals(more, true, "more");
      this.#waiting = true;
    }
  }

  #take(message: Notification): void {
    const { seq, source, resync, more } = message;
    assert(seq !== undefined, "It has asked for meta");
    apply(this.cells, message);
    if (source === "bank") {
      assert(seq >= (this.seq ?? 0), `${seq} after ${this.seq}`);
      if (!this.#waiting) {
        assertEquals(resync, true, "Current values that nobody asked for");
        this.jumps++;
      }
      this.#waiting = more === true;
      if (more === undefined) this.seq = seq;
    } else {
      assertEquals(this.#waiting, false, "A change amid current values");
      assertEquals(seq, this.seq! + 1, "A gap, or a repeat");
      assertEquals([resync, more], [undefined, undefined]);
      this.seq = seq;
      this.changes++;
    }
  }
}
