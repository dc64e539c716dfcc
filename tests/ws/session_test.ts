import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import type { ChangeReader } from "../../src/bank/change_reader.ts";
import { Table } from "../../src/bank/tables.ts";
import { ChangeTexts } from "../../src/ws/change_texts.ts";
import type { SubscribeMessage } from "../../src/ws/messages.ts";
import { allCells } from "../../src/ws/ranges.ts";
import { ClientCounters } from "../../src/ws/client_counters.ts";
import { Session } from "../../src/ws/session.ts";
import type { SessionHost, SessionLimits } from "../../src/ws/session_host.ts";
import { toWire } from "../bank/model.ts";
import { FakeSocket } from "../testing/fake_socket.ts";
import { WRITER } from "../testing/writers.ts";
import { change, notification } from "./changes.ts";
import { range } from "./range_model.ts";

const { coils, holdingRegisters } = Table;

/** Bytes that may wait for the client below. */
const QUEUE = 2000;

/** Largest message of the client below, in bytes. */
const MAX_MESSAGE = 300;

/** A session whose host does nothing but write down what it is asked. */
class Rig implements SessionHost {
  readonly everything = allCells(4);
  readonly counters = new ClientCounters();
  readonly bank = Bank.create();
  readonly limits: SessionLimits;
  readonly reader: ChangeReader = this.bank.reader();
  readonly socket = new FakeSocket();
  readonly subscribed: SubscribeMessage[] = [];
  readonly session: Session;
  behind = 0;
  left = 0;

  constructor(queue = QUEUE) {
    this.limits = { queue, message: MAX_MESSAGE };
    this.session = new Session(7, this.socket, this);
  }

  subscribe(_: Session, message: SubscribeMessage): void {
    this.subscribed.push(message);
    this.session.subscribe(message, undefined);
  }

  fellBehind(): void {
    this.behind++;
  }

  contain(session: Session, action: (session: Session) => void): void {
    action(session);
  }

  leave(): void {
    this.left++;
  }

  write(table: Table, address: number, ...values: number[]): void {
    const wire = toWire(table, values);
    this.bank.write(table, address, values.length, wire, 0, WRITER);
  }

  /** Tells the session of everything that was written. */
  publish(): void {
    for (const change of this.reader.take(Infinity)) this.tell(change);
  }

  tell(change: Change): void {
    this.session.tell(change, new ChangeTexts(change));
  }

  catchUp(): boolean {
    return this.session.catchUp((action) => this.reader.atOnce(action));
  }

  /** What the client has got, times left out: they are not known here. */
  got(): string[] {
    return this.socket.take()
      .map((text) => text.replaceAll(/,"time":\d+/g, ""));
  }

  receive(message: unknown): string[] {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    this.session.receive(text);
    return this.got();
  }
}

function test(name: string, fn: (rig: Rig) => void): void {
  Deno.test({ name, permissions: "none", fn: () => fn(new Rig()) });
}

const error = (code: string, message: string, id?: unknown) =>
  JSON.stringify({ type: "error", id, code, message });

test("receive() writes, answers when there is an id", (rig) => {
  const write = { type: "setCoils", address: 3, value: [true, false, true] };
  assertEquals(rig.receive(write), []);
  assertEquals(rig.receive({ ...write, id: "a" }), ['{"type":"ok","id":"a"}']);
  const [first, second] = rig.reader.take(Infinity);
  const expected = {
    ...{ table: coils, address: 3, count: 3, values: Uint8Array.of(5) },
    ...{ origin: Origin.websocket, connection: 7, unitId: 0 },
  };
  assertEquals(first, { ...expected, seq: 1, time: first!.time });
  assertEquals(second, { ...expected, seq: 2, time: second!.time });
});

test("receive() writes with the unit id of the message, and only of that", (rig) => {
  const write = { type: "setHoldingRegisters", address: 0, value: [1] };
  rig.receive({ ...write, unit: 9 });
  rig.receive(write);
  const units = rig.reader.take(Infinity).map(({ unitId }) => unitId);
  assertEquals(units, [9, 0]);
});

