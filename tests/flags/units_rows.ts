/**
 * The flags of `src/flags/units.ts`: what they take, refuse and configure.
 * @module
 */
import type { Config } from "../../src/config.ts";

/** What the README and the help promise. */
export const UNITS_DEFAULTS = {
  units: undefined,
  unknownUnit: "exception",
} as const satisfies Partial<Config>;

const FORMS = "It takes any, or ids from 0 to 255 such as 1,2,10-12";
const ANSWERS = "known: it takes exception, silence";

/** Texts of values: understood; those that are refused, and what they are not. */
export const UNITS_VALUES = {
  "units": {
    good: [
      ["any", undefined],
      ["1", [1]],
      ["1,2,10-12", [1, 2, 10, 11, 12]],
      ["12, 1", [1, 12]],
    ],
    bad: ["all"],
    not: `a list of unit ids: "all" is neither one nor a range. ${FORMS}`,
  },
  "unknown-unit": {
    good: [["exception", "exception"], ["silence", "silence"]],
    bad: ["", "none", "0b"],
    not: ANSWERS,
  },
} as const;

/** Each flag once on the command line, in the environment and wrong. */
export const UNITS_ROWS = [
  {
    flag: "units",
    variable: "MODBUS_WS_UNITS",
    text: "1,2,10-12",
    other: "7",
    config: { units: [1, 2, 10, 11, 12] },
    bad: "1-300",
    complaint:
      `"1-300" is not a list of unit ids: 300 is more than 255. ${FORMS}`,
  },
  {
    flag: "unknown-unit",
    variable: "MODBUS_WS_UNKNOWN_UNIT",
    text: "silence",
    other: "exception",
    config: { unknownUnit: "silence" },
    bad: "none",
    complaint: `"none" is not ${ANSWERS}`,
  },
] as const;
