/**
 * What a client may write.
 * @module
 */
import { isRole, type Role } from "../access/role.ts";
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
}

/** Lets everything pass. */
export const NO_GUARD: WriteGuard = new WriteGuard("operator", NO_PROTECTION);
