/**
 * Numbers on a bank for those who watch over it. Reading them takes no lock:
 * no thread waits, and one number may be a write ahead of another.
 * @module
 */
import { Origin } from "./change.ts";
import { BankMemory, Num, Word } from "./memory.ts";

/** Numbers on a bank. */
export interface BankStatistics {
  /** Writes by kind of writer, since the bank was made. */
  readonly writes: {
    readonly modbus: number;
    readonly websocket: number;
    readonly rest: number;
  };
  /** Writes that have found the change log full. */
  readonly overflows: number;
  /** Bytes in the change log that its reader has not taken yet. */
  readonly logFill: number;
  /** Bytes that the change log holds. */
  readonly logSize: number;
}

/** Reads the numbers on the bank in this memory. */
export function readStatistics(buffer: SharedArrayBuffer): BankStatistics {
  const { nums, words, ringSize } = new BankMemory(buffer);
  const writesBy = (origin: Origin) => nums[Num.writes + origin]!;
  // The tail first: the other way round it could have overtaken the head.
  const tail = Atomics.load(words, Word.tail);
  const head = Atomics.load(words, Word.head);
  return {
    writes: {
      modbus: writesBy(Origin.modbus),
      websocket: writesBy(Origin.websocket),
      rest: writesBy(Origin.rest),
    },
    overflows: nums[Num.overflows]!,
    logFill: (head - tail) >>> 0,
    logSize: ringSize,
  };
}
