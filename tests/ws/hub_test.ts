import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Table } from "../../src/bank/tables.ts";
import { Hub } from "../../src/ws/hub.ts";
import type { HubOptions } from "../../src/ws/hub_options.ts";
import type { Session } from "../../src/ws/session.ts";
import { toWire } from "../bank/model.ts";
import { FakeSocket } from "../testing/fake_socket.ts";
import { collectGarbage } from "../testing/gc.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { WRITER } from "../testing/writers.ts";
import { notification } from "./changes.ts";

const { coils, discreteInputs, holdingRegisters } = Table;

const OPTIONS: HubOptions = {
  queue: 4096,
  message: 1 << 16,
  history: 1 << 20,
  stallTimeout: 30_000,
};

/** A client without a network. */
class Client {
  readonly socket = new FakeSocket();
  readonly session: Session;

  constructor(hub: Hub) {
    this.session = hub.join(this.socket);
  }

  say(message: unknown): void {
    this.session.receive(JSON.stringify(message));
  }

  /** What the server says at once to a message, parsed. */
  // deno-lint-ignore no-explicit-any
  ask(message: unknown): any[] {
    this.socket.take();
    this.say(message);
    return this.socket.takeJson();
  }

  /** The next texts, when they are there. */
  async next(count: number): Promise<string[]> {
    await this.socket.until(count);
    return this.socket.take();
  }

  /** The next texts, parsed. */
  // deno-lint-ignore no-explicit-any
  async nextJson(count: number): Promise<any[]> {
    return (await this.next(count)).map((text) => JSON.parse(text));
  }
}

class Rig {
  readonly bank: Bank;
  readonly hub: Hub;

  constructor({ ringSize, ...options }: Partial<Config>) {
    this.bank = Bank.create(ringSize);
    this.hub = new Hub(this.bank, { ...OPTIONS, ...options });
  }

  client(): Client {
    return new Client(this.hub);
  }

  write(table: Table, address: number, ...values: number[]): void {
    const wire = toWire(table, values);
    this.bank.write(table, address, values.length, wire, 0, WRITER);
  }

  /** Resolves when everything that was written is told. */
  async told(): Promise<void> {
    const client = this.client();
    this.write(discreteInputs, 65_535, 0);
    await client.next(1);
    this.hub.leave(client.session);
  }
}

interface Config extends HubOptions {
  readonly ringSize: number;
}

function test(
  name: string,
  fn: (rig: Rig) => void | Promise<void>,
  config: Partial<Config> = {},
): void {
  Deno.test({
    name,
    permissions: "none",
    async fn() {
      using _alive = keepAlive();
      const rig = new Rig(config);
      try {
        await fn(rig);
      } finally {
        await rig.hub.close();
      }
    },
  });
}

test("join() tells of what is written from then on", async ({ bank, hub }) => {
  const rig = { bank, hub };
  bank.write(coils, 0, 1, Uint8Array.of(1), 0, WRITER);
  const client = new Client(rig.hub);
  bank.write(coils, 1, 1, Uint8Array.of(1), 0, WRITER);
  assertEquals(await client.next(1), [notification(coils, 1, [1])]);
});

test("join() and leave() count", (rig) => {
  const [a, b] = [rig.client(), rig.client()];
  assertEquals(rig.hub.size, 2);
  assert(a.session.number !== b.session.number);
  rig.hub.leave(a.session);
  rig.hub.leave(a.session);
  assertEquals(rig.hub.size, 1);
});

test("leave() ends what a client is told, whatever it had asked for", async (rig) => {
  const ranges = [{ table: "coils", address: 0, count: 100 }];
  const gone = [{}, { ranges }, { ranges: [] }].map((wanted) => {
    const client = rig.client();
    client.ask({ type: "subscribe", ...wanted });
    return client;
  });
  const stays = rig.client();
  for (const { session } of gone) rig.hub.leave(session);
  rig.write(coils, 0, 1);
  assertEquals(await stays.next(1), [notification(coils, 0, [1])]);
  for (const { socket } of gone) assertEquals(socket.take(), []);
});