test("receive() reads", (rig) => {
  rig.write(holdingRegisters, 4, 5, 65_535);
  const read = { type: "getHoldingRegisters", address: 3, count: 4, id: 1 };
  assertEquals(rig.receive(read), [
    '{"type":"holdingRegisters","address":3,"value":[0,5,65535,0],"id":1}',
  ]);
});

test("receive() answers a ping", (rig) => {
  assertEquals(rig.receive({ type: "ping" }), ['{"type":"pong"}']);
  assertEquals(rig.receive({ type: "ping", id: 0 }), [
    '{"type":"pong","id":0}',
  ]);
});

test("receive() hands a subscription on", (rig) => {
  rig.receive({ type: "subscribe", ranges: [], echo: true });
  const [message] = rig.subscribed;
  assertEquals([message?.ranges, message?.echo], [[], true]);
});

test("receive() answers an error, and goes on", (rig) => {
  const what = '"address" must be an integer from 0 to 65535, not left out';
  const write = { type: "setCoils", value: [1], id: 4 };
  assertEquals(rig.receive(write), [error("invalid_address", what, 4)]);
  assertEquals(rig.bank.seq, 0);
  assertEquals(rig.receive({ type: "ping" }), ['{"type":"pong"}']);
});

test("receive() refuses bytes", (rig) => {
  const refused = rig.session.receive(new ArrayBuffer(3));
  assertEquals(refused?.code, "invalid_message");
  const what = "A message is JSON text, not binary data";
  assertEquals(rig.got(), [error("invalid_message", what)]);
  assertEquals(rig.socket.closes, []);
});

/** Messages around the limit of 300 bytes: text, and whether it is too big. */
const SIZES: readonly (readonly [
  name: string,
  data: string | ArrayBuffer,
  tooBig: boolean,
])[] = [
  ["300 bytes", "ä".repeat(150), false],
  ["301 bytes", "ä".repeat(150) + "x", true],
  ["300 bytes of binary data", new ArrayBuffer(300), false],
  ["301 bytes of binary data", new ArrayBuffer(301), true],
];

for (const [name, data, tooBig] of SIZES) {
  test(`receive() of ${name} ${tooBig ? "closes" : "does not close"}`, (rig) => {
    rig.session.receive(data);
    if (tooBig) {
      assertEquals(rig.socket.closes, [[
        1009,
        "Messages have up to 300 bytes",
      ]]);
      assertEquals(rig.socket.take(), []);
    } else {
      assertEquals(rig.socket.closes, []);
      assertEquals(rig.socket.take().length, 1); // an error: none of these is a message
    }
  });
}

test("tell() gives everything to a client that said nothing, as the original did", (rig) => {
  rig.tell(change(coils, 3, [1, 0, 1], { seq: 1 }));
  rig.tell(change(holdingRegisters, 65_535, [65_535], { seq: 2 }));
  assertEquals(rig.got(), [
    '{"type":"setCoils","address":3,"value":[true,false,true]}',
    '{"type":"setHoldingRegisters","address":65535,"value":[65535]}',
  ]);
});

test("tell() leaves out the client's own writes, not those of others", (rig) => {
  const own = { origin: Origin.websocket, connection: 7 };
  rig.tell(change(coils, 0, [1], { seq: 1, ...own }));
  rig.tell(change(coils, 1, [1], { seq: 2, ...own, connection: 8 }));
  rig.tell(change(coils, 2, [1], { seq: 3, ...own, origin: Origin.modbus }));
  assertEquals(rig.got(), [
    notification(coils, 1, [1]),
    notification(coils, 2, [1]),
  ]);
  rig.receive({ type: "subscribe", echo: true });
  rig.tell(change(coils, 3, [1], { seq: 4, ...own }));
  assertEquals(rig.got(), [notification(coils, 3, [1])]);
});

