import { assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import {
  healthOf,
  type HealthState,
  statusOf,
} from "../../src/metrics/health.ts";
import { ModbusCounters } from "../../src/modbus/counters.ts";

const COUNTERS = new ModbusCounters();

const STORE = {
  ...{ status: "ok", durability: "relaxed", file: "bank", seq: 1 } as const,
  ...{ durableSeq: 1, lastError: null, lastErrorAt: null },
} as unknown as NonNullable<HealthState["store"]>;

const STATES: readonly [
  title: string,
  serving: boolean,
  store: HealthState["store"],
  status: string,
][] = [
  ["no store", true, undefined, "ok"],
  ["a store", true, STORE, "ok"],
  ["a store that fails", true, { ...STORE, status: "failing" }, "degraded"],
  ["no Modbus thread", false, undefined, "degraded"],
  ["no Modbus thread, a store", false, STORE, "degraded"],
];

for (const [title, serving, store, status] of STATES) {
  Deno.test({
    name: `statusOf() with ${title} is ${status}`,
    permissions: "none",
    fn() {
      const modbus = { serving, restarts: 0, counters: COUNTERS };
      assertEquals(statusOf({ modbus, store }), status);
    },
  });
}

Deno.test({
  name:
    "healthOf() tells version, uptime, listeners, threads, counters and store",
  permissions: "none",
  fn() {
    const state = {
      modbus: { serving: false, restarts: 3, counters: COUNTERS },
      listeners: { modbus: "127.0.0.1:502" },
      websocket: { clients: 2, behind: 1 },
      changeLog: { writes: 9, overflows: 1 },
      uptime: 12.500_000_001,
    };
    const { listeners, websocket, changeLog } = state;
    const expected = {
      ...{ status: "degraded", version: denoJson.version },
      ...{ uptime: 12.5, listeners },
      ...{ worker: { status: "down", restarts: 3 }, modbus: COUNTERS.read() },
      ...{ websocket, changeLog, store: { status: "off" } },
    };
    assertEquals<unknown>(healthOf({ ...state, store: undefined }), expected);
    const stored = healthOf({ ...state, store: STORE });
    assertEquals<unknown>(stored, { ...expected, store: STORE });
  },
});
