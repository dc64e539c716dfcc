import { assert, assertEquals, assertThrows } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import type { Fields } from "../../src/ws/fields.ts";
import { ProtocolError } from "../../src/ws/messages.ts";
import { parseSubscribe } from "../../src/ws/parse_subscribe.ts";
import { test } from "../testing/pure.ts";

/** What a subscription without any field asks for. */
const NOTHING_SAID = {
  ranges: undefined,
  snapshot: false,
  echo: false,
  batch: false,
  meta: false,
  resume: undefined,
};

const coils = { table: "coils", address: 0, count: 16 };

const ACCEPTED: readonly {
  readonly name: string;
  readonly fields: Fields;
  readonly expected: Partial<ReturnType<typeof parseSubscribe>>;
}[] = [
  { name: "nothing", fields: {}, expected: {} },
  { name: "no ranges", fields: { ranges: [] }, expected: { ranges: [] } },
  {
    name: "the design's example",
    fields: { ranges: [coils], snapshot: true },
    expected: {
      ranges: [{ table: Table.coils, address: 0, count: 16 }],
      snapshot: true,
    },
  },
  {
    name: "each table, first, last and all cells",
    fields: {
      ranges: [
        { table: "coils", address: 0, count: 1 },
        { table: "discreteInputs", address: 65_535, count: 1 },
        { table: "inputRegisters", address: 0, count: 65_536 },
        { table: "holdingRegisters", address: 1, count: 65_535 },
      ],
    },
    expected: {
      ranges: [
        { table: Table.coils, address: 0, count: 1 },
        { table: Table.discreteInputs, address: 65_535, count: 1 },
        { table: Table.inputRegisters, address: 0, count: 65_536 },
        { table: Table.holdingRegisters, address: 1, count: 65_535 },
      ],
    },
  },
  {
    name: "all options",
    fields: { snapshot: true, echo: true, batch: true, meta: true },
    expected: { snapshot: true, echo: true, batch: true, meta: true },
  },
  {
    name: "options that are off",
    fields: { snapshot: false, echo: false, batch: false, meta: false },
    expected: {},
  },
  {
    name: "a point to resume from",
    fields: { resume: { epoch: "e", seq: 0 } },
    expected: { resume: { epoch: "e", seq: 0 } },
  },
  {
    name: "the longest epoch and the largest number",
    fields: { resume: { epoch: "e".repeat(64), seq: 2 ** 53 - 1 } },
    expected: { resume: { epoch: "e".repeat(64), seq: 2 ** 53 - 1 } },
  },
  {
    name: "fields that it does not know",
    fields: { ranges: [{ ...coils, name: "door" }], colour: "red" },
    expected: { ranges: [{ table: Table.coils, address: 0, count: 16 }] },
  },
];

for (const { name, fields, expected } of ACCEPTED) {
  test(`parseSubscribe() accepts ${name}`, () => {
    assertEquals(parseSubscribe(fields), { ...NOTHING_SAID, ...expected });
  });
}

const TABLES = "coils, discreteInputs, inputRegisters, holdingRegisters";
const RANGES = '"ranges" must be an array of up to 1024 ranges, not ';
const RANGE =
  '"ranges[0]" must be an object with table, address and count, not ';
const TABLE = `"ranges[0].table" must be one of ${TABLES}, not `;
const ADDRESS = '"ranges[0].address" must be an integer from 0 to 65535, not ';
const COUNT = '"ranges[0].count" must be an integer from 1 to 65536, not ';
const RESUME = '"resume" must be an object with epoch and seq, not ';
const EPOCH = '"resume.epoch" must be the text of an earlier answer, not ';
const SEQ = '"resume.seq" must be an integer from 0, not ';

