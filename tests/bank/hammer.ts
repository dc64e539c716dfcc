/**
 * What the threads of the hammer write, and how a torn read is recognised.
 *
 * A region of cells is a row of units. Every write fills one of 15 overlapping
 * runs of units with one stamp, in which the number of the run stands. So what
 * is read must look as if such runs had been laid one over the other: the one
 * on top is whole, without it the next one is, and so on. A mix of two writes
 * can't be taken apart like that.
 * @module
 */
import { Table } from "../../src/bank/tables.ts";

/** Cells that many threads write. */
export interface Region {
  /** The table. */
  readonly table: Table;
  /** The first cell. */
  readonly base: number;
  /** Cells of a unit. */
  readonly width: number;
  /** How many units. */
  readonly units: number;
}

/** Registers; all of them need more than 1 KiB. */
export const REGISTERS: Region = {
  ...{ table: Table.holdingRegisters, base: 101, width: 1, units: 520 },
};

/** Coils; as units have 17, they begin at each bit of a byte. */
export const COILS: Region = {
  ...{ table: Table.coils, base: 13, width: 17, units: 100 },
};

/** A coil for each thread, from here on; they share a byte with each other and with {@linkcode COILS}. */
export const FLAGS = 9;

/** A register in which each thread has four bits. */
export const MASKED = 60_000;

/** First and last unit of each run, as parts of the region. */
// deno-fmt-ignore
const RUNS: readonly (readonly [number, number])[] = [
  [0, 1], [0, 0.5], [0.5, 1], [0.25, 0.75], [0.1, 0.4],
  [0.35, 0.6], [0.6, 0.95], [0.05, 0.15], [0.8, 1], [0, 0.03],
  [0.47, 0.53], [0.2, 0.9], [0.9, 0.97], [0.3, 0.31], [0.69, 0.7],
];

/** How many runs there are; they are numbered from 1. */
export const RUN_COUNT = RUNS.length;

/** Stamps of a thread count up to here, then begin again. */
export const COUNTS = 512;

/** First unit of a run, and the one behind its last. */
export function runOf(region: Region, run: number): [number, number] {
  const [from, to] = RUNS[run - 1]!;
  return [Math.floor(from * region.units), Math.floor(to * region.units)];
}

/** The stamp of a thread's write: 16 bits. `thread` is less than 8. */
export function stampOf(run: number, thread: number, count: number): number {
  return run * 4096 + thread * 512 + count % COUNTS;
}

/** What stands in a stamp. */
export function readStamp(
  stamp: number,
): { run: number; thread: number; count: number } {
  return {
    run: Math.floor(stamp / 4096),
    thread: Math.floor(stamp / 512) % 8,
    count: stamp % 512,
  };
}

/** Wire form of `units` units filled with a stamp; a bit of 1 follows those of a stamp in coils. */
export function toUnits(
  { width }: Region,
  units: number,
  stamp: number,
): Uint8Array {
  if (width === 1) {
    const bytes = new Uint8Array(units * 2);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < units; i++) view.setUint16(i * 2, stamp);
    return bytes;
  }
  const bytes = new Uint8Array(Math.ceil(units * width / 8));
  for (let i = 0; i < units * width; i++) {
    const bit = Math.floor((stamp + 65_536) / 2 ** (i % width)) % 2;
    bytes[Math.floor(i / 8)]! += bit * 2 ** (i % 8);
  }
  return bytes;
}

/** The stamps in wire form of `units` units: 0 where nothing was written yet, −1 for what can't be a stamp. */
export function fromUnits(
  { width }: Region,
  units: number,
  bytes: Uint8Array,
): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from({ length: units }, (_, unit) => {
    if (width === 1) return view.getUint16(unit * 2);
    let value = 0;
    for (let i = 0; i < width; i++) {
      const at = unit * width + i;
      if (bytes[at >> 3]! & (1 << (at & 7))) value += 2 ** i;
    }
    return value === 0 ? 0 : value < 65_536 ? -1 : value - 65_536;
  });
}

/**
 * Takes apart the stamps that were read from unit `first` on.
 *
 * @returns What is left, and can't have come from whole writes; undefined when nothing is.
 */
export function tornIn(
  region: Region,
  first: number,
  stamps: readonly number[],
): string | undefined {
  const left: (number | undefined)[] = [...stamps];
  while (liftOne(region, first, left));
  const at = left.findIndex((stamp) => stamp !== undefined && stamp !== 0);
  if (at < 0) return undefined;
  const kinds = new Set(left.filter((stamp) => stamp));
  const names = [...kinds].map((stamp) => JSON.stringify(readStamp(stamp!)));
  return `Torn from unit ${first + at} on: parts of ${names.join(" and ")}`;
}

/** Blanks each run that lies whole on top; returns whether there was one. */
function liftOne(
  region: Region,
  first: number,
  left: (number | undefined)[],
): boolean {
  let lifted = false;
  for (const stamp of new Set(left)) {
    if (stamp === undefined || stamp <= 0) continue;
    const { run } = readStamp(stamp);
    if (run < 1 || run > RUN_COUNT) continue;
    const [start, end] = runOf(region, run);
    const from = Math.max(start - first, 0);
    const to = Math.max(end - first, from);
    const part = left.slice(from, to);
    if (!part.includes(stamp)) continue;
    if (part.some((one) => one !== undefined && one !== stamp)) continue;
    left.fill(undefined, from, Math.min(to, left.length));
    lifted = true;
  }
  return lifted;
}
