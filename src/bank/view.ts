/**
 * The bank at one moment.
 * @module
 */
import type { Table } from "./tables.ts";

/** What can be seen while nothing can be written. Valid only inside the call that gave it. */
export interface BankView {
  /** Sequence number of the last write. */
  readonly seq: number;
  /** Whether the log has overflowed, so that not all writes up to `seq` will come out of it one by one. */
  readonly overflowed: boolean;
  /** Copies cells, in wire form. */
  read(table: Table, address: number, count: number): Uint8Array;
  /** Visits the writes up to `seq` that have not been taken out of the log. */
  forEachPending(
    visit: (table: Table, address: number, count: number) => void,
  ): void;
}
