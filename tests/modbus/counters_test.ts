import { assertEquals, assertNotEquals } from "@std/assert";
import { COUNTER_NAMES, ModbusCounters } from "../../src/modbus/counters.ts";

const ZEROS = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0]));

Deno.test({
  name: "ModbusCounters begin at 0, each has a place of its own",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    assertEquals<unknown>(counters.read(), ZEROS);
    for (const [index, name] of COUNTER_NAMES.entries()) {
      counters.set(name, index + 1);
    }
    assertEquals<unknown>(
      counters.read(),
      Object.fromEntries(COUNTER_NAMES.map((name, index) => [name, index + 1])),
    );
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
    assertEquals<unknown>(counters.read(), {
      ...ZEROS,
      frameErrors: 5,
      connectionsOpen: 2,
    });
  },
});

Deno.test({
  name: "ModbusCounters.request() counts a request and its exception",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    for (const code of [0, 0, 1, 2, 2, 3, 3, 3, 4, 4, 4, 4]) {
      counters.request(code);
    }
    assertEquals<unknown>(counters.read(), {
      ...ZEROS,
      requests: 12,
      illegalFunction: 1,
      illegalDataAddress: 2,
      illegalDataValue: 3,
      serverDeviceFailure: 4,
    });
  },
});

Deno.test({
  name: "ModbusCounters share memory through their buffer",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    const same = new ModbusCounters(counters.buffer);
    const other = new ModbusCounters();
    counters.add("requests", 2 ** 40);
    same.add("requests");
    assertEquals(counters.read().requests, 2 ** 40 + 1);
    assertNotEquals(other.read().requests, counters.read().requests);
  },
});
