/**
 * How a change lies in the log: a header of {@linkcode RECORD_HEADER} bytes in
 * the machine's byte order, then the values in wire form, padded to 8 bytes.
 *
 * | byte | type | content |
 * | --- | --- | --- |
 * | 0 | float64 | sequence number |
 * | 8 | float64 | time, ms since 1970 |
 * | 16 | int32 | table |
 * | 20 | int32 | address |
 * | 24 | int32 | count |
 * | 28 | int32 | origin, and the unit id shifted by 8 |
 * | 32 | int32 | connection |
 * @module
 */
import { copyBytes } from "./bits.ts";
import type { Change, Origin, Writer } from "./change.ts";
import { RECORD_HEADER } from "./memory.ts";
import { type Table, wireLength } from "./tables.ts";

/** Memory with records in it: three views of the same bytes. */
export interface RecordMemory {
  /** All of it as bytes. */
  readonly bytes: Uint8Array;
  /** All of it as 32-bit words. */
  readonly words: Int32Array;
  /** All of it as 64-bit floats. */
  readonly floats: Float64Array;
}

/** Keeps records. */
export interface RecordSink {
  /** Copies the record at byte `at`, a multiple of 8; it is gone after the call. */
  append(memory: RecordMemory, at: number): void;
}

/** Bytes that the record of a write of `count` cells takes, a multiple of 8. */
export function recordSize(table: Table, count: number): number {
  return (RECORD_HEADER + wireLength(table, count) + 7) & ~7;
}

/**
 * The position behind a record of `size` bytes. One that reaches past the end
 * of the ring is followed by one at its start.
 */
export function advance(
  position: number,
  size: number,
  ringSize: number,
): number {
  const room = ringSize - (position & (ringSize - 1));
  return (position + Math.min(size, room)) | 0;
}

/** Writes the header of a record at byte `at`; the values are the caller's to put behind it. */
export function putHeader(
  memory: RecordMemory,
  at: number,
  seq: number,
  time: number,
  table: Table,
  address: number,
  count: number,
  writer: Writer,
): void {
  const { floats, words } = memory;
  floats[at >>> 3] = seq;
  floats[(at >>> 3) + 1] = time;
  const word = (at >>> 2) + 4;
  words[word] = table;
  words[word + 1] = address;
  words[word + 2] = count;
  words[word + 3] = writer.origin | (writer.unitId << 8);
  words[word + 4] = writer.connection;
}

/** Sequence number of the record at byte `at`. */
export function seqOf(memory: RecordMemory, at: number): number {
  return memory.floats[at >>> 3]!;
}

/** Table of the record at byte `at`. */
export function tableOf(memory: RecordMemory, at: number): Table {
  return memory.words[(at >>> 2) + 4] as Table;
}

/** First address of the record at byte `at`. */
export function addressOf(memory: RecordMemory, at: number): number {
  return memory.words[(at >>> 2) + 5]!;
}

/** Number of cells of the record at byte `at`. */
export function countOf(memory: RecordMemory, at: number): number {
  return memory.words[(at >>> 2) + 6]!;
}

/** Kind of writer of the record at byte `at`. */
export function originOf(memory: RecordMemory, at: number): Origin {
  return (memory.words[(at >>> 2) + 7]! & 0xff) as Origin;
}

/** Copies the record at byte `at` out of the memory. */
export function getChange(memory: RecordMemory, at: number): Change {
  const { floats, words, bytes } = memory;
  const table = tableOf(memory, at);
  const count = countOf(memory, at);
  const word = (at >>> 2) + 7;
  const values = new Uint8Array(wireLength(table, count));
  copyBytes(bytes, at + RECORD_HEADER, values, 0, values.length);
  return {
    seq: seqOf(memory, at),
    time: floats[(at >>> 3) + 1]!,
    table,
    address: addressOf(memory, at),
    count,
    origin: (words[word]! & 0xff) as Origin,
    unitId: words[word]! >>> 8,
    connection: words[word + 1]! >>> 0,
    values,
  };
}