test("all clients get all changes in the order of the writes", async (rig) => {
  const clients = [rig.client(), rig.client(), rig.client()];
  const expected: string[] = [];
  for (let i = 0; i < 1000; i++) {
    rig.write(holdingRegisters, i, i, i + 1);
    expected.push(notification(holdingRegisters, i, [i, i + 1]));
  }
  for (const client of clients) {
    assertEquals(await client.next(1000), expected);
  }
}, { queue: 1 << 20 });

test("a client is not told of its own writes, the others are", async (rig) => {
  const [writer, other] = [rig.client(), rig.client()];
  writer.say({ type: "setCoils", address: 5, value: [1] });
  rig.write(coils, 6, 1);
  assertEquals(await other.next(2), [
    '{"type":"setCoils","address":5,"value":[true]}',
    '{"type":"setCoils","address":6,"value":[true]}',
  ]);
  assertEquals(writer.socket.take(), [notification(coils, 6, [1])]);
});

test("echo brings own writes back", async (rig) => {
  const writer = rig.client();
  assertEquals(writer.ask({ type: "subscribe", echo: true, id: 1 }), [
    { type: "subscribed", id: 1 },
  ]);
  writer.say({ type: "setCoils", address: 5, value: [1] });
  assertEquals(await writer.next(1), [notification(coils, 5, [1])]);
});

test("a change goes to those who want a part of it, cut", async (rig) => {
  const [low, high, none] = [rig.client(), rig.client(), rig.client()];
  const of = (address: number, count: number) => [
    { table: "coils", address, count },
  ];
  low.ask({ type: "subscribe", ranges: of(0, 8) });
  high.ask({ type: "subscribe", ranges: of(10, 1000) });
  none.ask({ type: "subscribe", ranges: of(12, 1) });
  rig.write(coils, 4, 1, 1, 0, 1, 0, 0, 1, 0);
  await rig.told();
  assertEquals(low.socket.take(), [notification(coils, 4, [1, 1, 0, 1])]);
  assertEquals(high.socket.take(), [notification(coils, 10, [1, 0])]);
  assertEquals(none.socket.take(), []);
});

test("subscribe() answers with nothing but its type unless asked for more", (rig) => {
  const client = rig.client();
  assertEquals(client.ask({ type: "subscribe" }), [{ type: "subscribed" }]);
  assertEquals(client.ask({ type: "subscribe", id: "x", ranges: [] }), [
    { type: "subscribed", id: "x" },
  ]);
});

test("subscribe() with meta says where the stream begins", async (rig) => {
  const client = rig.client();
  rig.write(coils, 0, 1);
  await client.next(1);
  const { epoch } = rig.hub;
  assertEquals(client.ask({ type: "subscribe", meta: true, id: 1 }), [
    { type: "subscribed", epoch, seq: 1, id: 1 },
  ]);
  rig.write(coils, 0, 1);
  const [{ seq, source }] = await client.nextJson(1);
  assertEquals([seq, source], [2, "modbus"]);
});

test("subscribe() with a snapshot sends current values, then changes", async (rig) => {
  rig.write(holdingRegisters, 2, 7);
  rig.write(coils, 0, 1);
  const client = rig.client();
  const ranges = [
    { table: "holdingRegisters", address: 1, count: 3 },
    { table: "coils", address: 0, count: 2 },
  ];
  // Not told yet, and in the snapshot.
  rig.write(holdingRegisters, 3, 8);
  const said = client.ask({ type: "subscribe", ranges, snapshot: true });
  assertEquals(said, [
    { type: "subscribed" },
    { type: "setCoils", address: 0, value: [true, false] },
    { type: "setHoldingRegisters", address: 1, value: [0, 7, 8] },
  ]);
  rig.write(holdingRegisters, 3, 9);
  assertEquals(await client.next(1), [notification(holdingRegisters, 3, [9])]);
});

