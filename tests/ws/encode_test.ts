import { assertEquals } from "@std/assert";
import { isBitTable, Table } from "../../src/bank/tables.ts";
import {
  type Cells,
  encodeError,
  encodeNotification,
  encodeOk,
  encodePong,
  encodeRead,
  encodeSubscribed,
} from "../../src/ws/encode.ts";
import { type MessageId, ProtocolError } from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import { fromHex } from "../testing/hex.ts";
import { Random } from "../testing/random.ts";

const { coils, discreteInputs, inputRegisters, holdingRegisters } = Table;

function cells(
  table: Table,
  address: number,
  count: number,
  hex: string,
): Cells {
  return { table, address, count, values: fromHex(hex) };
}

/** Cells, and the whole text: the first is that of the original's README, to the byte. */
const NOTIFICATIONS: readonly (readonly [Cells, string])[] = [
  [
    cells(coils, 3, 3, "05"),
    '{"type":"setCoils","address":3,"value":[true,false,true]}',
  ],
  [cells(coils, 0, 1, "00"), '{"type":"setCoils","address":0,"value":[false]}'],
  [
    cells(coils, 65_535, 1, "01"),
    '{"type":"setCoils","address":65535,"value":[true]}',
  ],
  [
    cells(discreteInputs, 7, 2, "02"),
    '{"type":"setDiscreteInputs","address":7,"value":[false,true]}',
  ],
  [
    // CD 01: the example of function 0F (Application Protocol V1.1b3, 6.11).
    cells(coils, 19, 10, "cd 01"),
    '{"type":"setCoils","address":19,"value":[true,false,true,true,false,false,true,true,true,false]}',
  ],
  // Bits behind the last cell are nobody's.
  [cells(coils, 0, 1, "ff"), '{"type":"setCoils","address":0,"value":[true]}'],
  [
    cells(inputRegisters, 0, 1, "00 00"),
    '{"type":"setInputRegisters","address":0,"value":[0]}',
  ],
  [
    cells(holdingRegisters, 1, 2, "00 0a 01 02"),
    '{"type":"setHoldingRegisters","address":1,"value":[10,258]}',
  ],
  // Registers are told without a sign, however they were written.
  [
    cells(holdingRegisters, 65_534, 2, "ff fe 80 00"),
    '{"type":"setHoldingRegisters","address":65534,"value":[65534,32768]}',
  ],
];

Deno.test("encodeNotification()", { permissions: "none" }, async (t) => {
  for (const [each, expected] of NOTIFICATIONS) {
    await t.step(`is ${expected}`, () => {
      assertEquals(encodeNotification(each), expected);
    });
  }
});

Deno.test(
  "encodeNotification() with meta",
  { permissions: "none" },
  async (t) => {
    const written = cells(coils, 3, 1, "01");
    const start =
      '{"type":"setCoils","address":3,"value":[true],"seq":9,"time":1700000000000';
    const meta = { seq: 9, time: 1_700_000_000_000 };
    for (
      const [source, resync, more, rest] of [
        [
          "modbus",
          false,
          false,
          ',"source":"modbus","connection":12,"unit":255}',
        ],
        [
          "websocket",
          false,
          false,
          ',"source":"websocket","connection":12,"unit":255}',
        ],
        ["bank", false, true, ',"source":"bank","more":true}'],
        ["bank", true, false, ',"source":"bank","resync":true}'],
        ["bank", true, true, ',"source":"bank","resync":true,"more":true}'],
      ] as const
    ) {
      await t.step(`ends with ${rest}`, () => {
        const text = encodeNotification(written, undefined, {
          ...meta,
          source,
          writer: source === "bank"
            ? undefined
            : { connection: 12, unitId: 255 },
          resync,
          more,
        });
        assertEquals(text, start + rest);
      });
    }
  },
);

