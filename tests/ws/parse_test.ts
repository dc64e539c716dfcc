import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import {
  type ClientMessage,
  type ErrorCode,
  type MessageId,
  ProtocolError,
} from "../../src/ws/messages.ts";
import { parseMessage } from "../../src/ws/parse.ts";
import { toHex } from "../testing/hex.ts";

const TABLE_SIZE = 65_536;

/** Types of the protocol by table: writes, then reads; the proper one first, then those that are accepted. */
const TYPES: Readonly<
  Record<keyof typeof Table, readonly [string[], string[]]>
> = {
  coils: [["setCoils", "setCoil"], ["getCoils", "getCoil"]],
  discreteInputs: [
    // As in the original: its list has the singular, its example the misspelling.
    ["setDiscreteInputs", "setDiscreteInput", "setDiscteteInputs"],
    ["getDiscreteInputs", "getDiscreteInput"],
  ],
  inputRegisters: [
    ["setInputRegisters", "setInputRegister"],
    ["getInputRegisters", "getInputRegister"],
  ],
  holdingRegisters: [
    ["setHoldingRegisters", "setHoldingRegister"],
    ["getHoldingRegisters", "getHoldingRegister"],
  ],
};

const TABLES = Object.keys(TYPES) as (keyof typeof Table)[];
const BITS = ["coils", "discreteInputs"] as const;
const REGISTERS = ["inputRegisters", "holdingRegisters"] as const;

function parse(message: unknown): ClientMessage {
  return parseMessage(JSON.stringify(message));
}

/** Parses a write and shows its values in wire form. */
function wire(message: unknown): string {
  const parsed = parse(message);
  assert(parsed.type === "write");
  return toHex(parsed.values);
}

/** What a text is refused with. Anything but a ProtocolError fails the test. */
function refusal(
  text: string,
): { code: ErrorCode; message: string; id: MessageId | undefined } {
  try {
    parseMessage(text);
  } catch (error) {
    assertInstanceOf(error, ProtocolError);
    const { code, message, id } = error;
    return { code, message, id };
  }
  throw new Error("It was accepted");
}

Deno.test(
  "parseMessage() knows the type",
  { permissions: "none" },
  async (t) => {
    for (const name of TABLES) {
      const [writes, reads] = TYPES[name];
      const common = {
        id: undefined,
        unit: undefined,
        table: Table[name],
        address: 3,
        count: 1,
      };
      for (const type of writes) {
        await t.step(`${type}, which writes ${name}`, () => {
          const { values, ...rest } = parse({
            type,
            address: 3,
            value: [1],
          }) as { values: Uint8Array };
          assertEquals(rest, { type: "write", ...common });
          assertEquals(
            toHex(values),
            BITS.includes(name as "coils") ? "01" : "00 01",
          );
        });
      }
      for (const type of reads) {
        await t.step(`${type}, which reads ${name}`, () => {
          assertEquals(parse({ type, address: 3, count: 1 }), {
            type: "read",
            ...common,
          });
        });
      }
    }
    await t.step("ping", () => {
      assertEquals(parse({ type: "ping" }), {
        type: "ping",
        id: undefined,
        unit: undefined,
      });
    });
  },
);

Deno.test({
  name: "parseMessage() takes the example of the original's README",
  permissions: "none",
  fn() {
    const text =
      '{"type":"setDiscteteInputs","address":3,"value":[true,false,true]}';
    assertEquals(parseMessage(text), {
      type: "write",
      id: undefined,
      unit: undefined,
      table: Table.discreteInputs,
      address: 3,
      count: 3,
      values: Uint8Array.of(0b101),
    });
  },
});

Deno.test({
  name: "parseMessage() understands a token, and repeats none in an error",
  permissions: "none",
  fn() {
    const token = "s3cret-s3cret-s3cret";
    assertEquals(parse({ type: "auth", token, id: 7 }), {
      ...{ type: "auth", token, id: 7, unit: undefined } as const,
    });
    for (const wrong of [undefined, null, 7, [token], { token }]) {
      const text = JSON.stringify({ type: "auth", token: wrong });
      const { code, message } = refusal(text);
      assertEquals([code, message], [
        "invalid_token",
        '"token" must be a string',
      ]);
    }
  },
});

