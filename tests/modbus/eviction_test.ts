import { assertEquals } from "@std/assert";
import { type Evictable, idlest } from "../../src/modbus/eviction.ts";

const used = (activeAt: number): Evictable => ({ activeAt, isInUse: true });
const unused = (activeAt: number): Evictable => ({ activeAt, isInUse: false });

/** Connections, places of those that are never closed, and the place of the one that goes. */
const CASES: readonly (readonly [
  what: string,
  connections: readonly Evictable[],
  lasting: readonly number[],
  goes: number | undefined,
])[] = [
  ["none", [], [], undefined],
  ["one", [used(5)], [], 0],
  ["the idlest", [used(5), used(3), used(4)], [], 1],
  ["the first of equals", [used(3), used(3)], [], 0],
  ["one that was never in use", [used(1), unused(9), used(2)], [], 1],
  ["the idlest of those", [unused(9), used(1), unused(8)], [], 2],
  ["not one with priority", [used(1), used(2), used(3)], [0, 1], 2],
  ["not even when it was never in use", [unused(1), used(2)], [0], 1],
  ["nobody where all have priority", [used(1), unused(2)], [0, 1], undefined],
];

for (const [what, connections, lasting, goes] of CASES) {
  Deno.test({
    name: `idlest() is ${what}`,
    permissions: "none",
    fn() {
      const kept = new Set(lasting.map((place) => connections[place]!));
      const expected = goes === undefined ? undefined : connections[goes];
      const found = idlest(connections, kept);
      assertEquals(found, expected);
      assertEquals(found === expected, true);
    },
  });
}
