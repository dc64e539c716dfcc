import { assertEquals } from "@std/assert";
import { isLongerThan } from "../../src/ws/message_size.ts";

/** Data around the limit of 300 bytes. */
const SIZES: readonly (readonly [
  name: string,
  data: unknown,
  longer: boolean,
])[] = [
  ["300 characters", "x".repeat(300), false],
  ["301 characters", "x".repeat(301), true],
  ["300 bytes in 150 characters", "ä".repeat(150), false],
  ["301 bytes in 151 characters", "ä".repeat(150) + "x", true],
  ["300 bytes in 100 characters", "€".repeat(100), false],
  ["303 bytes in 101 characters", "€".repeat(101), true],
  ["300 bytes in 75 characters of two places", "🙂".repeat(75), false],
  ["304 bytes in 76 characters of two places", "🙂".repeat(76), true],
  ["a very long text", "x".repeat(1 << 20), true],
  ["an empty text", "", false],
  ["300 bytes of binary data", new ArrayBuffer(300), false],
  ["301 bytes of binary data", new ArrayBuffer(301), true],
];

for (const [name, data, longer] of SIZES) {
  Deno.test({
    name: `isLongerThan() of ${name} is ${longer}`,
    permissions: "none",
    fn: () => assertEquals(isLongerThan(300, data), longer),
  });
}
