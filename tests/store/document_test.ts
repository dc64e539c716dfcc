import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Table,
  TABLE_NAMES,
  TABLE_SIZE,
  wireLength,
} from "../../src/bank/tables.ts";
import {
  type Document,
  DocumentError,
  formatDocument,
  formatParts,
  parseDocument,
  parseParts,
} from "../../src/store/document.ts";
import { Random } from "../testing/random.ts";

const permissions = "none";

const empty = () =>
  TABLE_NAMES.map((name) =>
    new Uint8Array(wireLength(Table[name], TABLE_SIZE))
  );

const wrap = (members: string) =>
  `{"format":"modbus-ws-adapter bank","version":1,${members}}`;

Deno.test("formatDocument() writes blocks of cells that are not all 0", {
  permissions,
}, () => {
  const [coils, inputs, inputRegisters, registers] = empty();
  coils![0] = 0b101;
  inputs![8191] = 0x80;
  registers![0] = 0x12;
  registers![1] = 0x34;
  registers![131_071] = 1;
  const zeros = (count: number) => "0,".repeat(count);
  const tables = [coils!, inputs!, inputRegisters!, registers!];
  const expected = `{
  "format": "modbus-ws-adapter bank",
  "version": 1,
  "coils": [
    { "address": 0, "value": [1,0,1,${zeros(29).slice(0, -1)}] }
  ],
  "discreteInputs": [
    { "address": 65504, "value": [${zeros(31)}1] }
  ],
  "inputRegisters": [],
  "holdingRegisters": [
    { "address": 0, "value": [4660,${zeros(15).slice(0, -1)}] },
    { "address": 65520, "value": [${zeros(15)}1] }
  ]
}
`;
  assertEquals(formatDocument(new Map([[undefined, tables]])), expected);
});

Deno.test("formatDocument() puts units by their ids", { permissions }, () => {
  const [coils] = empty();
  const document: Document = new Map([
    [1, [coils, undefined, undefined, undefined]],
    [20, [undefined, coils, undefined, undefined]],
  ]);
  const expected = `{
  "format": "modbus-ws-adapter bank",
  "version": 1,
  "units": {
    "1": {
      "coils": []
    },
    "20": {
      "discreteInputs": []
    }
  }
}
`;
  assertEquals(formatDocument(document), expected);
  assertEquals(parseDocument(expected), document);
});

Deno.test("formatDocument() and parseDocument() are inverse", {
  permissions,
}, () => {
  const random = new Random(3);
  for (const density of [0, 1, 50]) {
    const tables = empty();
    for (const cells of tables) {
      for (let i = 0; i < cells.length && density > 0; i++) {
        if (random.oneIn(density)) cells[i] = random.int(256);
      }
    }
    const document: Document = new Map([[undefined, tables], [7, tables]]);
    const text = formatDocument(document);
    assertEquals(parseDocument(text), document);
    // It is also plain JSON, and one cell changes one line.
    const parsed = JSON.parse(text);
    assertEquals(Object.keys(parsed.units["7"]), [...TABLE_NAMES]);
    assert(text.split("\n").length < 26_000);
    tables[3]![77]! ^= 1;
    const before = text.split("\n");
    const after = formatDocument(document).split("\n");
    if (density !== 1) continue;
    assertEquals(after.filter((line, i) => line !== before[i]).length, 2);
  }
});

Deno.test(
  "parseDocument() takes ranges of any length and values as in messages",
  {
    permissions,
  },
  () => {
    const document = parseDocument(wrap(`
    "coils": [{"address": 9, "value": [true]}, {"address": 0, "value": [0, 1]}],
    "holdingRegisters": [{"value": [-1, 65535], "address": 65534}]`));
    const [coils, inputs, inputRegisters, registers] = document.get(undefined)!;
    assertEquals(coils!.subarray(0, 3), Uint8Array.of(2, 2, 0));
    assertEquals([inputs, inputRegisters], [undefined, undefined]);
    const end = new Uint8Array(4).fill(0xff);
    assertEquals(registers!.subarray(131_068), end);
  },
);

