/**
 * Flags on what is kept over a restart.
 * @module
 */
import { choice, FILE, FlagError } from "../flag_values.ts";
import type { CellRange } from "../bank/cell_range.ts";
import { parseRetain } from "../store/retain.ts";
import type { Topic } from "./flag.ts";

/** What these flags configure. */
export interface StoreConfig {
  /** The data file; undefined: nothing is kept. */
  readonly data: string | undefined;
  /** What is promised of a write that was answered. */
  readonly durability: "relaxed" | "strict";
  /** The cells that are kept. */
  readonly retain: readonly CellRange[];
}

/** What is kept over a restart. */
export const STORE: Topic = {
  title: "Retentive memory",
  flags: [
    {
      name: "data",
      ...FILE,
      default: "",
      help: "keep the cells in this file, also over a restart",
    },
    {
      name: "durability",
      ...choice("LEVEL", ["relaxed", "strict"]),
      default: "relaxed",
      help:
        "relaxed: a crash may lose the last 100 ms; strict: a write is answered when it is on disk",
    },
    {
      name: "retain",
      value: "CELLS",
      default: "all",
      help:
        "keep these cells alone, such as holdingRegisters:0-999,coils; the others start at 0",
      parse: retain,
    },
  ],
};

function retain(text: string): readonly CellRange[] {
  try {
    return parseRetain(text);
  } catch (error) {
    if (error instanceof RangeError) throw new FlagError(error.message);
    throw error;
  }
}