Deno.test("encodeRead()", { permissions: "none" }, async (t) => {
  for (
    const [each, id, expected] of [
      [
        cells(holdingRegisters, 0, 2, "00 01 ff ff"),
        7,
        '{"type":"holdingRegisters","address":0,"value":[1,65535],"id":7}',
      ],
      [
        cells(inputRegisters, 5, 1, "00 00"),
        "a",
        '{"type":"inputRegisters","address":5,"value":[0],"id":"a"}',
      ],
      [
        cells(coils, 0, 2, "01"),
        undefined,
        '{"type":"coils","address":0,"value":[true,false]}',
      ],
      [
        cells(discreteInputs, 9, 1, "00"),
        0,
        '{"type":"discreteInputs","address":9,"value":[false],"id":0}',
      ],
    ] as const
  ) {
    await t.step(`is ${expected}`, () => {
      assertEquals(encodeRead(each, undefined, id), expected);
    });
  }
});

/** Ids, and how they come back. */
const IDS: readonly (readonly [MessageId, string])[] = [
  [0, "0"],
  [7, "7"],
  [-1, "-1"],
  [1.5, "1.5"],
  [9_007_199_254_740_991, "9007199254740991"],
  ["", '""'],
  ["7", '"7"'],
  ['a"b\\c', '"a\\"b\\\\c"'],
  ["a\nb\u0000", '"a\\nb\\u0000"'],
  ["ä😀", '"ä😀"'],
  // Half a character is no Unicode: as an escape it gets through.
  ["\ud800", '"\\ud800"'],
];

Deno.test("encodeOk(), encodePong() and encodeRead() bring back", {
  permissions: "none",
}, async (t) => {
  for (const [id, shown] of IDS) {
    await t.step(`the id ${shown}`, () => {
      assertEquals(encodeOk(id), `{"type":"ok","id":${shown}}`);
      assertEquals(encodePong(id), `{"type":"pong","id":${shown}}`);
      const read = encodeRead(cells(coils, 0, 1, "00"), undefined, id);
      assertEquals(
        read,
        `{"type":"coils","address":0,"value":[false],"id":${shown}}`,
      );
    });
  }
});

Deno.test({
  name: "encodePong() without an id has none",
  permissions: "none",
  fn() {
    assertEquals(encodePong(undefined), '{"type":"pong"}');
  },
});

Deno.test("encodeError()", { permissions: "none" }, async (t) => {
  const error = new ProtocolError("address_out_of_range", 'Not "that"\n');
  const rest = '"code":"address_out_of_range","message":"Not \\"that\\"\\n"}';
  await t.step("without an id", () => {
    assertEquals(encodeError(error), `{"type":"error",${rest}`);
  });
  for (const [id, shown] of IDS) {
    await t.step(`with the id ${shown}`, () => {
      error.id = id;
      assertEquals(encodeError(error), `{"type":"error","id":${shown},${rest}`);
    });
  }
});

Deno.test("encodeSubscribed()", { permissions: "none" }, async (t) => {
  const hello = {
    ...{ epoch: "e1", seq: 12, resumed: undefined },
    ...{ more: false, readOnly: false, units: undefined },
  };
  for (
    const [id, given, expected] of [
      [undefined, undefined, '{"type":"subscribed"}'],
      [7, undefined, '{"type":"subscribed","id":7}'],
      [undefined, hello, '{"type":"subscribed","epoch":"e1","seq":12}'],
      ["a", hello, '{"type":"subscribed","epoch":"e1","seq":12,"id":"a"}'],
      [
        0,
        { ...hello, resumed: true },
        '{"type":"subscribed","epoch":"e1","seq":12,"resumed":true,"id":0}',
      ],
      [
        1,
        { ...hello, resumed: false, more: true },
        '{"type":"subscribed","epoch":"e1","seq":12,"resumed":false,"more":true,"id":1}',
      ],
      [
        undefined,
        { ...hello, readOnly: true },
        '{"type":"subscribed","epoch":"e1","seq":12,"readOnly":true}',
      ],
    ] as const
  ) {
    await t.step(`is ${expected}`, () => {
      assertEquals(encodeSubscribed(id, given), expected);
    });
  }
});

