import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/config.ts";
import { parseConfigFile } from "../../src/config/file.ts";

function parse(text: string) {
  return Object.fromEntries(parseConfigFile("dir/f.json", text));
}

/** What a file holds, and what it gives: texts and line. */
const ROWS: readonly (readonly [string, Record<string, [string[], number]>])[] =
  [
    ["{}", {}],
    [" /* a */ {} // b", {}],
    ['{"$schema": "./s.json"}', {}],
    ['{"host": "::1"}', { host: [["::1"], 1] }],
    ['{\n"host":\n"::1"}', { host: [["::1"], 2] }],
    ['{\r\n\r\n"host": "::1"}', { host: [["::1"], 3] }],
    ['{"host": "\\u003a:"}', { host: [["::"], 1] }],
    ['{"ws-port": 0}', { "ws-port": [["0"], 1] }],
    ['{"ws-port": 8e3}', { "ws-port": [["8000"], 1] }],
    ['{"max-message": 4096}', { "max-message": [["4096"], 1] }],
    ['{"max-message": "4K"}', { "max-message": [["4K"], 1] }],
    ['{"modbus-idle-timeout": 2.5}', { "modbus-idle-timeout": [["2.5"], 1] }],
    ['{"allow-origin": []}', { "allow-origin": [[], 1] }],
    ['{"allow-origin": ["*", "null"]}', {
      "allow-origin": [["*", "null"], 1],
    }],
    ['{"ws-port": 1, // one\n "modbus-port": 2,}', {
      "ws-port": [["1"], 1],
      "modbus-port": [["2"], 2],
    }],
  ];

Deno.test(
  "parseConfigFile() understands",
  { permissions: "none" },
  async (t) => {
    for (const [text, expected] of ROWS) {
      await t.step(JSON.stringify(text), () => {
        const settings = Object.entries(expected).map((
          [name, [texts, line]],
        ) => [
          name,
          { texts, origin: `dir/f.json:${line}` },
        ]);
        assertEquals(parse(text), Object.fromEntries(settings));
      });
    }
  },
);

const BYTES = "it takes a number from 128 to 1073741824 or a text in quotes";
const NAMES = "it takes the names of the flags, which --help lists";
const OBJECT = 'it takes an object, such as {"ws-port": 8765}';
const NO_JSON = "this is not JSON with comments:";

/** What a file holds, and what is said about it, from line and column on. */
const WRONG: readonly (readonly [string, string])[] = [
  ["", `1:1: ${NO_JSON} value expected`],
  ["// nothing", `1:11: ${NO_JSON} value expected`],
  ["[]", `1:1: ${OBJECT}`],
  ["\n 8765", `2:2: ${OBJECT}`],
  ["null", `1:1: ${OBJECT}`],
  ["ws-port: 8765", `1:1: ${NO_JSON} invalid symbol`],
  ["{", `1:2: ${NO_JSON} close brace expected`],
  ["{} {}", `1:4: ${NO_JSON} end of file expected`],
  ["{'host': 1}", `1:2: ${NO_JSON} invalid symbol`],
  ['{"host" "a"}', `1:9: ${NO_JSON} colon expected`],
  ['{"host": "a"\n "ws-port": 1}', `2:2: ${NO_JSON} comma expected`],
  ['{"host": "a\n"}', `1:10: ${NO_JSON} unexpected end of string`],
  ['{"host": "a"} /*', `1:15: ${NO_JSON} unexpected end of comment`],
  ['{"ws-port": 0x10}', `1:14: ${NO_JSON} invalid symbol`],
  ['{"ws-port": }', `1:13: ${NO_JSON} value expected`],

  [
    '{"ws-prot": 1}',
    '1:2: "ws-prot" is not a setting: did you mean "ws-port"?',
  ],
  [
    '{\n  "wsPort": 1}',
    '2:3: "wsPort" is not a setting: did you mean "ws-port"?',
  ],
  ['{"--host": "a"}', '1:2: "--host" is not a setting: did you mean "host"?'],
  ['{"verbose": true}', `1:2: "verbose" is not a setting: ${NAMES}`],
  ['{"": 1}', `1:2: "" is not a setting: ${NAMES}`],
  ['{"__proto__": {}}', `1:2: "__proto__" is not a setting: ${NAMES}`],
  ['{"config": "g"}', `1:2: "config" is not a setting: ${NAMES}`],
  ['{"help": true}', `1:2: "help" is not a setting: ${NAMES}`],
  ['{"\\u202e": 1}', `1:2: "\\u202e" is not a setting: ${NAMES}`],

  ['{"host": "a",\n"host": "a"}', "2:1: host is given in line 1 already"],
  [
    '{"$schema": "",\n"$schema": ""}',
    "2:1: $schema is given in line 1 already",
  ],

  ['{"host": 1}', "1:10: host is 1: it takes a text in quotes"],
  ['{"host": null}', "1:10: host is null: it takes a text in quotes"],
  ['{"host": ["a"]}', "1:10: host is a list: it takes a text in quotes"],
  ['{"host": ""}', "1:10: host needs a value"],
  [
    '{"ws-port": "80"}',
    '1:13: ws-port is "80": it takes a number from 0 to 65535',
  ],
  [
    '{"ws-port": true}',
    "1:13: ws-port is true: it takes a number from 0 to 65535",
  ],
  ['{"max-message": false}', `1:17: max-message is false: ${BYTES}`],
  ['{"max-message": {}}', `1:17: max-message is an object: ${BYTES}`],
  [
    '{"log-level": 1}',
    '1:15: log-level is 1: it takes "debug", "info", "warn", "error"',
  ],
  [
    '{"allow-origin": "*"}',
    '1:18: allow-origin is "*": it takes a list, in brackets',
  ],
  [
    '{"allow-origin": ["*", 1]}',
    "1:24: allow-origin[1] is 1: it takes a text in quotes",
  ],
  [
    '{"allow-origin": [[]]}',
    "1:19: allow-origin[0] is a list: it takes a text in quotes",
  ],
  ['{"allow-origin": [""]}', "1:19: allow-origin[0] needs a value"],

  [
    '{"ws-port": 70000}',
    '1:13: ws-port "70000" is not a port: it takes an integer from 0 to 65535',
  ],
  [
    '{"ws-port": 1.5}',
    '1:13: ws-port "1.5" is not a port: it takes an integer from 0 to 65535',
  ],
  [
    '{"log-level":\n"x"}',
    '2:1: log-level "x" is not known: it takes debug, info, warn, error',
  ],
  [
    '{"allow-origin": [\n"*",\n"x"]}',
    '3:1: allow-origin[1] "x" is not an origin: it takes scheme and host, such as https://hmi.example, or *',
  ],
];

Deno.test("parseConfigFile() refuses", { permissions: "none" }, async (t) => {
  for (const [text, expected] of WRONG) {
    await t.step(JSON.stringify(text), () => {
      const { message } = assertThrows(() => parse(text), ConfigError);
      assertEquals(message, `dir/f.json:${expected}`);
    });
  }
});

Deno.test({
  name: "parseConfigFile() refuses what would use up the stack",
  permissions: "none",
  fn() {
    for (const bracket of ["[", '{"a":']) {
      const text = bracket.repeat(1_000_000);
      const { message } = assertThrows(() => parse(text), ConfigError);
      assertEquals(message, "dir/f.json:1:1: it is nested too deeply");
    }
  },
});
