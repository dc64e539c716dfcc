import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { FlagError } from "../src/flag_values.ts";
import {
  CONFIG_FLAGS,
  CONFIG_SWITCHES,
  FILE_FLAG,
  SWITCHES,
} from "../src/flags.ts";
import { ACCESS_VALUES } from "./flags/access_rows.ts";
import { STORE_VALUES } from "./flags/store_rows.ts";
import { TRACE_VALUES } from "./flags/trace_rows.ts";
import { UNITS_VALUES } from "./flags/units_rows.ts";

const ADDRESS = "an address: it takes an IP address or a name";
const PORT = "a port: it takes an integer from 0 to 65535";
const COUNT = "a number of connections: it takes an integer from 1 to 1000000";
const ORIGIN =
  "an origin: it takes scheme and host, such as https://hmi.example, or *";
const size = (min: number) =>
  `a size: it takes bytes from ${min} to 1073741824, such as 65536, 64K or 1M`;
const time = (min: number) => `a time: it takes seconds from ${min} to 2147483`;
const LEVEL = "known: it takes debug, info, warn, error";
const FORMAT = "known: it takes text, json";

const NO_NUMBERS = [
  "",
  " ",
  "a",
  "-1",
  "+1",
  "1e3",
  "0x10",
  "1_000",
  "1,5",
  " 1",
  "1 ",
  "1\n",
  "١",
  "NaN",
  "Infinity",
  "1".repeat(40),
];

/** A flag's values: as text and understood; those that are refused, and what they are not. */
interface Values {
  readonly good: readonly (readonly [text: string, value: unknown])[];
  readonly bad: readonly string[];
  readonly not: string;
}

const COUNTS: Values = {
  good: [["1", 1], ["256", 256], ["0010", 10], ["1000000", 1_000_000]],
  bad: [...NO_NUMBERS, "0", "1.5", "1000001"],
  not: COUNT,
};

const PORTS: Values = {
  good: [["0", 0], ["1", 1], ["502", 502], ["08502", 8502], ["65535", 65_535]],
  bad: [...NO_NUMBERS, "65536", "1.5", "8502.0", "http", "127.0.0.1:80"],
  not: PORT,
};

const sizes = (min: number): Values => ({
  good: [
    [`${min}`, min],
    ["4096", 4096],
    ["64K", 65_536],
    ["64k", 65_536],
    ["1M", 1_048_576],
    ["1m", 1_048_576],
    ["1024M", 1_073_741_824],
    ["1073741824", 1_073_741_824],
  ],
  bad: [
    ...NO_NUMBERS,
    `${min - 1}`,
    "1025M",
    "1073741825",
    "1G",
    "1KB",
    "1 K",
    "K",
    "1.5M",
    "1MM",
  ],
  not: size(min),
});

const times = (min: number, atLeast: readonly [string, number]): Values => ({
  good: [
    atLeast,
    ["1", 1000],
    ["2.5", 2500],
    ["0.3", 300],
    ["1.001", 1001],
    ["1.1", 1100],
    ["0.123456", 123.456],
    ["2147483", 2_147_483_000],
  ],
  bad: [
    ...NO_NUMBERS,
    "2147484",
    "2147483.1",
    ".5",
    "5.",
    "1s",
    "1.2.3",
    "1.1234567",
  ],
  not: time(min),
});

