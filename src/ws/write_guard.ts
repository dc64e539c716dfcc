/**
 * What a client may write.
 * @module
 */
import { isRole, type Role } from "../access/role.ts";
import { differ, differences, type Run } from "../bank/difference.ts";
import { NO_PROTECTION, type Protection } from "../bank/protection.ts";
import { nameOf, type Table } from "../bank/tables.ts";
import { ProtocolError } from "./messages.ts";

/** Refuses writes that a client may not do, as a whole and before the bank sees them. */
export class WriteGuard {
  /** Whether the client may write nothing at all. */
  readonly isReadOnly: boolean;
  /** What the client is here for. */
  readonly role: Role;
  readonly #protection: Protection;

  /** A guard before the writes of clients in `role`. */
  constructor(role: Role, protection: Protection) {
    this.isReadOnly = !isRole(role, "operator") || protection.isTotal;
    this.role = role;
    this.#protection = protection;
  }

  /**
   * Lets a write of `count` cells from `address` pass.
   *
   * @throws {ProtocolError} If one of the cells may not be written.
   */
  check(table: Table, address: number, count: number): void {
    if (!isRole(this.role, "operator")) {
      throw new ProtocolError(
        "forbidden",
        `A ${this.role} may not write: that takes the token of an operator`,
      );
    }
    const first = this.#protection.firstIn(table, address, count);
    if (first === undefined) return;
    throw new ProtocolError(
      "write_protected",
      this.#protection.isTotal
        ? "This side may write nothing (--read-only)"
        : `${
          nameOf(table)
        } ${first} is write-protected (--protect): nothing was written`,
    );
  }

  /**
   * Lets new values for all cells of a table pass. Cells that may not be
   * written may be among them as long as their values are the old ones.
   *
   * @throws {ProtocolError} If one of those would change.
   */
  checkReplacement(
    table: Table,
    before: Uint8Array,
    after: Uint8Array,
  ): void {
    for (const { address, count } of differences(table, before, after)) {
      if (this.isReadOnly) this.check(table, address, count);
      const end = address + count;
      for (let cell = address; cell < end; cell++) {
        const next = this.#protection.firstIn(table, cell, end - cell);
        if (next === undefined) break;
        cell = next;
        const isChanged = differ(table, before, after, {
          address: cell,
          count: 1,
        });
        if (isChanged) this.check(table, cell, 1);
      }
    }
  }

  /** The parts of a run of cells that may be written. */
  allowed(table: Table, run: Run): Run[] {
    return this.isReadOnly ? [] : this.#protection.unprotected(table, run);
  }
}

/** Lets everything pass. */
export const NO_GUARD: WriteGuard = new WriteGuard("operator", NO_PROTECTION);
