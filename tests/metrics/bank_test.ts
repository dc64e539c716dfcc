import { assertEquals } from "@std/assert";
import { bankFamilies } from "../../src/metrics/bank.ts";
import { samples } from "./samples.ts";

Deno.test({
  name: "bankFamilies() tells writes by origin, and how the change log does",
  permissions: "none",
  fn() {
    const writes = { modbus: 1, websocket: 2, rest: 3 };
    const families = bankFamilies({
      ...{ writes, overflows: 4, logFill: 5, logSize: 1024 },
    });
    assertEquals(samples(families), [
      'bank_writes_total{origin="modbus"} 1',
      'bank_writes_total{origin="websocket"} 2',
      'bank_writes_total{origin="rest"} 3',
      "bank_change_log_fill_bytes 5",
      "bank_change_log_size_bytes 1024",
      "bank_change_log_overflows_total 4",
    ]);
  },
});
