import { assertEquals, assertNotEquals } from "@std/assert";
import { COUNTER_NAMES, ModbusCounters } from "../../src/modbus/counters.ts";

const PLAIN = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0]));
const SUMS = {
  requests: 0,
  illegalFunction: 0,
  illegalDataAddress: 0,
  illegalDataValue: 0,
  serverDeviceFailure: 0,
  gatewayTargetFailed: 0,
};
const ZEROS = { ...PLAIN, ...SUMS };

Deno.test({
  name: "ModbusCounters begin at 0, each has a place of its own",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    assertEquals<unknown>(counters.read(), ZEROS);
    for (const [index, name] of COUNTER_NAMES.entries()) {
      counters.set(name, index + 1);
    }
    assertEquals<unknown>(counters.read(), {
      ...SUMS,
      ...Object.fromEntries(
        COUNTER_NAMES.map((name, index) => [name, index + 1]),
      ),
    });
    assertEquals(counters.readRequests().filter(({ count }) => count > 0), []);
    assertEquals(counters.readDurations().sum, 0);
  },
});

Deno.test({
  name: "ModbusCounters.add() adds, set() replaces",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    counters.add("frameErrors");
    counters.add("frameErrors", 4);
    counters.set("connectionsOpen", 9);
    counters.set("connectionsOpen", 2);
    assertEquals(counters.get("connectionsOpen"), 2);
    assertEquals<unknown>(counters.read(), {
      ...ZEROS,
      frameErrors: 5,
      connectionsOpen: 2,
    });
  },
});

Deno.test({
  name: "ModbusCounters.request() counts by function and exception",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    for (const code of [0, 0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4] as const) {
      counters.request(3, code);
    }
    counters.request(0x2b, 0);
    counters.request(0x2b, 1);
    counters.request(3, 0x0b);
    // Not known: one row for all of them.
    for (const code of [0, 7, 0x64, 0x83, 0xff]) counters.request(code, 1);
    assertEquals<unknown>(counters.read(), {
      ...ZEROS,
      requests: 20,
      illegalFunction: 7,
      illegalDataAddress: 2,
      illegalDataValue: 3,
      serverDeviceFailure: 4,
      gatewayTargetFailed: 1,
    });
    const counted = counters.readRequests().filter(({ count }) => count > 0)
      .map(({ functionCode, exceptionCode, count }) => [
        functionCode,
        exceptionCode,
        count,
      ]);
    assertEquals(counted, [
      ...[[3, 0, 2], [3, 1, 1], [3, 2, 2], [3, 3, 3], [3, 4, 4], [3, 11, 1]],
      ...[[0x2b, 0, 1], [0x2b, 1, 1], [undefined, 1, 5]],
    ]);
  },
});

Deno.test({
  name: "ModbusCounters.answered() counts durations in seconds",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    counters.answered(3, 0.00004);
    counters.answered(1, 0.5);
    counters.answered(2, 8);
    const { bounds, counts, sum } = counters.readDurations();
    assertEquals([bounds[0], bounds.at(-1)], [0.00005, 1]);
    const filled = counts.flatMap((count, i) => count ? [[i, count]] : []);
    assertEquals(filled, [[0, 3], [bounds.indexOf(0.5), 1], [
      bounds.length,
      2,
    ]]);
    assertEquals(sum, 3 * 0.00004 + 0.5 + 16);
  },
});

Deno.test({
  name: "ModbusCounters share memory through their buffer",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    const same = new ModbusCounters(counters.buffer);
    const other = new ModbusCounters();
    counters.add("bytesSent", 2 ** 40);
    same.add("bytesSent");
    same.request(3, 0);
    same.answered(1, 0.002);
    assertEquals(counters.read(), same.read());
    assertEquals(counters.read().bytesSent, 2 ** 40 + 1);
    assertEquals(counters.readRequests(), same.readRequests());
    assertEquals(counters.readDurations(), same.readDurations());
    assertNotEquals(other.read().bytesSent, counters.read().bytesSent);
  },
});
