/**
 * The flags of `src/flags/store.ts`: what they take, refuse and configure.
 * @module
 */
import type { Config } from "../../src/config.ts";

const range = (table: number, address: number, count: number) => ({
  table,
  address,
  count,
});

const ALL = [0, 1, 2, 3].map((table) => range(table, 0, 65_536));

/** What the README and the help promise. */
export const STORE_DEFAULTS = {
  data: undefined,
  durability: "relaxed",
  retain: ALL as Config["retain"],
} as const satisfies Partial<Config>;

const FILE = "a file: it takes a path without control characters";
const CELLS =
  "a range of cells: it takes forms such as coils, coils:7 or holdingRegisters:0-999, with commas between, or all";

/** Texts of values: understood; those that are refused, and what they are not. */
export const STORE_VALUES = {
  "data": {
    good: [
      ["bank.db", "bank.db"],
      ["/var/lib/a b/é.db", "/var/lib/a b/é.db"],
    ] as const,
    bad: ["a\0b", "a\nb"],
    not: FILE,
  },
  "durability": {
    good: ["relaxed", "strict"].map((text) => [text, text] as const),
    bad: [],
    not: "",
  },
  "retain": {
    good: [
      ["all", ALL],
      ["coils", [range(0, 0, 65_536)]],
      ["discreteInputs:7", [range(1, 7, 1)]],
      ["inputRegisters:0-65535", [range(2, 0, 65_536)]],
      ["holdingRegisters:0-999,coils", [
        range(3, 0, 1000),
        range(0, 0, 65_536),
      ]],
      ["coils:1, coils:1-2", [range(0, 1, 1), range(0, 1, 2)]],
    ] as const,
    bad: ["", "coils:", "coils:1-", "coils:-1", "coils 1", "0-9", "*"],
    not: CELLS,
  },
};

/** One row for each flag: two values as text, what the first comes out as, and its variable. */
export const STORE_ROWS = [
  {
    flag: "data",
    variable: "MODBUS_WS_DATA",
    text: "/data/bank.db",
    other: "bank.db",
    config: { data: "/data/bank.db" },
    bad: "a\nb",
    complaint: `"a\\nb" is not ${FILE}`,
  },
  {
    flag: "durability",
    variable: "MODBUS_WS_DURABILITY",
    text: "strict",
    other: "relaxed",
    config: { durability: "strict" as const },
    bad: "x",
    complaint: '"x" is not known: it takes relaxed, strict',
  },
  {
    flag: "retain",
    variable: "MODBUS_WS_RETAIN",
    text: "coils:7-9,holdingRegisters",
    other: "all",
    config: {
      retain: [range(0, 7, 3), range(3, 0, 65_536)] as Config["retain"],
    },
    bad: "x:1",
    complaint:
      '"x:1" has no table: it takes coils, discreteInputs, inputRegisters, holdingRegisters',
  },
];
