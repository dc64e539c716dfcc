/**
 * What the server says in the JSON protocol, as text. Pure functions.
 * @module
 */
import { isBitTable, kindOf, nameOf } from "../bank/tables.ts";
import {
  type MessageId,
  type ProtocolError,
  type Range,
  TYPE_SUFFIXES,
} from "./messages.ts";

/** Cells in wire form, and where they are. */
export interface Cells extends Range {
  /** The values in wire form. */
  readonly values: Uint8Array;
}

/** What a notification tells besides the values, to a client that asked for it. */
export interface Meta {
  /** Number of the write, or of the last one that current values contain. */
  readonly seq: number;
  /** When it was written or read, in milliseconds since 1970. */
  readonly time: number;
  /** Who wrote; `bank`: these are current values, not one write. */
  readonly source: "modbus" | "websocket" | "rest" | "bank";
  /** Which client wrote, and the unit id that it addressed; undefined for current values. */
  readonly writer:
    | { readonly connection: number; readonly unitId: number }
    | undefined;
  /** Whether changes were left out, which these current values make up for. */
  readonly resync: boolean;
  /** Whether another message follows before the client has all up to `seq`. */
  readonly more: boolean;
}

/**
 * The notification of a write. Without `meta` to the byte as the original sent
 * it: `{"type":"setCoils","address":3,"value":[true,false,true]}`.
 *
 * @param unit The unit whose cells these are; undefined: all units share them.
 */
export function encodeNotification(
  cells: Cells,
  unit?: number,
  meta?: Meta,
): string {
  const suffix = TYPE_SUFFIXES[kindOf(cells.table)];
  return `{"type":"set${suffix}",${encodeCells(cells, unit)}${
    meta === undefined ? "" : encodeMeta(meta, unit)
  }}`;
}

/** Where a client's stream of changes begins. */
export interface Hello {
  /** This run of the program. */
  readonly epoch: string;
  /** The last write that is not told any more. */
  readonly seq: number;
  /** When the client wanted to go on: whether it can, or gets the current values instead. */
  readonly resumed: boolean | undefined;
  /** Whether current values come first: the client has all up to a `seq` only with a message without `more`. */
  readonly more: boolean;
  /** Whether this client may write nothing. */
  readonly readOnly: boolean;
  /** The unit ids that have cells of their own; undefined: all share the same. */
  readonly units: readonly number[] | undefined;
}

/** The answer to a subscription. */
export function encodeSubscribed(
  id: MessageId | undefined,
  hello?: Hello,
): string {
  const more = hello?.more || undefined;
  const readOnly = hello?.readOnly || undefined;
  return JSON.stringify({ type: "subscribed", ...hello, more, readOnly, id });
}

/** The answer to a read; `unit` as in {@linkcode encodeNotification}. */
export function encodeRead(
  cells: Cells,
  unit: number | undefined,
  id: MessageId | undefined,
): string {
  return `{"type":"${nameOf(cells.table)}",${encodeCells(cells, unit)}${
    encodeId(id)
  }}`;
}

/** The answer to a write with an id that has been done. */
export function encodeOk(id: MessageId): string {
  return `{"type":"ok"${encodeId(id)}}`;
}

/** The answer to a ping. */
export function encodePong(id: MessageId | undefined): string {
  return `{"type":"pong"${encodeId(id)}}`;
}

/** The answer to what could not be done. */
export function encodeError(
  { id, code, message }: Pick<ProtocolError, "id" | "code" | "message">,
): string {
  return JSON.stringify({ type: "error", id, code, message });
}

function encodeMeta(
  { seq, time, source, writer, resync, more }: Meta,
  unit: number | undefined,
): string {
  return `,"seq":${seq},"time":${time},"source":"${source}"${
    writer === undefined ? "" : `,"connection":${writer.connection}${
      // Where units have cells of their own, it stands with these.
      encodeUnit(unit === undefined ? writer.unitId : undefined)}`
  }${resync ? ',"resync":true' : ""}${more ? ',"more":true' : ""}`;
}

function encodeUnit(unit: number | undefined): string {
  return unit === undefined ? "" : `,"unit":${unit}`;
}

/** Where cells are and what they hold, as fields of an object; `unit` as in {@linkcode encodeNotification}. */
export function encodeCells(
  { table, address, count, values }: Cells,
  unit: number | undefined,
): string {
  const value = isBitTable(table)
    ? encodeBits(count, values)
    : encodeRegisters(count, values);
  return `"address":${address},"value":[${value}]${encodeUnit(unit)}`;
}

/** The eight bits of each byte as text, each behind a comma, the least significant first. */
const BYTE_TEXTS = Array.from(
  { length: 256 },
  (_, byte) =>
    Array.from({ length: 8 }, (_, i) => `,${(byte & (1 << i)) !== 0}`).join(""),
);

function encodeBits(count: number, values: Uint8Array): string {
  const bytes = count >>> 3;
  let text = "";
  for (let i = 0; i < bytes; i++) text += BYTE_TEXTS[values[i]!];
  for (let i = bytes * 8; i < count; i++) {
    text += `,${(values[bytes]! & (1 << (i & 7))) !== 0}`;
  }
  return text.slice(1);
}

function encodeRegisters(count: number, values: Uint8Array): string {
  let text = "";
  for (let i = 0; i < count; i++) {
    text += `,${(values[2 * i]! << 8) | values[2 * i + 1]!}`;
  }
  return text.slice(1);
}

function encodeId(id: MessageId | undefined): string {
  return id === undefined ? "" : `,"id":${JSON.stringify(id)}`;
}
