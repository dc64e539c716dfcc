import { assertEquals } from "@std/assert";
import { FirstTime } from "../../src/access/first_time.ts";

Deno.test({
  name: "FirstTime knows what is new",
  permissions: "none",
  fn() {
    const first = new FirstTime();
    const keys = ["a", "b", "a", "", "b", ""];
    assertEquals(keys.map((key) => first.of(key)), [
      ...[true, true, false],
      ...[true, false, false],
    ]);
  },
});

Deno.test({
  name: "FirstTime is bounded: it forgets, and goes on",
  permissions: "none",
  fn() {
    const first = new FirstTime();
    for (let i = 0; i < 1000; i++) assertEquals(first.of(`${i}`), true);
    assertEquals(first.of("0"), false);
    assertEquals(first.of("1000"), true);
    assertEquals(first.of("0"), true);
    assertEquals(first.of("1000"), false);
  },
});
