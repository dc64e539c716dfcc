import { assertEquals } from "@std/assert";
import { Alarm } from "../../src/ws/alarm.ts";

/** Timers under the test's control, in place of the runtime's. */
class Timers implements Disposable {
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly running = new Map<number, [delay: number, fire: () => void]>();
  #next = 1;

  constructor() {
    globalThis.setTimeout = ((fire: () => void, delay: number) => {
      this.running.set(this.#next, [delay, fire]);
      return this.#next++;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => {
      this.running.delete(Number(id));
    };
  }

  get delays(): number[] {
    return [...this.running.values()].map(([delay]) => delay);
  }

  fire(): void {
    for (const [id, [, fire]] of this.running) {
      this.running.delete(id);
      fire();
    }
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#set;
    globalThis.clearTimeout = this.#clear;
  }
}

function test(
  name: string,
  fn: (alarm: Alarm, timers: Timers, rings: () => number) => void,
): void {
  Deno.test({
    name,
    permissions: "none",
    fn() {
      using timers = new Timers();
      let rings = 0;
      fn(new Alarm(() => rings++), timers, () => rings);
    },
  });
}

test("within() rings once", (alarm, timers, rings) => {
  alarm.within(1000);
  assertEquals([timers.delays, rings()], [[1000], 0]);
  timers.fire();
  assertEquals([timers.delays, rings()], [[], 1]);
});

test(
  "within() leaves an earlier timer alone and replaces a later one",
  (alarm, timers, rings) => {
    alarm.within(100);
    alarm.within(1000);
    alarm.within(100);
    assertEquals(timers.delays, [100]);
    alarm.within(10);
    assertEquals(timers.delays, [10]);
    timers.fire();
    assertEquals(rings(), 1);
    alarm.within(1000);
    assertEquals(timers.delays, [1000]);
  },
);

test("within() can be called while it rings", (_, timers) => {
  let rings = 0;
  const alarm: Alarm = new Alarm(() => {
    if (++rings < 3) alarm.within(5);
  });
  alarm.within(50);
  for (let i = 0; i < 5; i++) timers.fire();
  assertEquals([rings, timers.delays], [3, []]);
});

test("clear() ends it, until it is asked again", (alarm, timers, rings) => {
  alarm.within(100);
  alarm.clear();
  assertEquals(timers.delays, []);
  alarm.within(1000);
  assertEquals(timers.delays, [1000]);
  timers.fire();
  assertEquals(rings(), 1);
});