test("tell() cuts to what is wanted; the last part says that it is the last", (rig) => {
  const ranges = [
    { table: "coils", address: 0, count: 2 },
    { table: "coils", address: 4, count: 2 },
    { table: "coils", address: 9, count: 100 },
  ];
  rig.receive({ type: "subscribe", ranges, meta: true });
  rig.tell(change(coils, 1, [1, 0, 0, 1, 0, 1], { seq: 5 }));
  const meta = { seq: 5, source: "modbus", connection: 1, unit: 1 };
  assertEquals(rig.got(), [
    notification(coils, 1, [1], { ...meta, more: true }),
    notification(coils, 4, [1, 0], meta),
  ]);
  rig.tell(change(coils, 2, [1, 1], { seq: 6 }));
  rig.tell(change(holdingRegisters, 0, [1], { seq: 7 }));
  assertEquals(rig.got(), []);
});

test("tell() leaves out what was before the session", () => {
  const rig = new Rig();
  rig.write(coils, 0, 1);
  const socket = new FakeSocket();
  const late = new Session(8, socket, rig);
  rig.write(coils, 1, 1);
  for (const change of rig.reader.take(Infinity)) {
    late.tell(change, new ChangeTexts(change));
  }
  assertEquals(socket.take(), [notification(coils, 1, [1])]);
});

test("tell() gathers for a client that takes arrays, up to a flush", (rig) => {
  rig.receive({ type: "subscribe", batch: true });
  for (const seq of [1, 2]) rig.tell(change(coils, seq, [1], { seq }));
  assertEquals(rig.got(), []);
  rig.session.flush();
  const [one, two] = [notification(coils, 1, [1]), notification(coils, 2, [1])];
  assertEquals(rig.got(), [`[${one},${two}]`]);
});

test("an answer goes out behind gathered notifications", (rig) => {
  rig.receive({ type: "subscribe", batch: true });
  rig.tell(change(coils, 1, [1], { seq: 1 }));
  assertEquals(rig.receive({ type: "ping" }), [
    notification(coils, 1, [1]),
    '{"type":"pong"}',
  ]);
  rig.tell(change(coils, 2, [1], { seq: 2 }));
  // Gathered for the former subscription, so it comes before the new one begins.
  assertEquals(rig.receive({ type: "subscribe" }), [
    notification(coils, 2, [1]),
  ]);
});

test("tell() past the limit remembers ranges; catchUp() sends their current values", (rig) => {
  rig.receive({ type: "subscribe", meta: true });
  rig.socket.stuck = true;
  let told = 0;
  while (!rig.session.isOwed) {
    rig.write(holdingRegisters, told++, 1);
    rig.publish();
  }
  assertEquals(rig.behind, 1);
  assertEquals(rig.got().length, told);
  assert(rig.socket.buffered > QUEUE && rig.socket.buffered < QUEUE + 200);
  for (const value of [2, 3, 4]) {
    rig.write(holdingRegisters, 500, value, value);
    rig.write(coils, 8, value % 2);
    rig.publish();
  }
  assertEquals([rig.got(), rig.catchUp()], [[], false]);
  assertEquals([rig.counters.resyncs, rig.counters.deliveries], [1, told]);
  rig.socket.drain();
  rig.write(coils, 9, 1); // is still in the log
  assertEquals(rig.catchUp(), true);
  const meta = { seq: told + 7, source: "bank", resync: true };
  assertEquals(rig.got(), [
    notification(coils, 8, [0], { ...meta, more: true }),
    notification(holdingRegisters, 500, [4, 4], { ...meta, more: true }),
    notification(coils, 9, [1], meta),
  ]);
  assertEquals(rig.session.isOwed, false);
  rig.publish(); // coil 9 is behind it
  rig.write(coils, 10, 1);
  rig.publish();
  assertEquals(rig.got(), [
    notification(coils, 10, [1], {
      ...{ seq: told + 8, source: "modbus", connection: 1, unit: 1 },
    }),
  ]);
});

