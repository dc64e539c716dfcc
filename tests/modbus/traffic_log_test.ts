import { assertEquals } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import { trafficLog } from "../../src/modbus/traffic_log.ts";
import { fromHex } from "../testing/hex.ts";
import { TestLog } from "../testing/log.ts";
import { adu } from "../testing/modbus_client.ts";

const CLIENT = { hostname: "::1", port: 5000 };
const SERVER = { hostname: "::1", port: 502 };

Deno.test({
  name:
    "trafficLog() makes a line of each request, also of those without answer",
  permissions: "none",
  fn() {
    const log = new TestLog();
    const tap = trafficLog(log.log, () => 0)(CLIENT, SERVER);
    const write = adu(fromHex("06 0001 0003"), 1);
    const lost = adu(fromHex("06 0002 0004"), 2);
    const read = adu(fromHex("03 0001 0001"), 3);
    tap.received(write);
    tap.answered(
      concat([write, lost, read, lost]),
      concat([write, adu(fromHex("03 02 0003"), 3)]),
      0.0000854,
    );
    tap.closed();
    assertEquals(log.all, [
      "debug Modbus [::1]:5000 unit 1 write single register 1 = 3 (85 µs)",
      "debug Modbus [::1]:5000 unit 1 write single register 2 = 4: no answer (85 µs)",
      "debug Modbus [::1]:5000 unit 1 read holding registers 1 = 3 (85 µs)",
      "debug Modbus [::1]:5000 unit 1 write single register 2 = 4: no answer (85 µs)",
    ]);
  },
});

Deno.test({
  name:
    "trafficLog() makes 1,000 lines a second for all, and says how many it left out",
  permissions: "none",
  fn() {
    const log = new TestLog();
    let now = 5_000;
    const open = trafficLog(log.log, () => now);
    const [one, other] = [open(CLIENT, SERVER), open(CLIENT, SERVER)];
    const write = adu(fromHex("06 0001 0003"), 1);
    for (let i = 0; i < 600; i++) {
      one.answered(write, write, 0);
      other.answered(write, write, 0);
    }
    assertEquals(log.all.length, 1000);
    now += 999;
    one.answered(write, write, 0);
    assertEquals(log.all.length, 1000);
    now += 1;
    one.answered(write, write, 0);
    assertEquals(log.all.slice(1000), [
      "debug Modbus: 201 more requests without a line",
      "debug Modbus [::1]:5000 unit 1 write single register 1 = 3 (0 µs)",
    ]);
    now += 1000;
    one.answered(write, write, 0);
    assertEquals(log.all.length, 1003);
  },
});

Deno.test({
  name: "trafficLog() tells units apart where all requests have one number",
  permissions: "none",
  fn() {
    const log = new TestLog();
    const tap = trafficLog(log.log, () => 0)(CLIENT, SERVER);
    const silent = adu(fromHex("06 0002 0004"), 0, 9);
    const write = adu(fromHex("06 0001 0003"), 0, 1);
    tap.answered(concat([silent, write]), write, 0);
    assertEquals(log.all, [
      "debug Modbus [::1]:5000 unit 9 write single register 2 = 4: no answer (0 µs)",
      "debug Modbus [::1]:5000 unit 1 write single register 1 = 3 (0 µs)",
    ]);
  },
});
