/**
 * JSON in and out, who wants a change, and telling it: without sockets.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { type Change, Origin } from "../../src/bank/change.ts";
import { isBitTable, Table, wireLength } from "../../src/bank/tables.ts";
import { ChangeTexts } from "../../src/ws/change_texts.ts";
import {
  encodeNotification,
  encodeRead,
  type Meta,
} from "../../src/ws/encode.ts";
import { Hub } from "../../src/ws/hub.ts";
import type { Range } from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import { RangeIndex } from "../../src/ws/range_index.ts";
import { RangeSet } from "../../src/ws/ranges.ts";
import type { Socket } from "../../src/ws/socket.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { Random } from "../testing/random.ts";

const random = new Random(8);
const { coils, holdingRegisters } = Table;

/** Cells with values of all lengths. */
function change(table: Table, address: number, count: number): Change {
  const values = random.bytes(wireLength(table, count));
  const unused = isBitTable(table) ? -count & 7 : 0;
  if (unused > 0) values[values.length - 1]! &= 0xff >> unused;
  return {
    ...{ table, address, count, values },
    ...{ seq: 123_456, time: 1_790_000_000_000, unitId: 1 },
    ...{ origin: Origin.modbus, connection: 1 },
  };
}

const META: Meta = {
  writer: undefined,
  ...{ seq: 123_456, time: 1_790_000_000_000, source: "modbus" },
  ...{ resync: false, more: false },
};

const ten = change(holdingRegisters, 100, 10);
const hundred = change(coils, 100, 100);
const everyCoil = change(coils, 0, 65_536);
const everyRegister = change(holdingRegisters, 0, 65_536);

/** A text as it leaves the process: a string of many pieces costs nothing before that. */
const bytes = new Uint8Array(1 << 20);
const encoder = new TextEncoder();
function sent(text: string): void {
  encoder.encodeInto(text, bytes);
}

const MESSAGES: Record<string, string> = {
  "ping": '{"type":"ping"}',
  "set 1 coil": '{"type":"setCoils","address":3,"value":[true]}',
  "set 10 registers": encodeNotification(ten),
  "set 100 coils": encodeNotification(hundred),
  "set 65,536 registers": encodeNotification(everyRegister),
  "get": '{"type":"getHoldingRegisters","address":0,"count":10,"id":7}',
  "subscribe to 10 ranges": subscription(10),
  "subscribe to 1,000 ranges": subscription(1000),
  "no JSON": '{"type":"setCoils","address":3,"value":[true',
};

function subscription(count: number): string {
  const ranges = Array.from({ length: count }, (_, i) => {
    return { table: "coils", address: 60 * i, count: 8 };
  });
  return JSON.stringify({ type: "subscribe", ranges, snapshot: true });
}

/** The values of a change as an array. */
function unpacked({ table, count, values }: Change): (boolean | number)[] {
  const array: (boolean | number)[] = [];
  for (let i = 0; i < count; i++) {
    array.push(
      isBitTable(table)
        ? ((values[i >>> 3]! >>> (i & 7)) & 1) === 1
        : (values[2 * i]! << 8) | values[2 * i + 1]!,
    );
  }
  return array;
}

/** Does what may fail. */
function attempt(action: (text: string) => unknown, text: string): void {
  try {
    action(text);
  } catch {
    // One of the messages is wrong.
  }
}

for (const [name, text] of Object.entries(MESSAGES)) {
  const group = `a message: ${name}`;
  Deno.bench({
    ...{ name: "JSON.parse alone", group, baseline: true },
    fn: () => attempt(JSON.parse, text),
  });
  Deno.bench("parseMessage", { group }, () => attempt(parseMessage, text));
}

for (
  const [name, cells] of [
    ["10 registers", ten],
    ["100 coils", hundred],
    ["65,536 registers", everyRegister],
    ["65,536 coils", everyCoil],
  ] as const
) {
  const group = `a notification of ${name}`;
  const { address } = cells;
  Deno.bench({
    ...{ name: "an array, JSON.stringify", group, baseline: true },
    fn() {
      const value = unpacked(cells);
      sent(JSON.stringify({ type: "setCoils", address, value }));
    },
  });
  Deno.bench("encodeNotification", { group }, () => {
    sent(encodeNotification(cells));
  });
  Deno.bench("encodeNotification with meta", { group }, () => {
    sent(encodeNotification(cells, undefined, META));
  });
}

Deno.bench("encodeRead 10 registers", { group: "encodeRead" }, () => {
  sent(encodeRead(ten, undefined, 7));
});

