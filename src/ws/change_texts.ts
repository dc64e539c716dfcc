/**
 * The texts of one change, each made once for all clients that get it.
 * @module
 */
import type { Change } from "../bank/change.ts";
import { Origin } from "../bank/change.ts";
import { isBitTable, type Table, wireLength } from "../bank/tables.ts";
import { ANY_UNIT, type Units } from "../bank/units.ts";
import { unpackBits } from "../bank/bits.ts";
import { encodeNotification, type Meta } from "./encode.ts";
import type { Range } from "./messages.ts";

/** What `source` says of a change. */
const SOURCES: Readonly<Record<Origin, Meta["source"]>> = {
  [Origin.modbus]: "modbus",
  [Origin.websocket]: "websocket",
  [Origin.resync]: "bank",
  [Origin.rest]: "rest",
};

/** Encodes a change and its parts on demand. */
export class ChangeTexts {
  readonly #change: Change;
  readonly #unit: number | undefined;
  /** Made with the first text: most changes nobody wants. */
  #texts: Map<number, string> | undefined;
  /** The last one that was asked for: mostly the next client wants the same. */
  #lastKey = -1;
  #last = "";

  /** The texts of `change`, to a bank with these units. */
  constructor(change: Change, units: Units = ANY_UNIT) {
    this.#change = change;
    this.#unit = units.idOf(change.table);
  }

  /**
   * The notification of a part of the change, or of all of it.
   *
   * @param part A range inside that of the change.
   * @param meta Whether it carries sequence number, time and source.
   * @param more Whether another part of this change follows for the same client.
   */
  of({ address, count }: Range, meta: boolean, more: boolean): string {
    const change = this.#change;
    const flags = (meta ? 2 : 0) + (meta && more ? 1 : 0);
    const key = ((address - change.address) * 0x20000 + count) * 4 + flags;
    if (key === this.#lastKey) return this.#last;
    const texts = this.#texts ??= new Map();
    let text = texts.get(key);
    if (text === undefined) {
      const { table, seq, time, origin } = change;
      const values = slice(change, address - change.address, count);
      const resync = origin === Origin.resync;
      text = encodeNotification(
        { table, address, count, values },
        this.#unit,
        meta
          ? {
            ...{ seq, time, source: SOURCES[origin], resync, more },
            writer: resync ? undefined : change,
          }
          : undefined,
      );
      texts.set(key, text);
    }
    this.#lastKey = key;
    this.#last = text;
    return text;
  }
}

/** The values of `count` cells, the first of them `offset` cells into the change. */
function slice(change: Change, offset: number, count: number): Uint8Array {
  const { table, values } = change;
  if (count === change.count) return values;
  return isBitTable(table)
    ? sliceBits(table, values, offset, count)
    : values.subarray(2 * offset, 2 * (offset + count));
}

function sliceBits(
  table: Table,
  values: Uint8Array,
  offset: number,
  count: number,
): Uint8Array {
  const part = new Uint8Array(wireLength(table, count));
  unpackBits(values, offset, part, 0, count);
  return part;
}
