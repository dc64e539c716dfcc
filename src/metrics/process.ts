/**
 * The process itself, as metrics.
 * @module
 */
import { VERSION } from "../version.ts";
import { type Family, gauge, inUnit } from "./family.ts";

/** When the process was started, in milliseconds since 1970. */
const STARTED_AT = performance.timeOrigin;

/** For how long the process has been running, in seconds. */
export function uptime(): number {
  return performance.now() / 1000;
}

/** Memory, times and versions of this process. */
export function processFamilies(): readonly Family[] {
  const { rss, heapUsed } = Deno.memoryUsage();
  return [
    inUnit(
      "seconds",
      gauge(
        "process_start_time_seconds",
        "When the process was started, in seconds since 1970",
        STARTED_AT / 1000,
      ),
    ),
    inUnit(
      "seconds",
      gauge(
        "process_uptime_seconds",
        "For how long the process has been running",
        uptime(),
      ),
    ),
    inUnit(
      "bytes",
      gauge(
        "process_resident_memory_bytes",
        "Memory of the process that is in RAM",
        rss,
      ),
    ),
    inUnit(
      "bytes",
      gauge(
        "process_heap_bytes",
        "Memory that the main thread's JavaScript objects take",
        heapUsed,
      ),
    ),
    {
      ...{ type: "info", name: "modbus_ws_adapter_build" },
      help: "Version of this program, of Deno, and what it was built for",
      samples: [{
        labels: {
          version: VERSION,
          deno: Deno.version.deno,
          target: Deno.build.target,
        },
        value: 1,
      }],
    },
  ];
}