/** 1,000 clients that all want the same: the text is made once. */
Deno.bench("encodeNotification for each of 1,000", {
  ...{ group: "ChangeTexts", baseline: true },
}, () => {
  for (let i = 0; i < 1000; i++) encodeNotification(ten, undefined, META);
});
Deno.bench("ChangeTexts for 1,000, whole", { group: "ChangeTexts" }, () => {
  const texts = new ChangeTexts(ten);
  for (let i = 0; i < 1000; i++) texts.of(ten, true, false);
});
Deno.bench("ChangeTexts for 1,000, 10 different parts", {
  group: "ChangeTexts",
}, () => {
  const texts = new ChangeTexts(ten);
  for (let i = 0; i < 1000; i++) {
    texts.of({ table: 3, address: 100 + i % 10, count: 1 }, true, false);
  }
});

/** What 1,000 clients want, each something else: 10 registers, somewhere. */
const WANTED: Range[] = Array.from({ length: 1000 }, (_, i) => {
  return { table: holdingRegisters, address: (i * 61) % 65_000, count: 10 };
});
const sets = WANTED.map((range) => new RangeSet([range]));
const index = new RangeIndex<RangeSet>();
for (const set of sets) index.add(set, set.ranges);

for (
  const [name, written] of [
    ["1 register", { table: holdingRegisters, address: 6100, count: 1 }],
    ["123 registers", { table: holdingRegisters, address: 6100, count: 123 }],
    ["1 coil", { table: coils, address: 6100, count: 1 }],
  ] as const
) {
  const group = `who of 1,000 wants ${name}`;
  let found = 0;
  Deno.bench({
    ...{ name: "every RangeSet is asked", group, baseline: true },
    fn() {
      for (const set of sets) found += set.parts(written).length;
    },
  });
  Deno.bench("RangeIndex, then RangeSet", { group }, () => {
    for (const set of index.near(written)) found += set.parts(written).length;
  });
}

const many = Array.from({ length: 1000 }, (_, i) => {
  return { table: holdingRegisters, address: 64 * i, count: 10 };
});
const manySet = new RangeSet(many);
const written = { table: holdingRegisters, address: 32_000, count: 123 };
Deno.bench({
  ...{ name: "every range is compared", group: "parts of 1,000 ranges" },
  baseline: true,
  fn() {
    const end = written.address + written.count;
    many.filter(({ address, count }) => {
      return address < end && written.address < address + count;
    });
  },
});
Deno.bench("RangeSet.parts", { group: "parts of 1,000 ranges" }, () => {
  manySet.parts(written);
});
Deno.bench("new RangeSet", { group: "1,000 ranges" }, () => {
  new RangeSet(many);
});
Deno.bench("RangeIndex.add and remove", { group: "1,000 ranges" }, () => {
  index.add(manySet, manySet.ranges);
  index.remove(manySet, manySet.ranges);
});

/** Counts, and takes everything at once. */
class CountingSocket implements Socket {
  readonly peer = "";
  readonly buffered = 0;
  constructor(readonly arrived: (text: string) => void) {}
  send(text: string): void {
    this.arrived(text);
  }
  close(): void {}
}

/** Changes that are told in one go, as under load. */
const CHANGES = 100;

/** Clients. */
const CLIENTS = 100;

/** What is in the last change, and in no other text. */
const LAST = `"address":${8 * (CHANGES - 1)},`;

const OPTIONS = {
  ...{ queue: 1 << 20, message: 1 << 19, history: 1 << 22 },
  stallTimeout: 30_000,
};

for (
  const [name, message] of [
    ["plain", undefined],
    ["meta", { meta: true }],
    ["batch", { batch: true }],
    ["8 different registers each", { each: 8 }],
  ] as const
) {
  Deno.bench({
    name,
    group: `${CHANGES} changes to ${CLIENTS} clients`,
    baseline: name === "plain",
    async fn(b) {
      using _ = keepAlive();
      const bank = Bank.create();
      const hub = new Hub(bank, OPTIONS);
      const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
      const { promise, resolve } = Promise.withResolvers<void>();
      const each = message !== undefined && "each" in message;
      let missing = each ? 1 : CLIENTS;
      const arrived = (text: string) => {
        if (text.includes(LAST) && --missing === 0) resolve();
      };
      for (let i = 0; i < CLIENTS; i++) {
        const session = hub.join(new CountingSocket(arrived));
        if (message === undefined) continue;
        const ranges = each
          ? [{ table: "holdingRegisters", address: 8 * i, count: 8 }]
          : undefined;
        session.receive(
          JSON.stringify({ type: "subscribe", ...message, ranges }),
        );
      }
      b.start();
      for (let i = 0; i < CHANGES; i++) {
        const { values } = ten;
        bank.write(holdingRegisters, 8 * i, 8, values, 0, writer);
      }
      await promise;
      b.end();
      await hub.close();
    },
  });
}
