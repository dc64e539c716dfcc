/**
 * How the store does, as metrics.
 * @module
 */
import type { StoreHealth } from "../store/store.ts";
import { type Family, gauge } from "./family.ts";

/** The metrics of the store. */
export function storeFamilies(health: StoreHealth): readonly Family[] {
  const { status, seq, durableSeq, lastErrorAt } = health;
  return [
    gauge("store_up", "Whether storing works", Number(status === "ok")),
    gauge(
      "store_pending_writes",
      "Writes that are not on disk yet",
      Math.max(seq - durableSeq, 0),
    ),
    {
      ...gauge(
        "store_last_error_timestamp_seconds",
        "When storing failed last, in seconds since 1970; 0: never",
        (lastErrorAt ?? 0) / 1000,
      ),
      unit: "seconds",
    },
  ];
}