Deno.test(
  "parseMessage() does not know the type",
  { permissions: "none" },
  async (t) => {
    for (
      const type of [
        "",
        "SETCOILS",
        "setcoils",
        "setCoils ",
        "set",
        "get",
        "coils",
        "setCoil s",
        "getDiscteteInputs",
        "setDiscteteInput",
        "setHoldingRegisterss",
        "write",
        "read",
        "pong",
        "ok",
        "error",
        "constructor",
        "__proto__",
        "toString",
        "hasOwnProperty",
      ]
    ) {
      await t.step(JSON.stringify(type), () => {
        const { code, message } = refusal(
          JSON.stringify({ type, address: 0, value: [1], count: 1 }),
        );
        assertEquals(code, "unknown_type");
        const known =
          "subscribe, ping, auth, or set and get with one of Coils, DiscreteInputs, InputRegisters, HoldingRegisters behind";
        assertEquals(
          message,
          `"type" ${JSON.stringify(type)} is not known: it is ${known}`,
        );
      });
    }
  },
);

Deno.test("parseMessage() of bits", { permissions: "none" }, async (t) => {
  for (
    const [value, expected] of [
      [[true], "01"],
      [[false], "00"],
      [[1], "01"],
      [[0], "00"],
      [[-0], "00"],
      [[true, false, true], "05"],
      [[1, 0, 1], "05"],
      [[true, 0, 1, false], "05"],
      // The example of function 0F (Application Protocol V1.1b3, 6.11): CD 01.
      [[1, 0, 1, 1, 0, 0, 1, 1, 1, 0], "cd 01"],
      [[0, 0, 0, 0, 0, 0, 0, 1], "80"],
      [[0, 0, 0, 0, 0, 0, 0, 0, 1], "00 01"],
    ] as const
  ) {
    for (const name of BITS) {
      await t.step(`${JSON.stringify(value)} to ${name} is ${expected}`, () => {
        assertEquals(
          wire({ type: TYPES[name][0][0], address: 0, value }),
          expected,
        );
      });
    }
  }
});

Deno.test("parseMessage() of registers", { permissions: "none" }, async (t) => {
  for (
    const [value, expected] of [
      ["[0]", "00 00"],
      ["[-0]", "00 00"],
      ["[1]", "00 01"],
      ["[255,256]", "00 ff 01 00"],
      ["[32767]", "7f ff"],
      ["[32768]", "80 00"],
      ["[65535]", "ff ff"],
      ["[-1]", "ff ff"],
      ["[-2]", "ff fe"],
      ["[-32767]", "80 01"],
      ["[-32768]", "80 00"],
      ["[1.0]", "00 01"],
      ["[1e3]", "03 e8"],
      ["[6.5535e4]", "ff ff"],
      // The example of function 10 (Application Protocol V1.1b3, 6.12).
      ["[10,258]", "00 0a 01 02"],
    ] as const
  ) {
    for (const name of REGISTERS) {
      await t.step(`${value} to ${name} is ${expected}`, () => {
        const text = `{"type":"${
          TYPES[name][0][0]
        }","address":0,"value":${value}}`;
        const parsed = parseMessage(text);
        assert(parsed.type === "write");
        assertEquals(toHex(parsed.values), expected);
      });
    }
  }
});

Deno.test({
  name: "parseMessage() of every register value is its two's complement",
  permissions: "none",
  fn() {
    const view = new DataView(new ArrayBuffer(2 * TABLE_SIZE));
    for (const from of [0, -32_768]) {
      const most = from === 0 ? TABLE_SIZE : 32_768;
      const value = Array.from({ length: most }, (_, i) => from + i);
      value.forEach((each, i) => view.setInt16(2 * i, each));
      const parsed = parse({ type: "setHoldingRegisters", address: 0, value });
      assert(parsed.type === "write");
      assertEquals(parsed.values, new Uint8Array(view.buffer, 0, 2 * most));
    }
  },
});

