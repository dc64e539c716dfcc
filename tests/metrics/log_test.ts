import { assertEquals } from "@std/assert";
import { LogCounter } from "../../src/metrics/log.ts";
import { TestLog } from "../testing/log.ts";
import { samples } from "./samples.ts";

Deno.test({
  name: "LogCounter counts warnings and errors, and hands all lines on",
  permissions: "none",
  fn() {
    const counter = new LogCounter();
    const lines = new TestLog();
    const log = counter.wrap(lines.log);
    for (const level of ["debug", "info", "warn", "error", "error"] as const) {
      log(level, "text");
    }
    assertEquals(lines.all, [
      ...["debug text", "info text", "warn text", "error text", "error text"],
    ]);
    assertEquals(samples(counter.families()), [
      'log_lines_total{level="warn"} 1',
      'log_lines_total{level="error"} 2',
    ]);
  },
});
