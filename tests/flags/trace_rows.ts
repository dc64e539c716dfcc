/**
 * The flags of `src/flags/trace.ts`: what they take, refuse and configure.
 * @module
 */
import type { Config } from "../../src/config.ts";

/** What the README and the help promise. */
export const TRACE_DEFAULTS = {
  trace: undefined,
  traceLimit: 100 * 1024 * 1024,
} as const satisfies Partial<Config>;

const FILE = "a file: it takes a path without control characters";
const SIZE =
  "a size: it takes bytes from 262144 to 1073741824, such as 65536, 64K or 1M";

/** Texts of values: understood; those that are refused, and what they are not. */
export const TRACE_VALUES = {
  "trace": {
    good: [["trace.pcapng", "trace.pcapng"], ["/tmp/é b", "/tmp/é b"]] as const,
    bad: ["a\0b", "a\nb"],
    not: FILE,
  },
  "trace-limit": {
    good: [["256K", 262_144], ["1024m", 1_073_741_824]] as const,
    bad: ["262143", "255K", "1025M", "1G", "-1"],
    not: SIZE,
  },
};

/** One row for each flag: two values as text, what the first comes out as, and its variable. */
export const TRACE_ROWS = [
  {
    flag: "trace",
    variable: "MODBUS_WS_TRACE",
    text: "/tmp/trace.pcapng",
    other: "trace.pcapng",
    config: { trace: "/tmp/trace.pcapng" },
    bad: "a\nb",
    complaint: `"a\\nb" is not ${FILE}`,
  },
  {
    flag: "trace-limit",
    variable: "MODBUS_WS_TRACE_LIMIT",
    text: "1M",
    other: "2M",
    config: { traceLimit: 1_048_576 },
    bad: "1",
    complaint: `"1" is not ${SIZE}`,
  },
];