Deno.test("parseMessage() of ranges", { permissions: "none" }, async (t) => {
  for (
    const [address, count] of [
      [0, 1],
      [0, 2],
      [1, 1],
      [32_768, 1],
      [65_535, 1],
      [65_534, 2],
      [0, 65_535],
      [1, 65_535],
      [0, 65_536],
    ] as const
  ) {
    for (const name of TABLES) {
      const [[write], [read]] = TYPES[name];
      const expected = { table: Table[name], address, count };
      await t.step(`${count} ${name} from ${address}`, () => {
        const value = new Array(count).fill(1);
        const parsed = parse({ type: write, address, value });
        assert(parsed.type === "write");
        const { table, values } = parsed;
        assertEquals(
          { table, address: parsed.address, count: parsed.count },
          expected,
        );
        const bits = BITS.includes(name as "coils");
        assertEquals(values.length, bits ? Math.ceil(count / 8) : 2 * count);
        assertEquals(parse({ type: read, address, count }), {
          type: "read",
          id: undefined,
          unit: undefined,
          ...expected,
        });
      });
    }
  }
});

Deno.test("parseMessage() keeps", { permissions: "none" }, async (t) => {
  for (
    const id of [
      0,
      -1,
      1.5,
      7,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      "",
      "7",
      'a b\n"\\',
      "\u0000",
      "ä😀",
      "\ud800",
      "__proto__",
      "x".repeat(256),
    ]
  ) {
    const shown = JSON.stringify(id).slice(0, 30);
    await t.step(`the id ${shown}`, () => {
      for (
        const rest of [{ type: "ping" }, {
          type: "getCoils",
          address: 0,
          count: 1,
        }]
      ) {
        assertEquals(parse({ ...rest, id }).id, id);
      }
    });
    await t.step(`the id ${shown} in the error`, () => {
      for (
        const rest of [{}, { type: "x" }, { type: "getCoils" }, {
          type: "ping",
          unit: -1,
        }]
      ) {
        assertEquals(refusal(JSON.stringify({ ...rest, id })).id, id);
      }
    });
  }
  for (const unit of [0, 1, 17, 247, 255]) {
    await t.step(`the unit ${unit}`, () => {
      assertEquals(parse({ type: "ping", unit }).unit, unit);
      assertEquals(
        parse({ type: "setCoil", address: 0, value: [1], unit }).unit,
        unit,
      );
    });
  }
});

Deno.test({
  name: "parseMessage() passes over fields that it does not know",
  permissions: "none",
  fn() {
    const expected = { type: "ping", id: 1, unit: undefined } as const;
    assertEquals(
      parse({ type: "ping", id: 1, value: "x", address: -1 }),
      expected,
    );
    assertEquals(
      parse({ "": 0, type: "ping", id: 1, constructor: 1 }),
      expected,
    );
    const text =
      '{"__proto__":{"unit":5,"id":9},"type":"ping","id":1,"unit":null}';
    assertEquals(refusal(text).code, "invalid_unit");
    assertEquals(parseMessage(text.replace(',"unit":null', "")), expected);
  },
});

Deno.test({
  name:
    "parseMessage() takes the last of several fields of one name, as JSON.parse does",
  permissions: "none",
  fn() {
    const text = '{"type":"getCoils","type":"ping","id":1,"id":2}';
    assertEquals(parseMessage(text), { type: "ping", id: 2, unit: undefined });
  },
});

Deno.test({
  name: "parseMessage() takes white space where JSON has it",
  permissions: "none",
  fn() {
    const text = ' \t\r\n{ "type" : "ping" }\n ';
    assertEquals(parseMessage(text), {
      type: "ping",
      id: undefined,
      unit: undefined,
    });
  },
});

const W = (rest: string) => `{"type":"setHoldingRegisters",${rest}}`;
const C = (rest: string) => `{"type":"setCoils",${rest}}`;
const R = (rest: string) => `{"type":"getCoils",${rest}}`;