test("tell() past the limit in the midst of a change owes the rest of it", (rig) => {
  const ranges = Array.from(
    { length: 30 },
    (_, i) => ({ table: "coils", address: 2 * i, count: 1 }),
  );
  rig.session.receive(JSON.stringify({ type: "ping" }));
  rig.session.subscribe({
    ...{ type: "subscribe", id: undefined, unit: undefined },
    ...{ snapshot: false, echo: false, batch: false, meta: true },
    ranges: ranges.map(({ address }) => range(coils, address, 1)),
    resume: undefined,
  }, undefined);
  rig.socket.take();
  rig.socket.stuck = true;
  rig.write(coils, 0, ...new Array(60).fill(1));
  rig.publish();
  const first = rig.socket.takeJson();
  assert(first.length > 1 && first.length < 30, `${first.length}`);
  assert(first.every(({ more }) => more === true));
  rig.socket.drain();
  assert(rig.catchUp());
  const rest = rig.socket.takeJson();
  const addresses = [...first, ...rest].map(({ address }) => address);
  assertEquals(addresses, ranges.map(({ address }) => address));
  assertEquals(rest.at(-1).more, undefined);
});

test("catchUp() waits for half of the limit, and sends no more than there is room", (rig) => {
  rig.session.oweAll(true);
  rig.socket.buffered = QUEUE / 2 + 1;
  assertEquals([rig.catchUp(), rig.got()], [false, []]);
  rig.socket.buffered = QUEUE / 2;
  assertEquals(rig.catchUp(), false);
  const sent = rig.got();
  assert(sent.length > 0 && sent.join("").length <= QUEUE / 2);
});

test("catchUp() of everything sends everything, piece by piece", (rig) => {
  rig.session.oweAll(false);
  const told: string[] = [];
  for (let done = false; !done;) {
    done = rig.catchUp();
    const pieces = rig.socket.takeJson();
    assert(pieces.length > 0);
    told.push(...pieces.map(({ type, value }) => `${type} ${value.length}`));
  }
  const count = (type: string) =>
    told.map((text) => text.split(" "))
      .reduce((sum, [t, n]) => t === type ? sum + Number(n) : sum, 0);
  for (const table of ["Coils", "DiscreteInputs", "InputRegisters"]) {
    assertEquals(count(`set${table}`), 65_536);
  }
  assertEquals(count("setHoldingRegisters"), 65_536);
});

test("subscribe() drops what is owed and not wanted any more", (rig) => {
  rig.session.oweAll(true);
  assert(rig.session.isOwed);
  const ranges = [{ table: "coils", address: 5, count: 2 }];
  rig.receive({ type: "subscribe", ranges });
  assert(rig.session.isOwed);
  assert(rig.catchUp());
  assertEquals(rig.got(), [notification(coils, 5, [0, 0])]);
  rig.session.oweAll(true);
  rig.receive({ type: "subscribe", ranges: [] });
  assertEquals(rig.session.isOwed, false);
});

test("seqAfter() is the later of what is told and what the client has", (rig) => {
  assertEquals(rig.session.seqAfter(3), 3);
  rig.write(coils, 0, 1);
  rig.session.oweAll(false);
  while (!rig.catchUp());
  assertEquals(rig.session.seqAfter(0), 1);
});

test("tellValues() marks all but the last share", (rig) => {
  rig.receive({ type: "subscribe", meta: true });
  const values = { seq: 9, origin: Origin.resync };
  const shares = [change(coils, 3, [1], values), change(coils, 8, [0], values)]
    .map((part) => ({ part, texts: new ChangeTexts(part) }));
  rig.session.tellValues(9, shares);
  const meta = { seq: 9, source: "bank", resync: true };
  assertEquals(rig.got(), [
    notification(coils, 3, [1], { ...meta, more: true }),
    notification(coils, 8, [0], meta),
  ]);
});