test("subscribe() with a snapshot and meta numbers its messages, marks all but the last", (rig) => {
  const client = rig.client();
  rig.write(coils, 0, 1);
  const ranges = [
    { table: "coils", address: 0, count: 1 },
    { table: "coils", address: 9, count: 1 },
  ];
  const said = client
    .ask({ type: "subscribe", ranges, snapshot: true, meta: true });
  for (const message of said) delete message.time;
  const meta = { seq: 1, source: "bank" };
  const set = { type: "setCoils" };
  assertEquals(said, [
    { type: "subscribed", epoch: rig.hub.epoch, seq: 0, more: true },
    { ...set, address: 0, value: [true], ...meta, more: true },
    { ...set, address: 9, value: [false], ...meta },
  ]);
});

test("subscribe() to nothing with a snapshot has nothing to wait for", (rig) => {
  const client = rig.client();
  const message = { type: "subscribe", ranges: [], snapshot: true, meta: true };
  const { epoch } = rig.hub;
  assertEquals(client.ask(message), [{ type: "subscribed", epoch, seq: 0 }]);
  assertEquals(rig.hub.behind, 0);
});

test("a subscription that is refused leaves the former one", async (rig) => {
  const client = rig.client();
  const ranges = [{ table: "coils", address: 0, count: 1 }];
  client.ask({ type: "subscribe", ranges, echo: true });
  const [error] = client.ask({ type: "subscribe", ranges: [{}] });
  assertEquals([error.type, error.code], ["error", "invalid_ranges"]);
  client.say({ type: "setCoils", address: 0, value: [1, 1] });
  assertEquals(await client.next(1), [notification(coils, 0, [1])]);
});

test("batch gathers what is told at once", async (rig) => {
  const client = rig.client();
  client.ask({ type: "subscribe", batch: true });
  for (let i = 0; i < 3; i++) rig.write(coils, i, 1);
  const expected = [0, 1, 2].map((i) => notification(coils, i, [1]));
  assertEquals(await client.next(1), [`[${expected}]`]);
});

test("resume brings what was missed, and only that", async (rig) => {
  const first = rig.client();
  const [{ epoch }] = first.ask({ type: "subscribe", meta: true });
  rig.write(coils, 0, 1);
  rig.write(coils, 1, 1);
  const [{ seq }] = await first.nextJson(2);
  rig.hub.leave(first.session);
  rig.write(coils, 2, 1);
  rig.write(holdingRegisters, 2, 3);
  await rig.told();
  rig.write(coils, 0, 0); // in the log when the client comes back
  const client = rig.client();
  const ranges = [{ table: "coils", address: 0, count: 9 }];
  const resume = { epoch, seq };
  client.say({ type: "subscribe", ranges, meta: true, resume, snapshot: true });
  const said = await client.nextJson(4);
  assertEquals(said[0], { type: "subscribed", epoch, seq: 1, resumed: true });
  assertEquals(
    said.slice(1).map((
      { seq, source, address, value, resync },
    ) => [seq, source, address, value, resync]),
    [
      [2, "modbus", 1, [true], undefined],
      [3, "modbus", 2, [true], undefined],
      [6, "modbus", 0, [false], undefined],
    ],
  );
});

test("resume without meta works, too: the client counts by the answer", async (rig) => {
  const first = rig.client();
  const resume = { epoch: rig.hub.epoch, seq: 0 };
  rig.write(coils, 0, 1);
  await rig.told();
  first.socket.take();
  const { epoch } = rig.hub;
  assertEquals(first.ask({ type: "subscribe", ranges: [], resume }), [
    { type: "subscribed", epoch, seq: 0, resumed: true },
  ]);
});

/** Points from which a client can't go on. */
const LOST: readonly (readonly [
  name: string,
  point: (hub: Hub) => { epoch: string; seq: number },
])[] = [
  ["another run of the program", () => ({ epoch: "other", seq: 3 })],
  ["a future write", ({ epoch }) => ({ epoch, seq: 1000 })],
  ["what is forgotten", ({ epoch }) => ({ epoch, seq: 2 })],
];