const ADDRESS = '"address" must be an integer from 0 to 65535, not';
const COUNT = '"count" must be an integer from 1 to 65536, not';
const REGISTER = "must be an integer from -32768 to 65535, not";
const BIT = "must be true, false, 1 or 0, not";
const ARRAY = '"value" must be an array, also for a single cell, not';
const LENGTH = '"value" must have 1 to 65536 elements, not';
const UNIT = '"unit" must be an integer from 0 to 255, not';
const ID =
  '"id" must be a string of up to 256 characters or a number within ±9007199254740991, not';
const TYPE = '"type" must be a string, not';
const OBJECT = "A message is one JSON object, not";
const LONG = "x".repeat(300);

/** What is sent, the code, and the whole message: it names the field, what it is, what is allowed. */
const REFUSED:
  readonly (readonly [text: string, code: ErrorCode, message: string])[] = [
    ["null", "invalid_message", `${OBJECT} null`],
    ["true", "invalid_message", `${OBJECT} true`],
    ["1", "invalid_message", `${OBJECT} 1`],
    ["-0", "invalid_message", `${OBJECT} 0`],
    ["1e400", "invalid_message", `${OBJECT} Infinity`],
    ['"ping"', "invalid_message", `${OBJECT} "ping"`],
    ["[]", "invalid_message", `${OBJECT} an array`],
    ['[{"type":"ping"}]', "invalid_message", `${OBJECT} an array`],

    ["{}", "invalid_message", `${TYPE} left out`],
    ['{"Type":"ping"}', "invalid_message", `${TYPE} left out`],
    ['{"__proto__":{"type":"ping"}}', "invalid_message", `${TYPE} left out`],
    ['{"type":null}', "invalid_message", `${TYPE} null`],
    ['{"type":1}', "invalid_message", `${TYPE} 1`],
    ['{"type":true}', "invalid_message", `${TYPE} true`],
    ['{"type":["ping"]}', "invalid_message", `${TYPE} an array`],
    ['{"type":{"ping":1}}', "invalid_message", `${TYPE} an object`],

    ['{"type":"ping","id":null}', "invalid_id", `${ID} null`],
    ['{"type":"ping","id":true}', "invalid_id", `${ID} true`],
    ['{"type":"ping","id":[1]}', "invalid_id", `${ID} an array`],
    ['{"type":"ping","id":{"a":1}}', "invalid_id", `${ID} an object`],
    [
      `{"type":"ping","id":"${"x".repeat(257)}"}`,
      "invalid_id",
      `${ID} "${"x".repeat(39)}…`,
    ],
    ['{"type":"ping","id":1e400}', "invalid_id", `${ID} Infinity`],
    ['{"type":"ping","id":-1e400}', "invalid_id", `${ID} -Infinity`],
    [
      '{"type":"ping","id":9007199254740993}',
      "invalid_id",
      `${ID} 9007199254740992`,
    ],
    ['{"type":"x","id":[1]}', "invalid_id", `${ID} an array`],

    ['{"type":"ping","unit":-1}', "invalid_unit", `${UNIT} -1`],
    ['{"type":"ping","unit":256}', "invalid_unit", `${UNIT} 256`],
    ['{"type":"ping","unit":1.5}', "invalid_unit", `${UNIT} 1.5`],
    ['{"type":"ping","unit":"1"}', "invalid_unit", `${UNIT} "1"`],
    ['{"type":"ping","unit":null}', "invalid_unit", `${UNIT} null`],
    ['{"type":"ping","unit":[1]}', "invalid_unit", `${UNIT} an array`],
    [C('"unit":300,"address":0,"value":[1]'), "invalid_unit", `${UNIT} 300`],

    [C('"value":[1]'), "invalid_address", `${ADDRESS} left out`],
    [C('"value":[1],"address":null'), "invalid_address", `${ADDRESS} null`],
    [C('"value":[1],"address":"3"'), "invalid_address", `${ADDRESS} "3"`],
    [C('"value":[1],"address":true'), "invalid_address", `${ADDRESS} true`],
    [C('"value":[1],"address":[3]'), "invalid_address", `${ADDRESS} an array`],
    [C('"value":[1],"address":{}'), "invalid_address", `${ADDRESS} an object`],
    [C('"value":[1],"address":1.5'), "invalid_address", `${ADDRESS} 1.5`],
    [
      C('"value":[1],"address":1e400'),
      "invalid_address",
      `${ADDRESS} Infinity`,
    ],
    [
      C(`"value":[1],"address":"${LONG}"`),
      "invalid_address",
      `${ADDRESS} "${"x".repeat(39)}…`,
    ],
    [R('"count":1'), "invalid_address", `${ADDRESS} left out`],

    [
      C('"value":[1],"address":-1'),
      "address_out_of_range",
      '"address" -1 is not an integer from 0 to 65535',
    ],
    [
      C('"value":[1],"address":65536'),
      "address_out_of_range",
      '"address" 65536 is not an integer from 0 to 65535',
    ],
    [
      C('"value":[1],"address":1e300'),
      "address_out_of_range",
      '"address" 1e+300 is not an integer from 0 to 65535',
    ],
    [
      C('"value":[1,0],"address":65535'),
      "address_out_of_range",
      '"address" 65535 and 2 cells end at 65536: the last cell is 65535',
    ],
    [
      W('"value":[1,0,1],"address":65534'),
      "address_out_of_range",
      '"address" 65534 and 3 cells end at 65536: the last cell is 65535',
    ],
    [
      R('"address":1,"count":65536'),
      "address_out_of_range",
      '"address" 1 and 65536 cells end at 65536: the last cell is 65535',
    ],
    [
      R('"address":65535,"count":65536'),
      "address_out_of_range",
      '"address" 65535 and 65536 cells end at 131070: the last cell is 65535',
    ],
    [
      R('"address":65536,"count":1'),
      "address_out_of_range",
      '"address" 65536 is not an integer from 0 to 65535',
    ],

    [R('"address":0'), "invalid_count", `${COUNT} left out`],
    [R('"address":0,"count":0'), "invalid_count", `${COUNT} 0`],
    [R('"address":0,"count":-0'), "invalid_count", `${COUNT} 0`],
    [R('"address":0,"count":-1'), "invalid_count", `${COUNT} -1`],
    [R('"address":0,"count":65537'), "invalid_count", `${COUNT} 65537`],
    [R('"address":0,"count":0.5'), "invalid_count", `${COUNT} 0.5`],
    [R('"address":0,"count":"1"'), "invalid_count", `${COUNT} "1"`],
    [R('"address":0,"count":null'), "invalid_count", `${COUNT} null`],
    [R('"address":0,"count":true'), "invalid_count", `${COUNT} true`],
    [R('"address":0,"count":[1]'), "invalid_count", `${COUNT} an array`],
    [R('"address":0,"count":1e400'), "invalid_count", `${COUNT} Infinity`],
    [R('"address":0,"value":[1]'), "invalid_count", `${COUNT} left out`],

    [C('"address":0'), "invalid_value", `${ARRAY} left out`],
    [C('"address":0,"value":true'), "invalid_value", `${ARRAY} true`],
    [C('"address":0,"value":1'), "invalid_value", `${ARRAY} 1`],
    [C('"address":0,"value":"1"'), "invalid_value", `${ARRAY} "1"`],
    [C('"address":0,"value":null'), "invalid_value", `${ARRAY} null`],
    [
      C('"address":0,"value":{"0":1,"length":1}'),
      "invalid_value",
      `${ARRAY} an object`,
    ],
    [C('"address":0,"values":[1]'), "invalid_value", `${ARRAY} left out`],
    [C('"address":0,"value":[]'), "invalid_value", `${LENGTH} 0`],
    [
      C(`"address":0,"value":[${"1,".repeat(65_536)}1]`),
      "invalid_value",
      `${LENGTH} 65537`,
    ],

    [C('"address":0,"value":[2]'), "invalid_value", `"value[0]" ${BIT} 2`],
    [C('"address":0,"value":[-1]'), "invalid_value", `"value[0]" ${BIT} -1`],
    [C('"address":0,"value":[0.5]'), "invalid_value", `"value[0]" ${BIT} 0.5`],
    [C('"address":0,"value":["1"]'), "invalid_value", `"value[0]" ${BIT} "1"`],
    [
      C('"address":0,"value":["true"]'),
      "invalid_value",
      `"value[0]" ${BIT} "true"`,
    ],
    [
      C('"address":0,"value":[null]'),
      "invalid_value",
      `"value[0]" ${BIT} null`,
    ],
    [
      C('"address":0,"value":[[1]]'),
      "invalid_value",
      `"value[0]" ${BIT} an array`,
    ],
    [
      C('"address":0,"value":[{}]'),
      "invalid_value",
      `"value[0]" ${BIT} an object`,
    ],
    [
      C('"address":0,"value":[1,0,1e400]'),
      "invalid_value",
      `"value[2]" ${BIT} Infinity`,
    ],
    [
      C(`"address":0,"value":[${"1,".repeat(65_535)}2]`),
      "invalid_value",
      `"value[65535]" ${BIT} 2`,
    ],

    [
      W('"address":0,"value":[65536]'),
      "invalid_value",
      `"value[0]" ${REGISTER} 65536`,
    ],
    [
      W('"address":0,"value":[-32769]'),
      "invalid_value",
      `"value[0]" ${REGISTER} -32769`,
    ],
    [
      W('"address":0,"value":[1,1.5]'),
      "invalid_value",
      `"value[1]" ${REGISTER} 1.5`,
    ],
    [
      W('"address":0,"value":["1"]'),
      "invalid_value",
      `"value[0]" ${REGISTER} "1"`,
    ],
    [
      W('"address":0,"value":[""]'),
      "invalid_value",
      `"value[0]" ${REGISTER} ""`,
    ],
    [
      W('"address":0,"value":[true]'),
      "invalid_value",
      `"value[0]" ${REGISTER} true`,
    ],
    [
      W('"address":0,"value":[null]'),
      "invalid_value",
      `"value[0]" ${REGISTER} null`,
    ],
    [
      W('"address":0,"value":[[]]'),
      "invalid_value",
      `"value[0]" ${REGISTER} an array`,
    ],
    [
      W('"address":0,"value":[1e400]'),
      "invalid_value",
      `"value[0]" ${REGISTER} Infinity`,
    ],
    [
      W('"address":0,"value":[-1e400]'),
      "invalid_value",
      `"value[0]" ${REGISTER} -Infinity`,
    ],
    [
      W('"address":0,"value":[1e300]'),
      "invalid_value",
      `"value[0]" ${REGISTER} 1e+300`,
    ],
    [
      W('"address":0,"value":[5e-324]'),
      "invalid_value",
      `"value[0]" ${REGISTER} 5e-324`,
    ],
  ];