const REFUSED: readonly (readonly [string, string])[] = [
  ["[]", "It must be a JSON object"],
  ["null", "It must be a JSON object"],
  ["{}", '"format" must be "modbus-ws-adapter bank"'],
  [
    '{"format":"modbus-ws-adapter bank","version":2}',
    '"version" must be 1: this program knows no other',
  ],
  [wrap('"coil":[]'), '"coil" is not known'],
  [wrap('"coils":{}'), '"coils" must be an array'],
  [wrap('"coils":[1]'), "coils[0] must be a JSON object"],
  [
    wrap('"coils":[{"address":0,"value":[1],"count":1}]'),
    'coils[0] has "count", which is not known',
  ],
  [
    wrap('"coils":[{"value":[1]}]'),
    "coils[0].address must be an integer from 0 to 65535",
  ],
  [
    wrap('"coils":[{"address":1.5,"value":[1]}]'),
    "coils[0].address must be an integer from 0 to 65535",
  ],
  [
    wrap('"coils":[{"address":0,"value":1}]'),
    "coils[0].value must be an array of values",
  ],
  [
    wrap('"coils":[{"address":0,"value":[]}]'),
    "coils[0].value must be an array of values",
  ],
  [
    wrap('"coils":[{"address":65535,"value":[1,1]}]'),
    "coils[0] goes beyond the last address, 65535",
  ],
  [
    wrap('"coils":[{"address":0,"value":[1,2]}]'),
    "coils[0].value[1] must be 0, 1, false or true",
  ],
  [
    wrap('"coils":[{"address":0,"value":[1,1]},{"address":1,"value":[0]}]'),
    "coils[1] has address 1 again",
  ],
  [
    wrap('"inputRegisters":[{"address":0,"value":[65536]}]'),
    "inputRegisters[0].value[0] must be an integer from -32768 to 65535",
  ],
  [
    wrap('"inputRegisters":[{"address":0,"value":["1"]}]'),
    "inputRegisters[0].value[0] must be an integer from -32768 to 65535",
  ],
  [wrap('"units":[]'), "units must be a JSON object"],
  [
    wrap('"units":{"256":{}}'),
    '"256" in units is not a unit id from 0 to 255',
  ],
  [wrap('"units":{"01":{}}'), '"01" in units is not a unit id from 0 to 255'],
  [wrap('"units":{"1":{"x":[]}}'), '"units.1.x" is not known'],
  [
    wrap('"units":{"1":{"coils":[{"address":-1,"value":[1]}]}}'),
    "units.1.coils[0].address must be an integer from 0 to 65535",
  ],
];

Deno.test("parseDocument() says what is wrong where", {
  permissions,
}, async (t) => {
  for (const [text, message] of REFUSED) {
    await t.step(text, () => {
      const error = assertThrows(() => parseDocument(text), DocumentError);
      assertEquals(error.message, message);
    });
  }
  await t.step("text that is not JSON", () => {
    assertThrows(() => parseDocument("{"), DocumentError, "It is not JSON: ");
  });
});

Deno.test(
  "formatParts() and parseParts() go unit by unit",
  { permissions },
  () => {
    const tables = empty();
    const document: Document = new Map([1, 7, 9].map((id) => [id, tables]));
    const parts = [...formatParts(document)];
    for (const id of [1, 7, 9]) {
      const having = parts.filter((part) => part.includes(`"${id}": {`));
      assertEquals(having.length, 1);
    }
    assertEquals(parts.join(""), formatDocument(document));
    const broken = parseParts(wrap('"units":{"1":{},"2":{"coils":[1]}}'));
    assertEquals(broken.next().value?.[0], 1);
    assertThrows(() => broken.next(), DocumentError, "units.2.coils[0]");
  },
);
