import { assertEquals } from "@std/assert";
import { ClientCounters, KeyCounter } from "../../src/ws/client_counters.ts";

Deno.test({
  name: "KeyCounter tells the keys that it was made with before they occur",
  permissions: "none",
  fn() {
    const counter = new KeyCounter<string>(["a", "b"]);
    for (const key of ["b", "c", "b", "__proto__"]) counter.count(key);
    assertEquals([...counter.entries()], [
      ...[["a", 0], ["b", 2], ["c", 1], ["__proto__", 1]] as const,
    ]);
  },
});

Deno.test({
  name: "ClientCounters.closed() counts by side and code, a few codes alone",
  permissions: "none",
  fn() {
    const counters = new ClientCounters();
    // Those that are usual are told before they occur.
    const before = counters.closes();
    assertEquals(before.every(({ count }) => count === 0), true);
    assertEquals(
      before.some(({ by, code }) => by === "server" && code === "1013"),
      true,
    );
    for (const code of [1000, 1001, 1000, 3000, 4999, 1004, NaN]) {
      counters.closed("client", code);
    }
    counters.closed("server", 1013);
    const closes = counters.closes().filter(({ count }) => count > 0);
    assertEquals(closes, [
      { by: "client", code: "1000", count: 2 },
      { by: "client", code: "1001", count: 1 },
      { by: "server", code: "1013", count: 1 },
      { by: "client", code: "other", count: 4 },
    ]);
  },
});

Deno.test({
  name: "ClientCounters.told() counts how old each write is, in seconds",
  permissions: "none",
  fn() {
    const counters = new ClientCounters();
    const now = 1_700_000_000_000;
    counters.told(
      [0, 1, 2, 60_000, -5].map((age) => ({ time: now - age })),
      now,
    );
    const { bounds, counts, sum } = counters.delays.read();
    assertEquals(bounds.slice(0, 2), [0.001, 0.0025]);
    // That from the future is as good as new.
    assertEquals([counts[0], counts[1], counts.at(-1)], [3, 1, 1]);
    assertEquals(sum, 0.001 + 0.002 + 60);
  },
});