for (const [name, point] of LOST) {
  test(`resume from ${name} brings current values, marked`, async (rig) => {
    for (let i = 1; i <= 20; i++) rig.write(holdingRegisters, 0, i);
    await rig.told();
    const client = rig.client();
    const said = client.ask({
      ...{ type: "subscribe", meta: true, id: 1, resume: point(rig.hub) },
      ranges: [{ table: "holdingRegisters", address: 0, count: 2 }],
    });
    const { epoch } = rig.hub;
    const seq = 21;
    assertEquals(said.length, 2);
    const base = { type: "subscribed", epoch, seq, resumed: false };
    assertEquals(said[0], { ...base, more: true, id: 1 });
    delete said[1].time;
    assertEquals(said[1], {
      ...{ type: "setHoldingRegisters", address: 0, value: [20, 0] },
      ...{ seq, source: "bank", resync: true },
    });
  }, { history: 4000 });
}

test("resume is possible from the last change that is kept", async (rig) => {
  for (let i = 1; i <= 20; i++) rig.write(holdingRegisters, 0, i);
  await rig.told();
  const { epoch } = rig.hub;
  const ranges = [
    { table: "holdingRegisters", address: 0, count: 1 },
    { table: "discreteInputs", address: 65_535, count: 1 },
  ];
  const resumed = [];
  for (let seq = 0; seq <= 21; seq++) {
    const resume = { epoch, seq };
    const [answer, ...changes] = rig.client()
      .ask({ type: "subscribe", ranges, resume, meta: true, batch: true });
    resumed.push(answer.resumed);
    if (!answer.resumed) continue;
    const seqs = changes.map(({ seq }) => seq);
    const missed = Array.from({ length: 21 - seq }, (_, i) => seq + 1 + i);
    assertEquals(seqs, missed);
  }
  // 4,000 bytes are a few changes, not all of them.
  assertEquals(resumed[0], false);
  assertEquals(resumed[21], true);
  assertEquals(resumed, resumed.toSorted());
  assert(resumed.filter(Boolean).length > 4);
}, { history: 4000 });

test("resume after an overflow brings current values", async (rig) => {
  const first = rig.client();
  const [{ epoch, seq }] = first.ask({ type: "subscribe", meta: true });
  for (let i = 0; i < 100; i++) rig.write(holdingRegisters, i, 1);
  assert(rig.bank.overflows > 0);
  await rig.told();
  const client = rig.client();
  const resume = { epoch, seq };
  const ranges = [{ table: "coils", address: 0, count: 1 }];
  const [answer] = client
    .ask({ type: "subscribe", ranges, meta: true, resume });
  assertEquals(answer.resumed, false);
}, { ringSize: 1024 });

test(
  "an overflow is told as current values, the last of each client unmarked",
  async (rig) => {
    const everything = rig.client();
    const some = rig.client();
    everything.ask({ type: "subscribe", meta: true });
    const ranges = [
      { table: "coils", address: 300, count: 1 },
      { table: "holdingRegisters", address: 300, count: 1 },
    ];
    some.ask({ type: "subscribe", meta: true, ranges });
    for (let i = 0; i < 50; i++) rig.write(coils, i, 1);
    const before = rig.bank.seq - rig.bank.overflows;
    // All of these are lost to the log: dirty cells in three tables.
    rig.write(coils, 300, 1);
    rig.write(discreteInputs, 300, 1);
    rig.write(holdingRegisters, 300, 1);
    rig.write(holdingRegisters, 302, 2);
    const last = rig.bank.seq;
    const told = await everything.nextJson(before + 5);
    const values = told.slice(before);
    assert(values.every(({ seq, resync }) => seq === last && resync === true));
    assertEquals(
      values.map(({ type, address, more }) => [type, address, more]),
      [
        ["setCoils", before, true],
        ["setCoils", 300, true],
        ["setDiscreteInputs", 300, true],
        ["setHoldingRegisters", 300, true],
        ["setHoldingRegisters", 302, undefined],
      ],
    );
    assertEquals(
      some.socket.takeJson().map(({ type, seq, more }) => [type, seq, more]),
      [
        ["setCoils", last, true],
        ["setHoldingRegisters", last, undefined],
      ],
    );
    // With all of it a client can go on from there; with a part of it it must not.
    const resume = { epoch: rig.hub.epoch, seq: last };
    const [answer] = some.ask({ type: "subscribe", ranges: [], resume });
    assertEquals(answer.resumed, true);
  },
  { ringSize: 1024 },
);

