/**
 * The flags of `src/flags/access.ts`: what they take, refuse and configure.
 * @module
 */
import type { Config } from "../../src/config.ts";
import { Table, type TableName } from "../../src/bank/tables.ts";

/** What the README and the help promise. */
export const ACCESS_DEFAULTS = {
  modbusAllow: [],
  modbusPriority: [],
  wsAllow: [],
  allowHost: [],
  trustedProxy: [],
  tokenFile: undefined,
  readOnly: "none",
  protect: [],
  tlsCert: undefined,
  tlsKey: undefined,
} as const satisfies Partial<Config>;

const RANGE =
  "an address or range: it takes forms such as 10.0.0.7, 192.168.1.0/24 or fd00::/8";
const CELLS =
  "a range of cells: it takes forms such as coils:7, holdingRegisters:1000-1999 or holdingRegisters:1000-1999:modbus";
const NAME =
  "a host name: it takes a name without scheme and port, such as hmi.example, or *";
const FILE = "a file: it takes a path without control characters";

const RANGES = {
  good: ["10.0.0.7", "192.168.1.0/24", "::1", "fd00::/8", "0.0.0.0/0"].map((
    text,
  ) => [text, text] as const),
  bad: ["", " ", "localhost", "10.0.0.0/33", "10.0.0.0/8,::1", "*"],
  not: RANGE,
};

const FILES = {
  good: ["tokens", "/etc/a b/tokens.txt", "C:\\tokens", "../é", "-"].map((
    text,
  ) => [text, text] as const),
  bad: ["a\0b", "a\nb", "\x1b[2J"],
  not: FILE,
};

const rule = (table: TableName, from: number, to: number, side: string) => ({
  ...{ table: Table[table], address: from, count: to - from + 1, side },
});

/** Texts of values: understood; those that are refused, and what they are not. */
export const ACCESS_VALUES = {
  "modbus-allow": RANGES,
  "modbus-priority": RANGES,
  "ws-allow": RANGES,
  "allow-host": {
    good: [
      ["hmi.example", "hmi.example"],
      ["HMI.Example", "hmi.example"],
      ["xn--bcher-kva.example", "xn--bcher-kva.example"],
      ["*", "*"],
    ],
    bad: [
      ...["", " ", "https://hmi.example", "hmi.example:8765", "a b", "a/b"],
      ...["bücher.example", "user@hmi.example", "hmi.example?", "[::1"],
    ],
    not: NAME,
  },
  "trusted-proxy": RANGES,
  "token-file": FILES,
  "read-only": {
    good: ["none", "modbus", "ws", "all"].map((text) => [text, text] as const),
    bad: [],
    not: "",
  },
  "protect": {
    good: [
      ["coils:7", rule("coils", 7, 7, "all")],
      [
        "holdingRegisters:1000-1999",
        rule("holdingRegisters", 1000, 1999, "all"),
      ],
      [
        "inputRegisters:0-65535:modbus",
        rule("inputRegisters", 0, 65_535, "modbus"),
      ],
      ["discreteInputs:65535:ws", rule("discreteInputs", 65_535, 65_535, "ws")],
      ["coils:00007-8:all", rule("coils", 7, 8, "all")],
    ],
    bad: [
      ...["", " ", "coils", "coils:", "coils:7-", "coils:-7", "coils:7-8-9"],
      ...["coils: 7", "coils:7:", "coils:7:ws:", "coils:123456", "coils:1e3"],
      ...["coils:0x10", "7", "*", "coils:*", "coils:7,8"],
    ],
    not: CELLS,
  },
  "tls-cert": FILES,
  "tls-key": FILES,
} as const;

const cidr = (
  flag: string,
  variable: string,
  key: keyof Config,
) => ({
  ...{ flag, variable, text: "192.168.1.0/24", other: "::1" },
  config: { [key]: ["192.168.1.0/24"] },
  bad: "x",
  complaint: `"x" is not ${RANGE}`,
});

const file = (flag: string, variable: string, key: keyof Config) => ({
  ...{ flag, variable, text: "/run/secret", other: "other" },
  config: { [key]: "/run/secret" },
  bad: "a\nb",
  complaint: `"a\\nb" is not ${FILE}`,
});

/** One row for each flag: two values as text, what the first comes out as, and its variable. */
export const ACCESS_ROWS = [
  cidr("modbus-allow", "MODBUS_WS_MODBUS_ALLOW", "modbusAllow"),
  cidr("modbus-priority", "MODBUS_WS_MODBUS_PRIORITY", "modbusPriority"),
  cidr("ws-allow", "MODBUS_WS_WS_ALLOW", "wsAllow"),
  {
    flag: "allow-host",
    variable: "MODBUS_WS_ALLOW_HOST",
    text: "hmi.example",
    other: "*",
    config: { allowHost: ["hmi.example"] },
    bad: "a b",
    complaint: `"a b" is not ${NAME}`,
  },
  cidr("trusted-proxy", "MODBUS_WS_TRUSTED_PROXY", "trustedProxy"),
  file("token-file", "MODBUS_WS_TOKEN_FILE", "tokenFile"),
  {
    flag: "read-only",
    variable: "MODBUS_WS_READ_ONLY",
    text: "modbus",
    other: "all",
    config: { readOnly: "modbus" as const },
    bad: "x",
    complaint: '"x" is not known: it takes none, modbus, ws, all',
  },
  {
    flag: "protect",
    variable: "MODBUS_WS_PROTECT",
    text: "coils:7-9:ws",
    other: "coils:1",
    config: {
      protect: [{
        ...{ table: Table.coils, address: 7, count: 3, side: "ws" } as const,
      }],
    },
    bad: "x",
    complaint: `"x" is not ${CELLS}`,
  },
  file("tls-cert", "MODBUS_WS_TLS_CERT", "tlsCert"),
  file("tls-key", "MODBUS_WS_TLS_KEY", "tlsKey"),
];