test("tellValues() leaves out what the client has", (rig) => {
  rig.write(coils, 0, 1);
  rig.session.oweAll(false);
  while (!rig.catchUp());
  rig.got();
  const part = change(coils, 0, [1], { seq: 1, origin: Origin.resync });
  rig.session.tellValues(1, [{ part, texts: new ChangeTexts(part) }]);
  assertEquals(rig.got(), []);
});

const READ = JSON.stringify({ type: "getCoils", address: 0, count: 100 });

test("receive() answers a read however large the answer is", (rig) => {
  rig.socket.stuck = true;
  rig.session.receive(READ.replace("100", "65536"));
  assertEquals(rig.socket.sent.map(({ length }) => length > 20 * QUEUE), [
    true,
  ]);
  assertEquals(rig.socket.closes, []);
});

test("receive() answers many reads at once as the client takes the answers", (rig) => {
  const reads = 20;
  rig.socket.stuck = true;
  for (let i = 0; i < reads; i++) rig.session.receive(READ);
  let answers = 0;
  while (answers < reads) {
    assert(rig.socket.buffered < QUEUE + 1000);
    assertEquals(rig.behind > 0, true);
    answers += rig.socket.take().length;
    rig.socket.buffered = 0;
    assertEquals(rig.catchUp(), rig.socket.sent.length + answers === reads);
  }
  assertEquals([answers, rig.socket.closes], [reads, []]);
});

test("receive() writes at once, unless a read before waits for room", (rig) => {
  const write = (address: number) =>
    JSON.stringify({ type: "setCoils", address, value: [true] });
  rig.socket.stuck = true;
  while (!rig.behind) rig.session.receive(READ);
  const coil = (address: number) => {
    const bytes = new Uint8Array(1);
    rig.bank.read(coils, address, 1, bytes, 0);
    return bytes[0];
  };
  rig.session.receive(write(1));
  assertEquals(coil(1), 0);
  rig.socket.buffered = 0;
  rig.catchUp();
  assertEquals(coil(1), 1);
});

test("receive() writes at once for a client that is told more than it takes", (rig) => {
  rig.socket.stuck = true;
  for (let seq = 1; !rig.behind; seq++) {
    rig.tell(change(coils, 1, [1], { seq }));
  }
  assert(rig.session.isOwed);
  rig.receive({ type: "setCoils", address: 2, value: [true] });
  assertEquals(rig.bank.seq, 1);
});

test("receive() closes a client that asks and does not read", (rig) => {
  rig.socket.stuck = true;
  let asked = 0;
  while (rig.left === 0 && asked < 1000) {
    rig.session.receive(READ);
    asked++;
  }
  assertEquals(rig.socket.closes, [[1013, "Too much waits"]]);
  assert(rig.socket.buffered < QUEUE + 1000);
  assert(asked * READ.length > QUEUE + MAX_MESSAGE);
});

test("answer() closes a client that writes and does not read", (rig) => {
  rig.socket.stuck = true;
  const write = { type: "setCoils", address: 3, value: [true], id: 1 };
  const text = JSON.stringify(write);
  const most = 2 * QUEUE + 6 * 65_536 + 4096;
  for (let i = 0; i < most && rig.left === 0; i++) rig.session.receive(text);
  assertEquals(rig.socket.closes, [[1013, "The answers are not read"]]);
  assert(rig.socket.buffered < most);
});

test("leave() does the writes that wait, and no more", (rig) => {
  rig.socket.stuck = true;
  while (!rig.behind) rig.session.receive(READ);
  rig.session.receive(READ);
  rig.receive({ type: "setCoils", address: 3, value: [true], id: 1 });
  assertEquals(rig.bank.seq, 0);
  rig.socket.take();
  rig.session.leave();
  assertEquals([rig.bank.seq, rig.got()], [1, []]);
  rig.receive({ type: "setCoils", address: 3, value: [true], id: 2 });
  assertEquals(rig.bank.seq, 1);
});

