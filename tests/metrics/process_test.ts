import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { encodeOpenMetrics } from "../../src/metrics/encode.ts";
import { processFamilies, uptime } from "../../src/metrics/process.ts";

Deno.test({
  name: "processFamilies() tells memory, times and versions",
  permissions: "none",
  fn() {
    const before = uptime();
    const text = encodeOpenMetrics(processFamilies());
    const value = (name: string) =>
      Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    const [rss, heap] = [
      value("process_resident_memory_bytes"),
      value("process_heap_bytes"),
    ];
    // A running Deno is never as small as that, nor is the heap all of it.
    assert(rss > 2 ** 22, `${rss} bytes`);
    assert(heap > 2 ** 18 && heap < rss, `${heap} of ${rss} bytes`);
    const up = value("process_uptime_seconds");
    assert(before <= up && up <= uptime(), `${up} s`);
    const started = value("process_start_time_seconds");
    // Both are clocks of this machine; somebody may set one of them.
    assert(Math.abs(started + up - Date.now() / 1000) < 3600, `${started} s`);
    const [, labels] = /^modbus_ws_adapter_build_info\{(.*)\} 1$/m.exec(text)!;
    assertEquals(
      labels,
      `version="${denoJson.version}",deno="${Deno.version.deno}",target="${Deno.build.target}"`,
    );
  },
});
