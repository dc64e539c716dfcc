/**
 * The JSON protocol as the README tells it, said again in other words than in
 * `src/ws`: what the fuzzers compare the program with.
 * @module
 */
import { BankModel } from "../bank/model.ts";

/** Cells of one bit, as they are called in types of messages. */
export const BIT_TYPES: readonly string[] = [
  "Coil",
  "Coils",
  "DiscreteInput",
  "DiscreteInputs",
];
/** Cells of 16 bits, as they are called in types of messages. */
export const REGISTER_TYPES: readonly string[] = [
  "InputRegister",
  "InputRegisters",
  "HoldingRegister",
  "HoldingRegisters",
];
/** Names of the tables, in the order of their numbers. */
export const TABLES: readonly string[] = [
  "coils",
  "discreteInputs",
  "inputRegisters",
  "holdingRegisters",
];

/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | {
  [name: string]: Json;
};

const isIntegerFrom = (
  value: Json | undefined,
  min: number,
  max: number,
): value is number =>
  typeof value === "number" && Math.floor(value) === value && value >= min &&
  value <= max;

const isRange = (address: Json | undefined, count: Json | undefined): boolean =>
  isIntegerFrom(count, 1, 65_536) && isIntegerFrom(address, 0, 65_536 - count);

/** Whether the protocol as it is described takes a message: said again, in other words than in src/ws. */
export function isProtocol(message: Json): boolean {
  if (
    typeof message !== "object" || message === null || Array.isArray(message)
  ) return false;
  const { type, id, unit, address, count, value } = message;
  if (typeof type !== "string") return false;
  if (
    id !== undefined &&
    !(typeof id === "string"
      ? id.length <= 256
      : typeof id === "number" && id >= -(2 ** 53 - 1) && id <= 2 ** 53 - 1)
  ) return false;
  if (unit !== undefined && !isIntegerFrom(unit, 0, 255)) return false;
  if (type === "ping") return true;
  if (type === "auth") return typeof message.token === "string";
  if (type === "subscribe") return isSubscription(message);
  const [, verb, kind] = /^(get|set)(.+)$/s.exec(type) ?? [];
  const isBits = BIT_TYPES.includes(kind ?? "") || type === "setDiscteteInputs";
  if (!isBits && !REGISTER_TYPES.includes(kind ?? "")) return false;
  if (verb === "get") return isRange(address, count);
  if (!Array.isArray(value) || !isRange(address, value.length)) return false;
  return isBits
    ? value.every((bit) => typeof bit === "boolean" || bit === 0 || bit === 1)
    : value.every((register) => isIntegerFrom(register, -32_768, 65_535));
}

function isSubscription(
  { ranges, snapshot, echo, batch, meta, resume }: { [name: string]: Json },
): boolean {
  const isOption = (option: Json | undefined) =>
    option === undefined || typeof option === "boolean";
  if (![snapshot, echo, batch, meta].every(isOption)) return false;
  if (resume !== undefined) {
    if (
      typeof resume !== "object" || resume === null || Array.isArray(resume)
    ) return false;
    if (typeof resume.epoch !== "string" || resume.epoch.length > 64) {
      return false;
    }
    if (!isIntegerFrom(resume.seq, 0, 2 ** 53 - 1)) return false;
  }
  if (ranges === undefined) return true;
  return Array.isArray(ranges) && ranges.length <= 1024 &&
    ranges.every((range) =>
      typeof range === "object" && range !== null && !Array.isArray(range) &&
      typeof range.table === "string" && TABLES.includes(range.table) &&
      isRange(range.address, range.count)
    );
}

/** A message that {@linkcode isProtocol} has taken. */
export type Message = { readonly [name: string]: Json };

/** Kinds of accepted messages. */
export type Kind = "write" | "read" | "subscribe" | "ping" | "auth";

/** What kind of message it is. */
function kindOf({ type }: Message): Kind {
  if (type === "ping" || type === "subscribe" || type === "auth") return type;
  return /^set/.test(type as string) ? "write" : "read";
}

/** The id that an answer to it carries, be the message right or wrong; undefined when it has none that is allowed. */
export function idOf(message: Json | undefined): Json | undefined {
  const id = (message as Message | null | undefined)?.id;
  return isProtocol({ type: "ping", id: id ?? [] }) ? id : undefined;
}

/** The cells, and what is done with them. */
export class ServerModel {
  /** The cells. */
  readonly cells: BankModel = new BankModel();

  /**
   * Does what a message says that {@linkcode isProtocol} has taken; not a subscription.
   *
   * @returns The answer, to the byte; undefined when there is none.
   */
  execute(message: Message): string | undefined {
    const { address, count, value, id } = message;
    const [table, name] = tableOf(message);
    switch (kindOf(message)) {
      case "auth": // Nobody has to show a token: whoever does is in already.
        return id === undefined ? id : JSON.stringify({ type: "ok", id });
      case "ping":
        return JSON.stringify({ type: "pong", id });
      case "write": {
        const values = (value as (number | boolean)[]).map((each) =>
          (Number(each) + 65_536) % 65_536
        );
        this.cells.write(table, address as number, values);
        return id === undefined ? id : JSON.stringify({ type: "ok", id });
      }
      case "read": {
        const cells = this.cells
          .read(table, address as number, count as number);
        const value = table < 2 ? cells.map((cell) => cell === 1) : cells;
        return JSON.stringify({ type: name, address, value, id });
      }
      case "subscribe":
        throw new Error("A subscription is not for one model alone");
    }
  }
}

/** Number and name of the table that a type names. */
function tableOf({ type }: Message): [table: number, name: string] {
  const kind = (type as string).replace(/^[gs]et/, "");
  const table = BIT_TYPES.includes(kind)
    ? kind.startsWith("Coil") ? 0 : 1
    : kind.startsWith("Input")
    ? 2
    : kind.startsWith("Holding")
    ? 3
    : 1;
  return [table, TABLES[table]!];
}