for (const [code, delivers] of [[1001, true], [1013, false]] as const) {
  test(`close() with ${code} ${delivers ? "sends" : "drops"} what waits`, () => {
    const rig = new Rig(1 << 20);
    rig.socket.stuck = true;
    for (let seq = 1; seq <= 300; seq++) {
      rig.tell(change(coils, seq, [1], { seq }));
    }
    assertEquals([rig.socket.take().length, rig.behind], [256, 0]);
    rig.session.flush();
    assertEquals([rig.behind, rig.catchUp()], [1, false]);
    rig.session.close(code, "why");
    const left = rig.socket.take();
    assertEquals(left.length, delivers ? 44 : 0);
    assertEquals(rig.socket.late, []);
    assertEquals(rig.catchUp(), true);
  });
}

test("catchUp() sends what the socket did not take before", () => {
  const rig = new Rig(1 << 20);
  rig.socket.stuck = true;
  for (let seq = 1; seq <= 300; seq++) {
    rig.tell(change(coils, seq, [1], { seq }));
  }
  rig.socket.take();
  rig.socket.drain();
  assertEquals([rig.catchUp(), rig.socket.take().length], [true, 44]);
});

test("after close() nothing is done, sent or kept", (rig) => {
  rig.session.oweAll(true);
  rig.session.close(1001, "The server stops");
  assertEquals(rig.socket.closes, [[1001, "The server stops"]]);
  assertEquals(rig.left, 1);
  rig.session.close(1013, "Again");
  assertEquals([rig.socket.closes.length, rig.left], [1, 1]);
  assertEquals(rig.session.isOwed, false);
  const write = { type: "setCoils", address: 0, value: [1], id: 1 };
  assertEquals(rig.session.receive(JSON.stringify(write)), undefined);
  assertEquals(rig.bank.seq, 0);
  rig.tell(change(coils, 0, [1]));
  const part = change(coils, 0, [1], { origin: Origin.resync });
  rig.session.tellValues(1, [{ part, texts: new ChangeTexts(part) }]);
  rig.session.oweAll(true);
  rig.session.flush();
  assertEquals(rig.session.isOwed, false);
  assertEquals(rig.catchUp(), true);
  rig.socket.stuck = true;
  for (let seq = 1; seq < 100; seq++) rig.tell(change(coils, 0, [1], { seq }));
  assertEquals([rig.socket.sent, rig.socket.late], [[], []]);
  assertEquals(rig.behind, 1); // by the first line
});

test("wantsAll is true of a client that asks for everything by saying nothing", (rig) => {
  assert(rig.session.wantsAll);
  rig.receive({ type: "subscribe", ranges: [] });
  assertEquals(rig.session.wantsAll, false);
  rig.receive({ type: "subscribe" });
  assert(rig.session.wantsAll);
  assertEquals(rig.session.wanted.ranges, allCells(4).ranges);
});

test("stalledFor() is that of what waits for the client", (rig) => {
  rig.socket.stuck = true;
  rig.receive({ type: "ping" });
  assertEquals(rig.session.stalledFor(1000), 0);
  assertEquals(rig.session.stalledFor(3000), 2000);
});

test("receive() counts what was understood by type, and errors by code", (rig) => {
  for (const text of ["ping", "ping", "getCoils", "nonsense"]) {
    rig.receive({ type: text, address: 0, count: 1 });
  }
  rig.session.receive("{");
  rig.session.receive("]");
  const { received, errors, sent } = rig.counters;
  assertEquals(Object.fromEntries(received.entries()), {
    ...{ write: 0, read: 1, subscribe: 0, ping: 2 },
  });
  const found = [...errors.entries()].filter(([, count]) => count > 0);
  assertEquals(Object.fromEntries(found), {
    ...{ invalid_json: 2, unknown_type: 1 },
  });
  assertEquals(sent, 6);
});
