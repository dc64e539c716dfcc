/**
 * What a client is still owed: cells whose current values take the place of
 * changes that it was not told.
 * @module
 */
import type { BankView } from "../bank/view.ts";
import { CellSet } from "./cell_set.ts";
import type { Cells } from "./encode.ts";
import type { Range } from "./messages.ts";
import type { RangeSet } from "./ranges.ts";

/** Longest text of a cell's value, with its comma: `false,` or `65535,`. */
const BYTES_PER_CELL = 6;

/** Bytes of a notification around its values, roughly. */
const BYTES_PER_MESSAGE = 128;

/** Smallest part of a range that is sent on its own. */
const MIN_CHUNK = 64;

/** Most changes still in the log that are made up for under the bank's lock. */
const MAX_PENDING = 64;

/** A part of a backlog, read at one moment. */
export interface Instalment {
  /** Sequence number of the last write that the values contain. */
  readonly seq: number;
  /** The values, in the order in which they are to be sent. */
  readonly cells: readonly Cells[];
  /** Whether the client has all up to `seq` with them. Otherwise more is owed. */
  readonly settled: boolean;
}

/** Cells that a client is owed. Bounded by the size of the tables. */
export class Backlog {
  /** Whether changes were left out that the client should have been told; otherwise it has asked for values. */
  readonly resync: boolean;
  #cells: CellSet;
  /** Whether it is all that the client wants: then nothing outside can be missing. */
  #complete: boolean;

  /** A backlog of `ranges`; `complete` when that is all that the client wants. */
  constructor(ranges: readonly Range[], resync: boolean, complete: boolean) {
    this.#cells = new CellSet(ranges);
    this.resync = resync;
    this.#complete = complete;
  }

  /** Adds a range that has changed. */
  add(range: Range): void {
    this.#cells.add(range);
  }

  /** What of it lies in `wanted`. */
  within(wanted: RangeSet): Backlog {
    const ranges = this.#cells.ranges().flatMap((range) => wanted.parts(range));
    return new Backlog(ranges, this.resync, false);
  }

  /**
   * Takes as much out of it as makes some `budget` bytes of text, but at least
   * one message.
   *
   * @param wanted All that the client wants.
   * @param atOnce Runs its argument on the bank at one moment.
   * @returns Undefined when the log must be read first.
   */
  take(
    budget: number,
    wanted: RangeSet,
    atOnce: <T>(action: (view: BankView) => T) => T,
  ): Instalment | undefined {
    const { now, later } = plan(this.#cells.ranges(), budget);
    const instalment = atOnce((view): Instalment | undefined => {
      if (view.overflowed && !this.#complete) return undefined;
      const cells = now.map((range) => read(view, range));
      const settled = later.length === 0 &&
        (this.#complete || readPending(view, wanted, cells));
      return { seq: view.seq, cells, settled };
    });
    if (instalment !== undefined) {
      this.#cells = new CellSet(later);
      this.#complete = false;
    }
    return instalment;
  }
}

/** Cuts ranges into messages, and those into what the budget allows and the rest. */
function plan(
  ranges: readonly Range[],
  budget: number,
): { now: Range[]; later: Range[] } {
  const now: Range[] = [];
  const later: Range[] = [];
  let left = budget;
  for (const { table, address, count } of ranges) {
    for (let done = 0; done < count;) {
      const affordable = Math.floor(
        (left - BYTES_PER_MESSAGE) / BYTES_PER_CELL,
      );
      const rest = count - done;
      const chunk = Math.min(rest, Math.max(affordable, MIN_CHUNK));
      const fits = affordable >= chunk || now.length === 0;
      const part = { table, address: address + done, count: chunk };
      if (fits) now.push(part);
      else later.push({ ...part, count: rest });
      done += fits ? chunk : rest;
      left -= chunk * BYTES_PER_CELL + BYTES_PER_MESSAGE;
    }
  }
  return { now, later };
}

function read(view: BankView, range: Range): Cells {
  const { table, address, count } = range;
  return { ...range, values: view.read(table, address, count) };
}

/**
 * Adds the cells of changes that are still in the log: the client is going to
 * be told only of those behind this moment.
 *
 * @returns Whether these were all.
 */
function readPending(
  view: BankView,
  wanted: RangeSet,
  cells: Cells[],
): boolean {
  let left = MAX_PENDING;
  view.forEachPending((table, address, count) => {
    if (left-- <= 0) return;
    for (const part of wanted.parts({ table, address, count })) {
      cells.push(read(view, part));
    }
  });
  return left >= 0;
}