const VALUES: Readonly<Record<string, Values>> = {
  "host": {
    good: [
      ["127.0.0.1", "127.0.0.1"],
      ["0.0.0.0", "0.0.0.0"],
      ["::", "::"],
      ["::1", "::1"],
      ["[::1]", "::1"],
      ["fe80::1%eth0", "fe80::1%eth0"],
      ["localhost", "localhost"],
      ["plc.example", "plc.example"],
    ],
    bad: [" ", "a b", " 127.0.0.1", "127.0.0.1\n", "\t"],
    not: ADDRESS,
  },
  "modbus-port": PORTS,
  "ws-port": PORTS,
  "allow-origin": {
    good: [
      ["https://hmi.example", "https://hmi.example"],
      ["HTTP://Hmi.Example:80/", "http://hmi.example"],
      ["null", "null"],
      ["*", "*"],
    ],
    bad: [
      "",
      "hmi.example",
      "hmi.example:8080",
      "https://hmi.example/page",
      "https://*.example",
      "ws://hmi.example",
    ],
    not: ORIGIN,
  },
  "max-clients": COUNTS,
  "max-clients-per-address": COUNTS,
  "max-message": sizes(128),
  "client-queue": sizes(1024),
  "client-stall-timeout": times(0.1, ["0.1", 100]),
  "history": sizes(0),
  "modbus-max-connections": COUNTS,
  "modbus-frame-timeout": times(0.1, ["0.1", 100]),
  "modbus-idle-timeout": times(0, ["0", 0]),
  ...UNITS_VALUES,
  ...ACCESS_VALUES,
  ...STORE_VALUES,
  ...TRACE_VALUES,
  "log-level": {
    good: ["debug", "info", "warn", "error"].map((level) => [level, level]),
    bad: ["", "INFO", "warning", "trace", "info ", "debug,info"],
    not: LEVEL,
  },
  "log-format": {
    good: [["text", "text"], ["json", "json"]],
    bad: ["", "JSON", "xml", "text or json"],
    not: FORMAT,
  },
};

const ALL_SWITCHES = [...SWITCHES, ...CONFIG_SWITCHES];

Deno.test({
  name: "CONFIG_FLAGS and SWITCHES have names that can be told apart",
  permissions: "none",
  fn() {
    const names = [...CONFIG_FLAGS, FILE_FLAG, ...ALL_SWITCHES]
      .map(({ name }) => name);
    assertEquals(new Set(names).size, names.length);
    for (const name of names) {
      assertMatch(name, /^[a-z]+(-[a-z]+)*$/);
      // It would be taken for the negation of another flag.
      assertEquals(name.startsWith("no-"), false);
    }
    const shorts = ALL_SWITCHES.flatMap(({ short }) => short ?? []);
    assertEquals(new Set(shorts).size, shorts.length);
    for (const short of shorts) assertMatch(short, /^[A-Za-z]$/);
  },
});

Deno.test({
  name: "CONFIG_FLAGS and SWITCHES are described",
  permissions: "none",
  fn() {
    for (const { name, help } of [...CONFIG_FLAGS, ...ALL_SWITCHES]) {
      assert(help.length > 3, name);
    }
    for (const { name, value } of CONFIG_FLAGS) {
      assertMatch(value, /^[A-Z]+$/, name);
    }
  },
});

Deno.test({
  name: "CONFIG_FLAGS are all in the table of this test",
  permissions: "none",
  fn() {
    const names = CONFIG_FLAGS.map(({ name }) => name);
    assertEquals(names, Object.keys(VALUES));
  },
});

Deno.test({
  name: "CONFIG_FLAGS understand their own defaults",
  permissions: "none",
  fn() {
    for (const { name, parse, repeatable, ...flag } of CONFIG_FLAGS) {
      if (repeatable) assertEquals(flag.default, "", name);
      else if (flag.default === "") assertEquals(parse(""), undefined, name);
      else {assertEquals(
          typeof parse(flag.default),
          typeof VALUES[name]?.good[0]?.[1],
        );}
    }
  },
});

for (const { name, parse } of CONFIG_FLAGS) {
  const { good, bad, not } = VALUES[name] ??
    { good: [], bad: [], not: "" };
  Deno.test(`--${name} takes`, { permissions: "none" }, async (t) => {
    for (const [text, value] of good) {
      await t.step(`${JSON.stringify(text)} as ${value}`, () => {
        assertEquals(parse(text), value);
      });
    }
  });
  Deno.test(`--${name} refuses`, { permissions: "none" }, async (t) => {
    for (const text of bad) {
      await t.step(JSON.stringify(text), () => {
        const { message } = assertThrows(() => parse(text), FlagError);
        assertEquals(message, `"${text}" is not ${not}`);
      });
    }
  });
}