const TABLES = [coils, discreteInputs, inputRegisters, holdingRegisters];

/** Random cells as values, and the same in wire form, made without the code under test. */
function randomCells(
  random: Random,
  table: Table,
  count: number,
): [Cells, (boolean | number)[]] {
  const last = 65_536 - count;
  const address = random.pick([0, random.between(0, last), last]);
  if (isBitTable(table)) {
    const value = Array.from({ length: count }, () => random.oneIn(2));
    const values = new Uint8Array(Math.ceil(count / 8));
    value.forEach((bit, i) =>
      values[Math.floor(i / 8)]! += Number(bit) * 2 ** (i % 8)
    );
    return [{ table, address, count, values }, value];
  }
  const value = Array.from(
    { length: count },
    () => random.pick([0, 1, 255, 256, 32_768, 65_535, random.int(65_536)]),
  );
  const view = new DataView(new ArrayBuffer(2 * count));
  value.forEach((each, i) => view.setUint16(2 * i, each));
  return [
    { table, address, count, values: new Uint8Array(view.buffer) },
    value,
  ];
}

const SET = [
  "setCoils",
  "setDiscreteInputs",
  "setInputRegisters",
  "setHoldingRegisters",
];
const NAMES = ["coils", "discreteInputs", "inputRegisters", "holdingRegisters"];

function checkRoundTrip(
  each: Cells,
  value: readonly (boolean | number)[],
): void {
  const { table, address } = each;
  const text = encodeNotification(each);
  assertEquals(text, JSON.stringify({ type: SET[table], address, value }));
  const expected = {
    type: "write",
    id: undefined,
    unit: undefined,
    ...each,
  } as const;
  assertEquals(parseMessage(text), expected);
  assertEquals(
    encodeRead(each, undefined, 1),
    JSON.stringify({ type: NAMES[table], address, value, id: 1 }),
  );
}

Deno.test({
  name:
    "encodeNotification() writes what JSON.stringify would, and what parseMessage() reads back",
  permissions: "none",
  fn() {
    for (let seed = 1; seed <= 2000; seed++) {
      const random = new Random(seed);
      const [each, value] = randomCells(
        random,
        random.pick(TABLES),
        random.between(1, 70),
      );
      try {
        checkRoundTrip(each, value);
      } catch (error) {
        throw new Error(`Seed ${seed}`, { cause: error });
      }
    }
  },
});

Deno.test({
  name: "encodeNotification() of whole tables",
  permissions: "none",
  fn() {
    for (const table of TABLES) {
      checkRoundTrip(...randomCells(new Random(table), table, 65_536));
    }
  },
});

Deno.test(
  "units with cells of their own are named",
  { permissions: "none" },
  () => {
    // The second unit's holding registers.
    const own = {
      table: 7,
      address: 3,
      count: 2,
      values: Uint8Array.of(0, 1, 0, 2),
    };
    assertEquals(
      encodeNotification(own, 12),
      '{"type":"setHoldingRegisters","address":3,"value":[1,2],"unit":12}',
    );
    assertEquals(
      encodeRead(own, 12, "a"),
      '{"type":"holdingRegisters","address":3,"value":[1,2],"unit":12,"id":"a"}',
    );
    const meta = {
      seq: 1,
      time: 2,
      source: "modbus",
      resync: false,
      more: false,
    } as const;
    assertEquals(
      encodeNotification(own, 12, {
        ...meta,
        writer: { connection: 5, unitId: 12 },
      }),
      '{"type":"setHoldingRegisters","address":3,"value":[1,2],"unit":12,"seq":1,"time":2,"source":"modbus","connection":5}',
    );
  },
);