Deno.test(
  "parseMessage() refuses, and says why:",
  { permissions: "none" },
  async (t) => {
    for (const [text, code, message] of REFUSED) {
      await t.step(text.length > 80 ? `${text.slice(0, 80)}…` : text, () => {
        const refused = refusal(text);
        assertEquals([refused.code, refused.message], [code, message]);
        assertEquals(refused.id, undefined);
      });
    }
  },
);

/** What is no JSON (RFC 8259), though some of it looks like it. */
const NO_JSON: readonly string[] = [
  "",
  " ",
  "ping",
  "undefined",
  "NaN",
  "Infinity",
  "{",
  "}",
  "{]",
  "[",
  '{"type":"ping"',
  '{"type":"ping"}}',
  '{"type":"ping"} x',
  '{"type":"ping"}{"type":"ping"}',
  '{"type":"ping",}',
  '{"type":"ping"}\0',
  '\ufeff{"type":"ping"}',
  '\u00a0{"type":"ping"}',
  '{"type":"ping" /* comment */}',
  "{'type':'ping'}",
  '{type:"ping"}',
  '{"type":"pi\nng"}',
  '{"type":"ping","id":"\\x"}',
  '{"type":"ping","id":"\\ud8"}',
  '{"type":"ping","id":01}',
  '{"type":"ping","id":+1}',
  '{"type":"ping","id":.5}',
  '{"type":"ping","id":1.}',
  '{"type":"ping","id":0x1}',
  '{"type":"ping","id":1n}',
  '{"type":"ping","id":1_000}',
  W('"address":0,"value":[NaN]'),
  W('"address":0,"value":[Infinity]'),
  W('"address":0,"value":[undefined]'),
  W('"address":0,"value":[1,,2]'),
  W('"address":0,"value":[1,]'),
  W('"address":0,"value":[-]'),
  "\ud800",
  "😀".repeat(100),
  "[".repeat(262_144),
  '{"a":'.repeat(52_000),
];

