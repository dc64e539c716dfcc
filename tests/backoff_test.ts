import { assertEquals } from "@std/assert";
import { Backoff } from "../src/backoff.ts";

const permissions = "none";

/** The next waits. */
const waits = (backoff: Backoff, count: number) =>
  Array.from({ length: count }, () => backoff.next());

Deno.test("Backoff doubles the wait up to 5 s", { permissions }, () => {
  const expected = [250, 500, 1000, 2000, 4000, 5000, 5000];
  assertEquals(waits(new Backoff(250), 7), expected);
});

Deno.test("Backoff begins anew after reset()", { permissions }, () => {
  const backoff = new Backoff(250);
  waits(backoff, 3);
  backoff.reset();
  assertEquals(waits(backoff, 2), [250, 500]);
});

Deno.test("Backoff begins anew after what went well for more than 5 s", {
  permissions,
}, () => {
  const backoff = new Backoff(250);
  waits(backoff, 3);
  backoff.wentWellFor(5000);
  assertEquals(backoff.next(), 2000);
  backoff.wentWellFor(5001);
  assertEquals(backoff.next(), 250);
});
