/**
 * Flags on unit ids.
 * @module
 */
import { parseUnitIds } from "../bank/unit_ids.ts";
import { choice, FlagError } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** What these flags configure. */
export interface UnitsConfig {
  /** The unit ids that have cells of their own, ascending; undefined: all ids share the same cells. */
  readonly units: readonly number[] | undefined;
  /** What a Modbus client gets that asks for a unit which is not served. */
  readonly unknownUnit: "exception" | "silence";
}

/** Flags on unit ids. */
export const UNITS: Topic = {
  title: "Units",
  flags: [
    {
      name: "units",
      value: "LIST",
      default: "any",
      help:
        "any: all unit ids share the same cells; or a list such as 1,2,10-12: each has its own",
      parse: units,
    },
    {
      name: "unknown-unit",
      ...choice("ANSWER", ["exception", "silence"]),
      default: "exception",
      help:
        "what Modbus clients get for a unit that is not in the list: exception (0B) or silence",
    },
  ],
};

function units(text: string): readonly number[] | undefined {
  if (text === "any") return undefined;
  const ids = parseUnitIds(text);
  if (typeof ids !== "string") return ids;
  throw new FlagError(
    `"${text}" is not a list of unit ids: ${ids}. It takes any, or ids from 0 to 255 such as 1,2,10-12`,
  );
}
