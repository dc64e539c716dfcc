import { assertEquals } from "@std/assert";
import { concat } from "../src/bytes.ts";

const permissions = "none";

Deno.test("concat() puts bytes one behind the other", { permissions }, () => {
  const parts = [Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3)];
  assertEquals(concat(parts), Uint8Array.of(1, 2, 3));
  assertEquals(concat([]), new Uint8Array());
});
