/**
 * From the configuration to a store.
 * @module
 */
import type { Bank } from "../bank/bank.ts";
import type { Log } from "../log.ts";
import { StartError } from "../start_error.ts";
import { StoreError } from "./errors.ts";
import type { Durability } from "./keeper.ts";
import type { CellRange } from "../bank/cell_range.ts";
import { keepHere, type Store } from "./store.ts";
import { superviseStore } from "./supervisor.ts";

/** What is to be kept, and how. */
export interface StoreSettings {
  /** The data file; undefined: nothing is kept. */
  readonly data: string | undefined;
  /** What is promised of a write that was answered. */
  readonly durability: Durability;
  /** The cells to keep. */
  readonly retain: readonly CellRange[];
}

/**
 * Loads the bank and keeps it from now on, before anyone else uses it.
 *
 * @param epoch This run of the program.
 * @param spawn Makes the worker; undefined: it runs in this thread.
 * @returns Undefined when nothing is to be kept.
 * @throws {StartError} If the file can't be used.
 */
export async function startStore(
  bank: Bank,
  { data, durability, retain }: StoreSettings,
  epoch: string,
  log: Log,
  spawn: (() => Worker) | undefined,
): Promise<Store | undefined> {
  if (data === undefined) {
    if (durability === "relaxed") return undefined;
    throw new StartError(
      `--durability ${durability} needs --data FILE beside it: nothing is kept without`,
    );
  }
  const options = { path: data, durability, retain, epoch };
  try {
    return spawn === undefined
      ? keepHere(bank, options, log)
      : await superviseStore(bank, options, log, spawn);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new StartError(error.message);
  }
}