Deno.test(
  "parseMessage() refuses as no JSON:",
  { permissions: "none" },
  async (t) => {
    for (const text of NO_JSON) {
      await t.step(JSON.stringify(text).slice(0, 60), () => {
        const { code, message, id } = refusal(text);
        assertEquals([code, id], ["invalid_json", undefined]);
        assert(message.startsWith("The message is not JSON: "), message);
        assert(message.length < 160, `${message.length} characters`);
        assert(message.isWellFormed());
      });
    }
  },
);

/** 256 KiB of JSON that are as deep as they can be. */
const DEEP: readonly (readonly [string, string])[] = [
  ["arrays", "[".repeat(131_072) + "]".repeat(131_072)],
  ["objects", '{"a":'.repeat(43_000) + "1" + "}".repeat(43_000)],
  [
    "objects with numbers for names",
    '{"0":'.repeat(43_000) + "1" + "}".repeat(43_000),
  ],
  [
    "objects with a toJSON",
    '{"toJSON":'.repeat(21_000) + "1" + "}".repeat(21_000),
  ],
  [
    "objects with a __proto__",
    '{"__proto__":'.repeat(18_000) + "1" + "}".repeat(18_000),
  ],
  ["both", '[{"0":1,"a":'.repeat(18_000) + "1" + "}]".repeat(18_000)],
];

