import { assertEquals, assertThrows } from "@std/assert";
import type { Role } from "../../src/access/role.ts";
import { ALL_CELLS } from "../../src/bank/cell_range.ts";
import { Protection } from "../../src/bank/protection.ts";
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
    ...["operator", new Protection(ALL_CELLS), true] as const,
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

Deno.test({
  name: "WriteGuard.checkReplacement() lets protected cells stay, not change",
  permissions: "none",
  fn() {
    const { coils, holdingRegisters } = Table;
    const cells = [...SOME, { table: coils, address: 3, count: 2 }];
    const guard = new WriteGuard("operator", new Protection(cells));
    const check = (table: Table, ...changed: number[]) => {
      const after = new Uint8Array(131_072);
      for (const at of changed) {
        if (table === coils) after[at >>> 3]! |= 1 << (at & 7);
        else after[at * 2 + 1] = 1;
      }
      guard.checkReplacement(table, new Uint8Array(131_072), after);
    };
    // Beside them and around them.
    check(coils, 0, 2, 5);
    check(holdingRegisters, 0, 9, 15, 65_535);
    assertThrows(() => check(coils, 0, 4), ProtocolError, "coils 4");
    const act = () => check(holdingRegisters, 9, 13);
    assertThrows(act, ProtocolError, "holdingRegisters 13");
    const viewer = new WriteGuard("viewer", new Protection([]));
    const same = new Uint8Array(10);
    viewer.checkReplacement(coils, same, same);
    assertThrows(
      () => viewer.checkReplacement(coils, same, Uint8Array.of(1)),
      ProtocolError,
      "A viewer may not write",
    );
  },
});

Deno.test({
  name: "WriteGuard.allowed() gives what is not protected to who may write",
  permissions: "none",
  fn() {
    const run = { address: 8, count: 10 };
    const allowed = (role: Role, protection: Protection) =>
      new WriteGuard(role, protection).allowed(Table.holdingRegisters, run);
    const some = new Protection(SOME);
    assertEquals(allowed("operator", some), [
      { address: 8, count: 2 },
      { address: 15, count: 3 },
    ]);
    assertEquals(allowed("operator", new Protection([])), [run]);
    assertEquals(allowed("viewer", new Protection([])), []);
    assertEquals(allowed("operator", new Protection(ALL_CELLS)), []);
  },
});
