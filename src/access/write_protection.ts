/**
 * Which cells the clients of a side may not write, from what was configured.
 * Pure.
 * @module
 */
import { ALL_CELLS, type CellRange, cellRange } from "../bank/cell_range.ts";

/** The sides that write: Modbus clients; WebSocket and HTTP clients. */
export const SIDES = ["modbus", "ws"] as const;

/** A side that writes. */
export type Side = typeof SIDES[number];

/** One side, or both. */
export type Sides = Side | "all";

/** Consecutive cells, and who may not write them. */
export interface ProtectionRule extends CellRange {
  /** Whose writes are refused. */
  readonly side: Sides;
}

/**
 * A rule such as `holdingRegisters:1000-1999:modbus`; a single cell may stand
 * for the range, and without a side it is for both.
 *
 * @throws {RangeError} If it is none. The message goes on after a name.
 */
export function parseRule(text: string): ProtectionRule {
  const [, table = "", first, last = first, side = "all"] =
    /^(\w+):(\d{1,5})(?:-(\d{1,5}))?(?::(\w+))?$/.exec(text) ?? [];
  if (first === undefined) {
    throw new RangeError(
      `"${text}" is not a range of cells: it takes forms such as coils:7, holdingRegisters:1000-1999 or holdingRegisters:1000-1999:modbus`,
    );
  }
  const cells = cellRange(text, table, Number(first), Number(last));
  if (side !== "all" && !SIDES.includes(side as Side)) {
    throw new RangeError(`"${text}" has no side: it takes ${SIDES.join(", ")}`);
  }
  return { ...cells, side: side as Sides };
}

/** What the clients of `side` may not write. */
export function protectedFrom(
  side: Side,
  readOnly: Sides | "none",
  rules: readonly ProtectionRule[],
): readonly CellRange[] {
  if (readOnly === side || readOnly === "all") return ALL_CELLS;
  return rules.filter((rule) => rule.side === side || rule.side === "all")
    .map(({ side: _, ...cells }) => cells);
}
