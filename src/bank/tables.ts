/**
 * The four tables of the Modbus data model (Application Protocol V1.1b3, 4.3).
 * @module
 */

/** Elements in each table: the whole 16-bit address space, 0 to 65,535. */
export const TABLE_SIZE = 65_536;

/** Names of the tables, in the order of their numbers in {@linkcode Table}. */
export const TABLE_NAMES = [
  "coils",
  "discreteInputs",
  "inputRegisters",
  "holdingRegisters",
] as const;

/** Name of a table. */
export type TableName = typeof TABLE_NAMES[number];

/**
 * The kinds of tables: what stands in shared memory instead of a name. They are
 * also the numbers of the first unit's tables.
 */
export const Table = {
  /** One bit each, read and written by Modbus clients. */
  coils: 0,
  /** One bit each, read-only for Modbus clients. */
  discreteInputs: 1,
  /** 16 bits each, read-only for Modbus clients. */
  inputRegisters: 2,
  /** 16 bits each, read and written by Modbus clients. */
  holdingRegisters: 3,
} as const satisfies Record<TableName, number>;

/** A kind of table. */
export type TableKind = typeof Table[TableName];

/** Number of a table: its kind, and {@linkcode TABLE_KINDS} for each unit before its own. */
export type Table = number;

/** How many kinds of tables there are, a power of two. */
export const TABLE_KINDS = 4;

/** The kind of a table. */
export function kindOf(table: Table): TableKind {
  return (table & (TABLE_KINDS - 1)) as TableKind;
}

/** The name of a table's kind. */
export function nameOf(table: Table): TableName {
  return TABLE_NAMES[kindOf(table)];
}

/** Whether the cells of `table` are single bits; otherwise they have 16 bits. */
export function isBitTable(table: Table): boolean {
  return kindOf(table) < Table.inputRegisters;
}

/**
 * Bytes that `count` cells of `table` take in wire form: bits packed from the
 * least significant bit of the first byte, registers big-endian.
 */
export function wireLength(table: Table, count: number): number {
  return isBitTable(table) ? (count + 7) >>> 3 : count * 2;
}

/**
 * Checks that `count` cells from `address` lie inside a table.
 *
 * @throws {RangeError} If they don't. Callers check what comes from outside
 * before and answer it in the terms of their protocol; this is the last line.
 */
export function assertRange(address: number, count: number): void {
  if (
    !(Number.isInteger(address) && Number.isInteger(count) &&
      address >= 0 && count >= 1 && address + count <= TABLE_SIZE)
  ) {
    throw new RangeError(
      `Cannot use ${count} cells from address ${address}: a table has addresses 0 to ${
        TABLE_SIZE - 1
      }`,
    );
  }
}
