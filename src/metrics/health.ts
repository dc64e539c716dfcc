/**
 * The state of the service, in short.
 * @module
 */
import type { ModbusServer } from "../modbus/server.ts";
import type { StoreHealth } from "../store/store.ts";
import { VERSION } from "../version.ts";

/** What the state is made of. */
export interface HealthState {
  /** The Modbus server. */
  readonly modbus: Pick<ModbusServer, "serving" | "restarts" | "counters">;
  /** The store; undefined: there is none. */
  readonly store: StoreHealth | undefined;
  /** Addresses that the program listens on, by what for. */
  readonly listeners: Readonly<Record<string, string>>;
  /** Clients of the hub. */
  readonly websocket: { readonly clients: number; readonly behind: number };
  /** Writes to the bank, and those that found its log full. */
  readonly changeLog: { readonly writes: number; readonly overflows: number };
  /** Seconds since the start. */
  readonly uptime: number;
}

/** Whether all of it works. */
export function statusOf(
  { modbus, store }: Pick<HealthState, "modbus" | "store">,
): "ok" | "degraded" {
  return modbus.serving && store?.status !== "failing" ? "ok" : "degraded";
}

/** All that an operator wants to know at a glance. */
export interface Health {
  /** Whether all of it works. */
  readonly status: "ok" | "degraded";
  /** The program's version. */
  readonly version: string;
  /** Seconds since the start. */
  readonly uptime: number;
  /** Addresses that the program listens on, by what for. */
  readonly listeners: HealthState["listeners"];
  /** The Modbus thread. */
  readonly worker: {
    readonly status: "ok" | "down";
    readonly restarts: number;
  };
  /** What the Modbus server has counted. */
  readonly modbus: ReturnType<ModbusServer["counters"]["read"]>;
  /** Clients of the hub. */
  readonly websocket: HealthState["websocket"];
  /** The changes. */
  readonly changeLog: HealthState["changeLog"];
  /** The store. */
  readonly store: StoreHealth | { readonly status: "off" };
}

/** Puts it together. */
export function healthOf(state: HealthState): Health {
  const { modbus, store, listeners, websocket, changeLog, uptime } = state;
  return {
    status: statusOf(state),
    version: VERSION,
    // Milliseconds are enough, and can be read.
    uptime: Math.round(uptime * 1000) / 1000,
    listeners,
    worker: {
      status: modbus.serving ? "ok" : "down",
      restarts: modbus.restarts,
    },
    modbus: modbus.counters.read(),
    websocket,
    changeLog,
    store: store ?? { status: "off" as const },
  };
}
