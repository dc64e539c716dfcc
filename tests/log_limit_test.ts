import { assertEquals } from "@std/assert";
import { limitLog } from "../src/log_limit.ts";
import { TestLog } from "./testing/log.ts";

const permissions = "none";

/** A limited log, its lines, and its clock. */
class Rig {
  readonly lines = new TestLog();
  now = 1_000_000;
  readonly log = limitLog(this.lines.log, () => this.now);

  /** Writes so many lines. Returns how many came through. */
  write(level: "debug" | "info" | "warn" | "error", count: number): number {
    const before = this.lines.all.length;
    for (let i = 0; i < count; i++) this.log(level, `line ${i}`);
    return this.lines.all.length - before;
  }
}

Deno.test("limitLog() lets a burst through, and then so many a second", {
  permissions,
}, () => {
  const rig = new Rig();
  assertEquals(rig.write("warn", 200), 200);
  assertEquals(rig.write("warn", 1_000_000), 0);
  rig.now += 50;
  // One line, and before it how many are missing.
  assertEquals(rig.write("warn", 10), 2);
  assertEquals(rig.lines.all.slice(-2), [
    "warn 1000000 lines were left out here",
    "warn line 0",
  ]);
  rig.now += 1000;
  assertEquals(rig.write("warn", 100), 21);
  rig.now += 3_600_000;
  assertEquals(rig.write("warn", 1000), 201);
});

Deno.test("limitLog() has a budget for each level: warnings hide no error", {
  permissions,
}, () => {
  const rig = new Rig();
  assertEquals(rig.write("warn", 1000), 200);
  assertEquals(rig.write("error", 100), 100);
  assertEquals(rig.write("info", 100), 100);
});

Deno.test("limitLog() leaves out nothing of what is asked for with debug", {
  permissions,
}, () => {
  const rig = new Rig();
  assertEquals(rig.write("debug", 10_000), 10_000);
});

Deno.test("limitLog() does not mind a clock that goes back", {
  permissions,
}, () => {
  const rig = new Rig();
  assertEquals(rig.write("warn", 200), 200);
  rig.now -= 60_000;
  assertEquals(rig.write("warn", 10), 0);
  rig.now += 50;
  assertEquals(rig.write("warn", 1), 2);
});
