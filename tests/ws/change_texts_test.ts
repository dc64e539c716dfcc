import { assert, assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { ChangeTexts } from "../../src/ws/change_texts.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { change, notification } from "./changes.ts";
import { range } from "./range_model.ts";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

test("of() gives the original's text to the byte", () => {
  const texts = new ChangeTexts(change(coils, 3, [1, 0, 1]));
  assertEquals(
    texts.of(range(coils, 3, 3), false, false),
    '{"type":"setCoils","address":3,"value":[true,false,true]}',
  );
});

const METAS: readonly {
  readonly name: string;
  readonly origin: Origin;
  readonly more: boolean;
  readonly expected: string;
}[] = [
  {
    name: "a Modbus write",
    origin: Origin.modbus,
    more: false,
    expected:
      '"seq":7,"time":1700000000000,"source":"modbus","connection":1,"unit":1',
  },
  {
    name: "a WebSocket write",
    origin: Origin.websocket,
    more: false,
    expected:
      '"seq":7,"time":1700000000000,"source":"websocket","connection":1,"unit":1',
  },
  {
    name: "an HTTP request's write",
    origin: Origin.rest,
    more: false,
    expected:
      '"seq":7,"time":1700000000000,"source":"rest","connection":1,"unit":1',
  },
  {
    name: "a part that another follows",
    origin: Origin.modbus,
    more: true,
    expected:
      '"seq":7,"time":1700000000000,"source":"modbus","connection":1,"unit":1,"more":true',
  },
  {
    name: "what an overflow has left",
    origin: Origin.resync,
    more: false,
    expected: '"seq":7,"time":1700000000000,"source":"bank","resync":true',
  },
  {
    name: "what an overflow has left, and more of it",
    origin: Origin.resync,
    more: true,
    expected:
      '"seq":7,"time":1700000000000,"source":"bank","resync":true,"more":true',
  },
];

for (const { name, origin, more, expected } of METAS) {
  test(`of() with meta: ${name}`, () => {
    const made = change(inputRegisters, 9, [65_535, 0], { seq: 7, origin });
    const texts = new ChangeTexts(made);
    const head = '{"type":"setInputRegisters","address":9,"value":[65535,0]';
    const whole = range(inputRegisters, 9, 2);
    assertEquals(texts.of(whole, true, more), `${head},${expected}}`);
    assertEquals(texts.of(whole, false, more), `${head}}`);
  });
}

for (const table of [coils, discreteInputs]) {
  test(`of() cuts bits of table ${table} at every alignment`, () => {
    const random = new Random(5 + table);
    for (const count of [1, 7, 8, 9, 26]) {
      for (let address = 0; address < 9; address++) {
        const values = Array.from({ length: count }, () => random.int(2));
        const texts = new ChangeTexts(change(table, address, values));
        for (let from = 0; from < count; from++) {
          for (let to = from + 1; to <= count; to++) {
            const part = range(table, address + from, to - from);
            const expected = values.slice(from, to);
            assertEquals(
              texts.of(part, false, false),
              notification(table, address + from, expected),
            );
          }
        }
      }
    }
  });
}

for (const table of [inputRegisters, holdingRegisters]) {
  test(`of() cuts registers of table ${table}`, () => {
    const values = [0, 1, 255, 256, 32_767, 32_768, 65_535];
    const texts = new ChangeTexts(change(table, 65_529, values));
    for (let from = 0; from < values.length; from++) {
      for (let to = from + 1; to <= values.length; to++) {
        const part = range(table, 65_529 + from, to - from);
        assertEquals(
          texts.of(part, false, false),
          notification(table, 65_529 + from, values.slice(from, to)),
        );
      }
    }
  });
}

test("of() cuts the largest change at both ends", () => {
  const values = Array.from({ length: 65_536 }, (_, i) => i);
  const texts = new ChangeTexts(change(holdingRegisters, 0, values));
  for (const [address, count] of [[0, 1], [65_535, 1], [1, 65_535]] as const) {
    assertEquals(
      texts.of(range(holdingRegisters, address, count), false, false),
      notification(
        holdingRegisters,
        address,
        values.slice(address, address + count),
      ),
    );
  }
});

test("of() keeps parts, with and without meta and more, apart", () => {
  const values = Array.from({ length: 40 }, (_, i) => i);
  const texts = new ChangeTexts(change(holdingRegisters, 100, values));
  for (let round = 0; round < 2; round++) {
    for (let from = 0; from < 40; from++) {
      for (let count = 1; count <= 40 - from; count++) {
        const part = range(holdingRegisters, 100 + from, count);
        const cut = values.slice(from, from + count);
        const meta = {
          ...{ seq: 1, time: 1_700_000_000_000, source: "modbus" },
          ...{ connection: 1, unit: 1 },
        };
        const plain = notification(holdingRegisters, 100 + from, cut);
        const last = notification(holdingRegisters, 100 + from, cut, meta);
        const first = notification(holdingRegisters, 100 + from, cut, {
          ...meta,
          more: true,
        });
        assertEquals(texts.of(part, false, false), plain);
        assertEquals(texts.of(part, true, false), last);
        assertEquals(texts.of(part, true, true), first);
      }
    }
  }
});

test("of() encodes each part once", () => {
  // A text of this length takes far longer to make than to look up; but a test
  // must not depend on time. The values say it: later texts are the first one.
  const values = [1, 2, 3, 4];
  const made = change(holdingRegisters, 0, values);
  const texts = new ChangeTexts(made);
  const whole = range(holdingRegisters, 0, 4);
  const part = range(holdingRegisters, 1, 2);
  const first = [
    texts.of(whole, false, false),
    texts.of(whole, true, false),
    texts.of(part, false, false),
  ];
  made.values.fill(0);
  assertEquals(
    [
      texts.of({ ...whole }, false, false),
      texts.of({ ...whole }, true, false),
      texts.of({ ...part }, false, false),
    ],
    first,
  );
  assert(first[0]!.includes("[1,2,3,4]"));
});
