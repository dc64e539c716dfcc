/**
 * What a client is still owed: cells whose current values take the place of
 * changes that it was not told.
 * @module
 */
import type { BankView } from "../bank/view.ts";
import { CellSet } from "./cell_set.ts";
import type { Cells } from "./encode.ts";
import type { Range } from "./messages.ts";
import { normalizeRanges, type RangeSet } from "./ranges.ts";

/** Longest text of a cell's value, with its comma: `false,` or `65535,`. */
const BYTES_PER_CELL = 6;

/** Bytes of a notification around its values, roughly. */
const BYTES_PER_MESSAGE = 128;

/** Smallest part of a range that is sent on its own. */
const MIN_CHUNK = 64;

/** Most changes still in the log, and most parts of them, that are made up for under the bank's lock. */
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
  /** Where the next instalment begins: cells that change all the time are not to keep others waiting for ever. */
  #next: Range | undefined;
  /** A cell of the last message, when the client was told that another follows. */
  #awaiting: readonly Range[] = [];

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

  /** What of it lies in `wanted`; undefined when nothing does. */
  within(wanted: RangeSet): Backlog | undefined {
    const ranges = this.#cells.ranges().flatMap((range) => wanted.parts(range));
    return ranges.length === 0
      ? undefined
      : new Backlog(ranges, this.resync, false);
  }

  /**
   * Takes as much out of it as makes some `budget` bytes of text, but at least
   * one message.
   *
   * @param wanted All that the client wants.
   * @param atOnce Runs its argument on the bank at one moment.
   */
  take(
    budget: number,
    wanted: RangeSet,
    atOnce: <T>(action: (view: BankView) => T) => T,
  ): Instalment {
    const owed = beginningAt(this.#next, this.#cells.ranges());
    const { now, later, left } = plan(owed, budget);
    const instalment = atOnce((view): Instalment => {
      const changing = later.length > 0
        ? undefined
        : this.#complete
        ? []
        : pendingIn(view, wanted, left);
      const settled = changing !== undefined;
      const ranges = [...now, ...changing ?? []];
      if (settled && ranges.length === 0) ranges.push(...this.#awaiting);
      const cells = ranges.map((range) => read(view, range));
      return { seq: view.seq, cells, settled };
    });
    this.#cells = new CellSet(later);
    this.#next = later[0];
    this.#complete = false;
    const last = instalment.cells.at(-1);
    if (last !== undefined) {
      const { table, address } = last;
      this.#awaiting = [{ table, address, count: 1 }];
    }
    return instalment;
  }
}

/** The cells of ranges in their order, but first those from the first of `start` on. */
function beginningAt(
  start: Range | undefined,
  ranges: readonly Range[],
): readonly Range[] {
  if (start === undefined) return ranges;
  const before: Range[] = [];
  const behind: Range[] = [];
  for (const range of ranges) {
    const { table, address, count } = range;
    const early = table === start.table
      ? Math.min(Math.max(start.address - address, 0), count)
      : table < start.table
      ? count
      : 0;
    if (early > 0) before.push({ ...range, count: early });
    if (early < count) {
      behind.push({ table, address: address + early, count: count - early });
    }
  }
  return [...behind, ...before];
}

/** Cuts ranges into messages, and those into what the budget allows and the rest. */
function plan(
  ranges: readonly Range[],
  budget: number,
): { now: Range[]; later: Range[]; left: number } {
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
      left -= cost(chunk);
    }
  }
  return { now, later, left };
}

function read(view: BankView, range: Range): Cells {
  const { table, address, count } = range;
  return { ...range, values: view.read(table, address, count) };
}

/** Bytes of a message with `count` cells, at most. */
function cost(count: number): number {
  return count * BYTES_PER_CELL + BYTES_PER_MESSAGE;
}

/**
 * The wanted cells of changes that are still in the log: the client is going to
 * be told only of those behind this moment.
 *
 * @returns Undefined when these are not all, or more than the budget allows.
 */
function pendingIn(
  view: BankView,
  wanted: RangeSet,
  budget: number,
): Range[] | undefined {
  if (view.overflowed) return undefined;
  const parts: Range[] = [];
  let visited = 0;
  view.forEachPending((table, address, count) => {
    if (++visited > MAX_PENDING || parts.length > MAX_PENDING) return;
    parts.push(...wanted.parts({ table, address, count }));
  });
  if (visited > MAX_PENDING || parts.length > MAX_PENDING) return undefined;
  const ranges = normalizeRanges(parts);
  const bytes = ranges.reduce((sum, { count }) => sum + cost(count), 0);
  return bytes === 0 || bytes <= budget ? ranges : undefined;
}
