import { assertEquals, assertThrows } from "@std/assert";
import type { Role } from "../../src/access/role.ts";
import { EVERY_CELL, Protection } from "../../src/bank/protection.ts";
import { Table } from "../../src/bank/tables.ts";
import { Units } from "../../src/bank/units.ts";
import { ProtocolError } from "../../src/ws/messages.ts";
import { NO_GUARD, WriteGuard } from "../../src/ws/write_guard.ts";

const SOME = [{ table: Table.holdingRegisters, address: 10, count: 5 }];

/** Guards, whether they let nothing pass, and what they say of holding registers 8 to 11. */
const CASES: readonly [
  role: Role,
  protection: Protection,
  isReadOnly: boolean,
  code: string,
  message: string,
][] = [
  [
    ...["viewer", new Protection([]), true, "forbidden"] as const,
    "A viewer may not write: that takes the token of an operator",
  ],
  [
    ...["viewer", new Protection(SOME), true, "forbidden"] as const,
    "A viewer may not write: that takes the token of an operator",
  ],
  [
    ...["operator", new Protection(SOME), false, "write_protected"] as const,
    "holdingRegisters 10 is write-protected (--protect): nothing was written",
  ],
  [
    ...["operator", new Protection(EVERY_CELL), true] as const,
    ...[
      "write_protected",
      "This side may write nothing (--read-only)",
    ] as const,
  ],
];

for (const [role, protection, isReadOnly, code, message] of CASES) {
  Deno.test({
    name: `WriteGuard refuses with ${code}: ${message}`,
    permissions: "none",
    fn() {
      const guard = new WriteGuard(role, protection);
      assertEquals(guard.isReadOnly, isReadOnly);
      const error = assertThrows(
        () => guard.check(Table.holdingRegisters, 8, 4),
        ProtocolError,
      );
      assertEquals([error.code, error.message], [code, message]);
    },
  });
}

Deno.test({
  name: "WriteGuard protects the cells of every unit, and names their table",
  permissions: "none",
  fn() {
    const table = new Units([1, 7]).tableOf(7, Table.holdingRegisters);
    const guard = new WriteGuard("operator", new Protection(SOME));
    assertThrows(
      () => guard.check(table, 8, 4),
      ProtocolError,
      "holdingRegisters 10 is write-protected (--protect)",
    );
    guard.check(table, 8, 2);
  },
});

Deno.test({
  name: "WriteGuard lets pass what is not protected",
  permissions: "none",
  fn() {
    const guard = new WriteGuard("operator", new Protection(SOME));
    guard.check(Table.holdingRegisters, 8, 2);
    guard.check(Table.holdingRegisters, 15, 1);
    guard.check(Table.inputRegisters, 8, 4);
    NO_GUARD.check(Table.coils, 0, 65_536);
    assertEquals(NO_GUARD.isReadOnly, false);
  },
});