/** Each wrong field, and what the error says of it. */
const REFUSED: readonly (readonly [
  fields: Fields,
  code: string,
  message: string,
])[] = [
  [{ ranges: null }, "invalid_ranges", `${RANGES}null`],
  [{ ranges: coils }, "invalid_ranges", `${RANGES}an object`],
  [{ ranges: "coils" }, "invalid_ranges", `${RANGES}"coils"`],
  [{ ranges: 0 }, "invalid_ranges", `${RANGES}0`],
  [{ ranges: new Array(1025).fill(coils) }, "invalid_ranges", `${RANGES}1025`],
  [{ ranges: [null] }, "invalid_ranges", `${RANGE}null`],
  [{ ranges: ["coils"] }, "invalid_ranges", `${RANGE}"coils"`],
  [{ ranges: [[coils]] }, "invalid_ranges", `${RANGE}an array`],
  [{ ranges: [{}] }, "invalid_ranges", `${TABLE}left out`],
  [{ ranges: [{ ...coils, table: 0 }] }, "invalid_ranges", `${TABLE}0`],
  [
    { ranges: [{ ...coils, table: "Coils" }] },
    "invalid_ranges",
    `${TABLE}"Coils"`,
  ],
  [
    { ranges: [{ ...coils, table: "__proto__" }] },
    "invalid_ranges",
    `${TABLE}"__proto__"`,
  ],
  [
    { ranges: [{ ...coils, table: ["coils"] }] },
    "invalid_ranges",
    `${TABLE}an array`,
  ],
  [
    { ranges: [{ table: "coils", count: 1 }] },
    "invalid_address",
    `${ADDRESS}left out`,
  ],
  [
    { ranges: [{ ...coils, address: "0" }] },
    "invalid_address",
    `${ADDRESS}"0"`,
  ],
  [
    { ranges: [{ ...coils, address: 0.5 }] },
    "invalid_address",
    `${ADDRESS}0.5`,
  ],
  [
    { ranges: [{ ...coils, address: null }] },
    "invalid_address",
    `${ADDRESS}null`,
  ],
  [
    { ranges: [{ ...coils, address: -1 }] },
    "address_out_of_range",
    '"ranges[0].address" -1 is not an integer from 0 to 65535',
  ],
  [
    { ranges: [{ ...coils, address: 65_536 }] },
    "address_out_of_range",
    '"ranges[0].address" 65536 is not an integer from 0 to 65535',
  ],
  [
    { ranges: [{ ...coils, address: 65_521 }] },
    "address_out_of_range",
    '"ranges[0].address" 65521 and 16 cells end at 65536: the last cell is 65535',
  ],
  [{ ranges: [{ ...coils, count: 0 }] }, "invalid_count", `${COUNT}0`],
  [{ ranges: [{ ...coils, count: -1 }] }, "invalid_count", `${COUNT}-1`],
  [{ ranges: [{ ...coils, count: 65_537 }] }, "invalid_count", `${COUNT}65537`],
  [{ ranges: [{ ...coils, count: 1.5 }] }, "invalid_count", `${COUNT}1.5`],
  [{ ranges: [{ ...coils, count: "16" }] }, "invalid_count", `${COUNT}"16"`],
  [
    { ranges: [{ table: "coils", address: 0 }] },
    "invalid_count",
    `${COUNT}left out`,
  ],
  ...["snapshot", "echo", "batch", "meta"].flatMap((name) =>
    ([
      [null, "null"],
      [1, "1"],
      ["true", '"true"'],
      [[], "an array"],
      [{}, "an object"],
    ] as const).map(([value, said]) =>
      [
        { [name]: value },
        "invalid_option",
        `"${name}" must be true or false, not ${said}`,
      ] as const
    )
  ),
  [{ resume: null }, "invalid_resume", `${RESUME}null`],
  [{ resume: true }, "invalid_resume", `${RESUME}true`],
  [{ resume: 7 }, "invalid_resume", `${RESUME}7`],
  [{ resume: ["e", 1] }, "invalid_resume", `${RESUME}an array`],
  [{ resume: {} }, "invalid_resume", `${EPOCH}left out`],
  [{ resume: { epoch: 1, seq: 1 } }, "invalid_resume", `${EPOCH}1`],
  [
    { resume: { epoch: "e".repeat(65), seq: 1 } },
    "invalid_resume",
    `${EPOCH}"${"e".repeat(39)}…`,
  ],
  [{ resume: { epoch: "e" } }, "invalid_resume", `${SEQ}left out`],
  [{ resume: { epoch: "e", seq: -1 } }, "invalid_resume", `${SEQ}-1`],
  [{ resume: { epoch: "e", seq: 1.5 } }, "invalid_resume", `${SEQ}1.5`],
  [{ resume: { epoch: "e", seq: "1" } }, "invalid_resume", `${SEQ}"1"`],
  [{ resume: { epoch: "e", seq: null } }, "invalid_resume", `${SEQ}null`],
  [
    { resume: { epoch: "e", seq: 2 ** 53 } },
    "invalid_resume",
    `${SEQ}9007199254740992`,
  ],
];

Deno.test({
  name: "parseSubscribe() refuses, and says which field and what is allowed",
  permissions: "none",
  async fn(t) {
    for (const [fields, code, message] of REFUSED) {
      const given = JSON.stringify(fields).slice(0, 80);
      await t.step(given, () => {
        const error = assertThrows(() => parseSubscribe(fields), ProtocolError);
        assertEquals([error.code, error.message], [code, message]);
      });
    }
  },
});

test("parseSubscribe() names the range that is wrong among others", () => {
  const ranges = [coils, coils, { ...coils, count: 0 }, { ...coils, count: 0 }];
  const error = assertThrows(() => parseSubscribe({ ranges }), ProtocolError);
  assert(error.message.startsWith('"ranges[2].count"'), error.message);
});

test("parseSubscribe() accepts 1,024 ranges", () => {
  const ranges = new Array(1024).fill(coils);
  assertEquals(parseSubscribe({ ranges }).ranges?.length, 1024);
});