test("a slow client gets ranges, and ends right", async (rig) => {
  const [slow, fast] = [rig.client(), rig.client()];
  slow.socket.stuck = true;
  for (let i = 0; i < 300; i++) rig.write(holdingRegisters, i % 50, i);
  await fast.next(300);
  assertEquals(rig.hub.behind, 1);
  const queued = slow.socket.take().length;
  assert(queued < 300);
  assert(slow.socket.buffered < OPTIONS.queue + 200);
  slow.socket.drain();
  await slow.socket.until(1);
  const copy = new Array(50).fill(-1);
  for (const { address, value } of slow.socket.takeJson()) {
    copy.splice(address, value.length, ...value);
  }
  assertEquals(copy, Array.from({ length: 50 }, (_, i) => 250 + i));
  rig.hub.sweep(0);
  assertEquals(rig.hub.behind, 0);
  rig.write(coils, 1, 1);
  assertEquals(await slow.next(1), [notification(coils, 1, [1])]);
});

test("subscribe() of a client that is behind says that values follow, or does not", async (rig) => {
  const [slow, fast] = [rig.client(), rig.client()];
  slow.socket.stuck = true;
  for (let i = 0; i < 300; i++) rig.write(holdingRegisters, i % 50, i);
  await fast.next(300);
  const subscribe = { type: "subscribe", meta: true };
  const near = [{ table: "holdingRegisters", address: 49, count: 100 }];
  const [first] = slow.ask({ ...subscribe, ranges: near });
  assertEquals(first.more, true);
  const far = [{ table: "holdingRegisters", address: 50, count: 100 }];
  const [second] = slow.ask({ ...subscribe, ranges: far });
  assertEquals(second.more, undefined);
  slow.socket.drain();
  rig.hub.sweep(0);
  assertEquals([rig.hub.behind, slow.socket.take()], [0, []]);
  rig.write(holdingRegisters, 50, 1);
  assertEquals((await slow.nextJson(1))[0].seq, 301);
});

test("sweep() closes a client that takes nothing for the stall timeout", (rig) => {
  const [stuck, slow, idle] = [rig.client(), rig.client(), rig.client()];
  const ping = { type: "ping" };
  stuck.socket.stuck = slow.socket.stuck = true;
  for (const client of [stuck, slow, idle]) client.say(ping);
  let now = 1e9;
  rig.hub.sweep(now);
  for (let i = 1; i < 30; i++) {
    rig.hub.sweep(now += 1000);
    slow.socket.buffered--;
  }
  assertEquals(stuck.socket.closes, []);
  rig.hub.sweep(now += 1000);
  assertEquals(stuck.socket.closes, [[1013, "The client takes nothing"]]);
  assertEquals([slow.socket.closes, idle.socket.closes], [[], []]);
  assertEquals(rig.hub.size, 2);
});

test(
  "sweep() does not close a client that was sent something a moment ago",
  (rig) => {
    const client = rig.client();
    let now = 1e9;
    rig.hub.sweep(now);
    // It is idle for longer than the timeout; then something is sent just before the sweep.
    client.socket.stuck = true;
    client.say({ type: "ping" });
    rig.hub.sweep(now += 5000);
    assertEquals(client.socket.closes, []);
    rig.hub.sweep(now += 1000);
    assertEquals(client.socket.closes.length, 1);
  },
  { stallTimeout: 100 },
);

test("nothing is kept for a client that was closed and whose socket stays", async (rig) => {
  const other = rig.client();
  const watched = await (async () => {
    const client = rig.client();
    const resume = { epoch: "other", seq: 0 };
    client.say({ type: "subscribe", meta: true, batch: true, resume });
    client.socket.stuck = true;
    for (let i = 0; i < 200; i++) rig.write(holdingRegisters, i, i);
    await rig.told();
    rig.hub.sweep(1e9);
    rig.hub.sweep(1e9 + 60_000);
    assertEquals(client.socket.closes[0]?.[0], 1013);
    assertEquals(client.session.isOwed, false);
    client.socket.take();
    // Its runtime socket is still there; its session is not.
    return { socket: client.socket, session: new WeakRef(client.session) };
  })();
  assertEquals([rig.hub.size, rig.hub.behind], [1, 0]);
  rig.write(coils, 0, 1);
  await rig.told();
  assert(other.socket.take().includes(notification(coils, 0, [1])));
  assertEquals([watched.socket.sent, watched.socket.late], [[], []]);
  await collectGarbage();
  assertEquals(watched.session.deref(), undefined);
});

