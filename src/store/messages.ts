/**
 * What the main thread and the store's thread say to each other. What is to be
 * stored never goes this way: it is in the bank's shared memory.
 * @module
 */
import type { LastRun, StoreOptions } from "./keeper.ts";

/** From the main thread. */
export type ToWorker =
  | {
    /** Keep the bank. The first message, once. */
    readonly type: "keep";
    /** Memory of the bank. */
    readonly bank: SharedArrayBuffer;
    /** The number to open the bank with. */
    readonly thread: number;
    /** How to keep it. */
    readonly options: StoreOptions;
    /** Whether the bank is loaded already. */
    readonly goesOn: boolean;
  }
  | {
    /** Store what is not stored yet, and close the file. */
    readonly type: "stop";
  };

/** From the store's thread. */
export type FromWorker =
  | {
    /** The bank is loaded, and is kept from now on. */
    readonly type: "keeping";
    /** See `Store.lastRun`. */
    readonly lastRun: LastRun | undefined;
  }
  | {
    /** The file can't be used. */
    readonly type: "refused";
    /** Name of the error: a posted error would lose it. */
    readonly name: string;
    /** Its message. */
    readonly message: string;
  }
  | {
    /** Storing fails from now on. */
    readonly type: "failing";
    /** Why. */
    readonly reason: string;
  }
  | {
    /** All is stored again. */
    readonly type: "recovered";
  }
  | {
    /** The file is closed. */
    readonly type: "stopped";
  };
