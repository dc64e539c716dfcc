import { assertEquals } from "@std/assert";
import { isRole, type Role } from "../../src/access/role.ts";

const CASES: readonly [held: Role, needed: Role, is: boolean][] = [
  ["viewer", "viewer", true],
  ["viewer", "operator", false],
  ["operator", "viewer", true],
  ["operator", "operator", true],
];

for (const [held, needed, is] of CASES) {
  const verb = is ? "may" : "may not";
  Deno.test({
    name: `isRole: a client that is ${held} ${verb} do what needs ${needed}`,
    permissions: "none",
    fn: () => assertEquals(isRole(held, needed), is),
  });
}
