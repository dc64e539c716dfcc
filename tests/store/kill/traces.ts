/**
 * What writers have left in a bank.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { addressOf, BLOCK, BLOCKS } from "./writer.ts";

/** Who wrote what, by sequence number, as an observer was told. */
export type Told = ReadonlyMap<number, { writer: number; n: number }>;

/** What an observer was told, in messages with `meta`. */
export function toldIn(messages: readonly string[]): Told {
  return new Map(
    messages.map((text) => JSON.parse(text)).map((change) => {
      const [high, low] = change.value;
      const n = high * 65_536 + low;
      const writer = Math.floor(change.address / (BLOCK * BLOCKS));
      return [change.seq, { writer, n }];
    }),
  );
}

/**
 * The last write of each writer that is in the holding registers from 0 on.
 * Asserts that all before it are there, and none in part.
 */
export function lastWrites(value: readonly number[], writers: number) {
  return Array.from({ length: writers }, (_, writer) => {
    const blocks = Array.from({ length: BLOCKS }, (_, k) => {
      const from = addressOf(writer, k);
      const [high, low] = value.slice(from, from + 2) as [number, number];
      const block = value.slice(from, from + BLOCK);
      const whole = block.every((v, i) => v === (i % 2 ? low : high));
      assert(whole, `writer ${writer}, block ${k}: ${block}`);
      return high * 65_536 + low;
    });
    const last = Math.max(...blocks);
    const expected = blocks.map((_, k) =>
      Math.max(last - (last - k + BLOCKS) % BLOCKS, 0)
    );
    assertEquals(blocks, expected, `blocks of writer ${writer}`);
    return last;
  });
}

/** Asserts that of what an observer was told just the writes up to number `seq` are there. */
export function assertPrefix(
  told: Told,
  seq: number,
  there: readonly number[],
): void {
  for (const [number, { writer, n }] of told) {
    assertEquals(
      n <= there[writer]!,
      number <= seq,
      `write ${n} of writer ${writer} has number ${number} of ${seq}`,
    );
  }
}
