// What a session says in the usual mode is tested in session_test.ts; here
// answers to writes wait for the disk.
import { assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { Hub } from "../../src/ws/hub.ts";
import { FakeSocket } from "../testing/fake_socket.ts";
import { keepAlive } from "../testing/keep_alive.ts";

const OPTIONS = {
  queue: 4096,
  message: 1 << 16,
  history: 1 << 20,
  stallTimeout: 30_000,
};

/** A client of a hub on a bank whose store does what the test says. */
class Rig {
  readonly bank = Bank.create();
  readonly side = this.bank.storeSide();
  readonly hub: Hub;
  readonly socket = new FakeSocket();
  readonly session;

  constructor() {
    this.side.load({ seq: 0, pages: new Map() }, true);
    this.hub = new Hub(this.bank, OPTIONS);
    this.session = this.hub.join(this.socket);
  }

  say(...messages: unknown[]): void {
    for (const message of messages) {
      this.session.receive(JSON.stringify(message));
    }
  }

  /** What was sent since the last call: types, ids, codes. */
  async take(): Promise<unknown[]> {
    await new Promise((resolve) => setTimeout(resolve));
    return this.socket.takeJson().map(({ type, id, code }) =>
      code === undefined ? [type, id] : [type, id, code]
    );
  }
}

const write = (id?: number, address = 0) => ({
  ...{ type: "setCoils", address, value: [true] },
  ...(id === undefined ? {} : { id }),
});

function test(name: string, fn: (rig: Rig) => Promise<void>): void {
  Deno.test({
    name,
    permissions: "none",
    async fn() {
      using _ = keepAlive();
      const rig = new Rig();
      try {
        await fn(rig);
      } finally {
        await rig.hub.close();
      }
    },
  });
}

test("receive() answers a write when it is on disk, and all else in its order", async (rig) => {
  rig.say(write(1), write(2), { type: "ping", id: 3 }, { type: "huh", id: 4 });
  rig.say({ type: "subscribe", snapshot: true, ranges: [], id: 5 }, write(6));
  assertEquals(await rig.take(), []);
  rig.side.stored(1);
  assertEquals(await rig.take(), [["ok", 1]]);
  rig.side.stored(2);
  assertEquals(await rig.take(), [
    ["ok", 2],
    ["pong", 3],
    ["error", 4, "unknown_type"],
    ["subscribed", 5],
  ]);
  rig.side.stored(3);
  assertEquals(await rig.take(), [["ok", 6]]);
});

test("receive() reads what the writes before have written", async (rig) => {
  rig.say(write(1, 7), { type: "getCoils", address: 7, count: 1, id: 2 });
  rig.say({ type: "setCoils", address: 7, value: [false], id: 3 });
  rig.side.stored(1);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(rig.socket.takeJson(), [
    { type: "ok", id: 1 },
    { type: "coils", address: 7, value: [true], id: 2 },
  ]);
});

test("receive() says which writes are not stored, with an id or without", async (rig) => {
  rig.say(write(1), write(), write(3));
  rig.side.stored(1);
  rig.side.failed();
  assertEquals(await rig.take(), [
    ["ok", 1],
    ["error", undefined, "not_stored"],
    ["error", 3, "not_stored"],
  ]);
  assertEquals(rig.bank.seq, 3);
});

test("receive() refuses in its turn what is wrong with a write", async (rig) => {
  rig.say(write(1), { ...write(2), address: 70_000 });
  assertEquals(await rig.take(), []);
  rig.side.stored(1);
  const refused = ["error", 2, "address_out_of_range"];
  assertEquals(await rig.take(), [["ok", 1], refused]);
});

test("receive() closes a client that sends more than may wait", async (rig) => {
  for (let id = 0; rig.socket.closes.length === 0 && id < 1000; id++) {
    rig.say(write(id));
  }
  assertEquals(rig.socket.closes, [[1013, "Too much waits"]]);
  rig.side.stored(rig.bank.seq);
  assertEquals(await rig.take(), []);
  assertEquals(rig.socket.late, []);
});

test("receive() takes the largest message, also where less may wait for a client", async (rig) => {
  const large = (message: unknown) =>
    JSON.stringify(message).padEnd(OPTIONS.message);
  rig.session.receive(large(write(1)));
  rig.session.receive(large(write(2)));
  rig.session.receive(large({ type: "ping", id: 3 }));
  rig.side.stored(2);
  assertEquals(await rig.take(), [["ok", 1], ["ok", 2], ["pong", 3]]);
  assertEquals(rig.socket.closes, []);
});

test("what waits when a client goes keeps nothing of it", async (rig) => {
  rig.say(write(1), { type: "subscribe", id: 2 }, write(3, 9));
  rig.socket.stuck = true;
  rig.hub.leave(rig.session);
  rig.side.stored(1);
  await rig.take();
  assertEquals(rig.bank.seq, 2);
  const origin = Origin.modbus;
  const writer = { origin, connection: 1, unitId: 0 };
  const other = new FakeSocket();
  rig.hub.join(other);
  rig.bank.write(Table.coils, 0, 1, Uint8Array.of(1), 0, writer);
  await other.until(1);
  assertEquals(await rig.take(), []);
});

test("Hub.close() waits for the disk as long as it is told to", async (rig) => {
  rig.say(write(1));
  const closed = rig.hub.close(60_000);
  assertEquals(await rig.take(), []);
  rig.side.stored(1);
  await closed;
  assertEquals(await rig.take(), [["ok", 1]]);
  assertEquals(rig.socket.closes, [[1001, "The server stops"]]);
});

test("receive() has written when a write waits for the disk", async (rig) => {
  rig.say(write(1, 9));
  const bytes = new Uint8Array(1);
  rig.bank.read(Table.coils, 9, 1, bytes, 0);
  assertEquals(bytes, Uint8Array.of(1));
  await rig.take();
});
