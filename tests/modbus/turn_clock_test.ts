import { assertEquals } from "@std/assert";
import { TurnClock } from "../../src/modbus/turn_clock.ts";

/** A clock whose times are how often it has looked. */
function rig(): { clock: TurnClock } {
  let looks = 0;
  return { clock: new TurnClock(() => ++looks) };
}

Deno.test({
  name: "TurnClock looks once for all who have their turns together",
  permissions: "none",
  async fn() {
    const { clock } = rig();
    const arrived = Promise.withResolvers<void>();
    const connections = Array.from({ length: 5 }, async () => {
      await arrived.promise;
      const times = [clock.now(), clock.now()];
      // What this brings about comes behind those who were there before.
      await undefined;
      return [...times, clock.now()];
    });
    arrived.resolve();
    const times = await Promise.all(connections);
    assertEquals(times, Array(5).fill([1, 1, 2]));
  },
});

Deno.test({
  name: "TurnClock looks again in the next turn",
  permissions: "none",
  async fn() {
    const { clock } = rig();
    for (const expected of [1, 2, 3]) {
      assertEquals([clock.now(), clock.now()], [expected, expected]);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  },
});

Deno.test({
  name: "TurnClock goes by performance.now()",
  permissions: "none",
  fn() {
    const before = performance.now();
    const now = new TurnClock().now();
    assertEquals(before <= now && now <= performance.now(), true);
  },
});
