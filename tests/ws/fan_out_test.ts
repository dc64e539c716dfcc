import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { Audience } from "../../src/ws/audience.ts";
import { ClientCounters } from "../../src/ws/client_counters.ts";
import { FanOut } from "../../src/ws/fan_out.ts";
import { History } from "../../src/ws/history.ts";
import type { SubscribeMessage } from "../../src/ws/messages.ts";
import { allCells } from "../../src/ws/ranges.ts";
import { Session } from "../../src/ws/session.ts";
import type { SessionHost } from "../../src/ws/session_host.ts";
import { toWire } from "../bank/model.ts";
import { FakeSocket } from "../testing/fake_socket.ts";
import { WRITER } from "../testing/writers.ts";
import { range } from "./range_model.ts";

const { coils, holdingRegisters } = Table;

/** Wants holding register 7 and nothing else. */
const ONE_REGISTER: SubscribeMessage = {
  ...{ type: "subscribe", ranges: [range(holdingRegisters, 7, 1)] },
  ...{ snapshot: false, echo: false, batch: false, meta: false },
  ...{ resume: undefined, id: undefined, unit: undefined },
};

const BATCHES = { ...ONE_REGISTER, batch: true };

/** A bank, sessions, and the turns in which they are told. */
class Rig implements SessionHost {
  readonly limits = { queue: 1 << 20, message: 1 << 16 };
  readonly everything = allCells(4);
  readonly counters = new ClientCounters();
  readonly bank: Bank;
  readonly audience = new Audience();
  readonly fanOut: FanOut;
  /** Sessions in the order in which they were called. */
  readonly called: number[] = [];

  constructor(ringSize?: number) {
    this.bank = Bank.create(ringSize);
    this.fanOut = new FanOut({
      reader: this.bank.reader(),
      history: new History(1 << 20, 0),
      audience: this.audience,
      units: this.bank.units,
      counters: this.counters,
      contain: (session, action) => this.contain(session, action),
    });
  }

  /** A client that wants everything, or what `message` says. */
  client(number: number, message?: SubscribeMessage): FakeSocket {
    const socket = new FakeSocket();
    const session = new Session(number, socket, this);
    if (message !== undefined) session.subscribe(message, undefined);
    this.audience.add(session);
    return socket;
  }

  write(table: Table, address: number, ...values: number[]): void {
    const wire = toWire(table, values);
    this.bank.write(table, address, values.length, wire, 0, WRITER);
  }

  /** Register 7 gets the values 1 to `count`, one write each. */
  count(count: number): void {
    for (let i = 1; i <= count; i++) this.write(holdingRegisters, 7, i);
  }

  contain(session: Session, action: (session: Session) => void): void {
    this.called.push(session.number);
    action(session);
  }

  subscribe(): void {}
  fellBehind(): void {}
  leave(): void {}
}

/** How many notifications are in each text. */
function sizes(texts: readonly string[]): number[] {
  return texts.map((text) => [JSON.parse(text)].flat().length);
}

for (
  const { others, wanted, changes } of [
    { others: 0, wanted: ONE_REGISTER, changes: 128 },
    { others: 0, wanted: BATCHES, changes: 241 },
    { others: 1_000, wanted: ONE_REGISTER, changes: 128 },
    { others: 1_000, wanted: BATCHES, changes: 241 },
  ]
) {
  const how = wanted.batch ? "in an array" : "one by one";
  Deno.test(`a turn tells one client ${changes} changes ${how}, with ${others} others that want something else`, () => {
    const rig = new Rig();
    const client = rig.client(1, wanted);
    const elsewhere = { ...wanted, ranges: [range(holdingRegisters, 900, 1)] };
    for (let i = 0; i < others; i++) rig.client(i + 2, elsewhere);
    rig.count(300);
    assert(rig.fanOut.turn());
    const told = sizes(client.take());
    assertEquals(told, wanted.batch ? [changes] : Array(changes).fill(1));
    while (rig.fanOut.turn());
    const rest = sizes(client.take()).reduce((sum, size) => sum + size, 0);
    assertEquals(rest, 300 - changes);
    assertEquals(new Set(rig.called), new Set([1]));
  });
}

Deno.test("a turn tells a thousand clients one change, and whatever more, in turns of its own", () => {
  const rig = new Rig();
  const sockets = Array.from({ length: 1_000 }, (_, i) => rig.client(i + 1));
  rig.count(3);
  const turns = [];
  for (let more = true; more;) {
    more = rig.fanOut.turn();
    turns.push(new Set(sockets.map((socket) => socket.take().length)));
  }
  assertEquals(turns, [1, 1, 1, 0].map((texts) => new Set([texts])));
});

Deno.test("a turn that finds nothing tells nothing", () => {
  const rig = new Rig();
  const client = rig.client(1);
  assertEquals(rig.fanOut.turn(), false);
  assertEquals(client.take(), []);
  assertEquals(rig.called, []);
});

Deno.test("a turn tells what an overflow has left behind the writes before it, and ends", () => {
  const rig = new Rig(4096);
  const client = rig.client(1);
  rig.count(1_000);
  rig.write(coils, 3, 1);
  const texts = [];
  while (rig.fanOut.turn()) texts.push(client.take());
  const last = texts.pop()!.map((text) => JSON.parse(text));
  assertEquals(
    last.map(({ type, address, value }) => ({ type, address, value })).slice(
      -2,
    ),
    [
      { type: "setCoils", address: 3, value: [true] },
      { type: "setHoldingRegisters", address: 7, value: [1_000] },
    ],
  );
  assertEquals(rig.fanOut.turn(), false);
  const counted = rig.counters.delays.read().counts.reduce((a, b) => a + b);
  assertEquals(counted + 2, rig.counters.deliveries);
});