test(
  "close() tells what was written before, then closes with 1001",
  async (rig) => {
    const [plain, batch] = [rig.client(), rig.client()];
    batch.ask({ type: "subscribe", batch: true });
    for (let i = 0; i < 1000; i++) rig.write(coils, i, 1);
    await rig.hub.close();
    const expected = Array.from(
      { length: 1000 },
      (_, i) => notification(coils, i, [1]),
    );
    assertEquals(plain.socket.take(), expected);
    const told = batch.socket.takeJson().map((one) => JSON.stringify(one));
    assertEquals(told, expected);
    for (const { socket } of [plain, batch]) {
      assertEquals(socket.closes, [[1001, "The server stops"]]);
      assertEquals(socket.late, []);
    }
    assertEquals(rig.hub.size, 0);
  },
  { queue: 1 << 20 },
);

test("join() after close() is sent away", async (rig) => {
  await rig.hub.close();
  const { socket } = rig.client();
  assertEquals(socket.closes, [[1001, "The server stops"]]);
  assertEquals(rig.hub.size, 0);
});

test("the first client is late for nothing: what was before counts as no delay", async ({ bank, hub }) => {
  const write = () =>
    bank.write(coils, 0, 1, Uint8Array.of(1), 0, { ...WRITER });
  write();
  const client = new Client(hub);
  write();
  await client.next(1);
  assertEquals(hub.counters.delays.read().counts.reduce((a, b) => a + b), 1);
});

test("changes without a listener are kept for those who come back", async (rig) => {
  const { epoch } = rig.hub;
  for (let i = 0; i < 50; i++) rig.write(coils, i, 1);
  const client = rig.client();
  const resume = { epoch, seq: 0 };
  client.say({ type: "subscribe", meta: true, resume });
  const [answer, ...changes] = await client.nextJson(51);
  assertEquals(answer.resumed, true);
  const seqs = changes.map(({ seq }) => seq);
  assertEquals(seqs, Array.from({ length: 50 }, (_, i) => i + 1));
});

Deno.test({
  name: "a fault in telling one client closes that one with 1011, and no other",
  permissions: "none",
  async fn() {
    using _alive = keepAlive();
    const faults: unknown[] = [];
    const rig = new Rig({ failed: (error) => faults.push(error) });
    const [broken, other] = [rig.client(), rig.client()];
    const fault = new TypeError("of the test");
    broken.socket.send = () => {
      throw fault;
    };
    rig.write(coils, 3, 1, 0, 1);
    rig.write(coils, 9, 1);
    await rig.told();
    assertEquals(faults, [fault]);
    assertEquals(broken.socket.closes, [[1011, "The server has a fault"]]);
    const told = other.socket.take();
    assertEquals(told.slice(0, 2), [
      notification(coils, 3, [1, 0, 1]),
      notification(coils, 9, [1]),
    ]);
    await rig.hub.close();
  },
});

test(
  "subscribe() resumes where the run before has ended, and nowhere else in it",
  (rig) => {
    assertEquals(rig.hub.epoch, "this run");
    rig.write(coils, 3, 1);
    const resume = (epoch: string, seq: number) => {
      const [answer] = rig.client().ask({
        type: "subscribe",
        resume: { epoch, seq },
      });
      return [answer.epoch, answer.resumed];
    };
    assertEquals(resume("last run", 0), ["this run", true]);
    assertEquals(resume("last run", 1), ["this run", false]);
    assertEquals(resume("another run", 0), ["this run", false]);
    assertEquals(resume("this run", 0), ["this run", true]);
  },
  { epoch: "this run", lastRun: { epoch: "last run", seq: 0 } },
);
