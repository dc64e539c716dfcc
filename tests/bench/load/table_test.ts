import { assertEquals } from "@std/assert";
import { formatNumber, formatTable } from "./table.ts";

Deno.test({
  name: "formatTable() pads the columns",
  permissions: "none",
  fn() {
    const table = [["", "unit", "a"], ["x × 10", "µs", "12,345"], ["y", "/s"]];
    assertEquals(
      formatTable(table),
      [
        "|        | unit |      a |",
        "| ------ | ---: | -----: |",
        "| x × 10 |   µs | 12,345 |",
        "| y      |   /s |        |",
        "",
      ].join("\n"),
    );
  },
});

Deno.test({
  name: "formatNumber() has three digits that count",
  permissions: "none",
  fn() {
    assertEquals(formatNumber(147_234.5), "147,000");
    assertEquals(formatNumber(0.012345), "0.0123");
    assertEquals(formatNumber(1.5), "1.5");
    assertEquals(formatNumber(0), "0");
    assertEquals(formatNumber(NaN), "");
    assertEquals(formatNumber(undefined), "");
  },
});
