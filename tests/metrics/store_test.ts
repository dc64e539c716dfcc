import { assertEquals } from "@std/assert";
import { storeFamilies } from "../../src/metrics/store.ts";
import { samples } from "./samples.ts";

const FILE = { durability: "strict", file: "/data/bank" } as const;

Deno.test({
  name: "storeFamilies() tells whether storing works, and what is not stored",
  permissions: "none",
  fn() {
    const sound = {
      ...{ ...FILE, status: "ok", seq: 7, durableSeq: 7 } as const,
      ...{ lastError: null, lastErrorAt: null },
    };
    assertEquals(samples(storeFamilies(sound)), [
      ...["store_up 1", "store_pending_writes 0"],
      "store_last_error_timestamp_seconds 0",
    ]);
    const failing = {
      ...{ ...FILE, status: "failing", seq: 9, durableSeq: 7 } as const,
      ...{ lastError: "the disk is full", lastErrorAt: 1_700_000_000_500 },
    };
    assertEquals(samples(storeFamilies(failing)), [
      ...["store_up 0", "store_pending_writes 2"],
      "store_last_error_timestamp_seconds 1700000000.5",
    ]);
  },
});