Deno.test(
  "parseMessage() gets over deep",
  { permissions: "none" },
  async (t) => {
    for (const [what, deep] of DEEP) {
      const kind = deep.startsWith("[") ? "an array" : "an object";
      for (
        const [text, code] of [
          [`{"type":${deep}}`, "invalid_message"],
          [`{"type":"ping","id":${deep}}`, "invalid_id"],
          [`{"type":"ping","unit":${deep}}`, "invalid_unit"],
          [C(`"value":[1],"address":${deep}`), "invalid_address"],
          [R(`"address":0,"count":${deep}`), "invalid_count"],
          [C(`"address":0,"value":[${deep}]`), "invalid_value"],
          [W(`"address":0,"value":[1,${deep}]`), "invalid_value"],
          [`{"type":"subscribe","ranges":[${deep}]}`, "invalid_ranges"],
          [`{"type":"subscribe","snapshot":${deep}}`, "invalid_option"],
          [`{"type":"subscribe","resume":[${deep}]}`, "invalid_resume"],
        ] as const
      ) {
        await t.step(`${what} in ${text.slice(0, 40)}`, () => {
          const refused = refusal(text);
          assertEquals(refused.code, code);
          assert(refused.message.length < 300);
        });
      }
      await t.step(`${what} alone`, () => {
        const { code, message } = refusal(deep);
        assertEquals(code, "invalid_message");
        if (kind === "an array") assertEquals(message, `${OBJECT} an array`);
      });
      await t.step(`${what} in a field of no meaning`, () => {
        assertEquals(parseMessage(`{"type":"ping","x":${deep}}`).type, "ping");
      });
    }
  },
);
