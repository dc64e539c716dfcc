import { assert, assertEquals } from "@std/assert";
import { Heat } from "../../../src/page/model/heat.js";

const options = { permissions: "none" } as const;

Deno.test("Heat.touch() warms the parts that the cells lie in", options, () => {
  const heat = new Heat();
  heat.touch(255, 2);
  heat.touch(65_535, 1);
  const warm = Array.from(heat.parts.keys()).filter((i) => heat.parts[i]! > 0);
  assertEquals(warm, [0, 1, 255]);
});

Deno.test("Heat.cool() lets it go", options, () => {
  const heat = new Heat();
  assertEquals(heat.cool(100), false);
  heat.touch(0, 1);
  assertEquals(heat.cool(1500), true);
  assertEquals(heat.parts[0], 0.5);
  assertEquals(heat.cool(1500), true);
  assertEquals(heat.parts[0], 0.25);
  assertEquals(heat.cool(60_000), false);
  assertEquals(heat.parts[0], 0);
  assert(heat.parts.every((part) => part === 0));
});
