/**
 * Numbers on the bank, as metrics.
 * @module
 */
import type { BankStatistics } from "../bank/statistics.ts";
import { counter, counterBy, type Family, gauge, inUnit } from "./family.ts";

/** The metrics of the bank and its change log. */
export function bankFamilies(statistics: BankStatistics): readonly Family[] {
  const { writes, overflows, logFill, logSize } = statistics;
  return [
    counterBy(
      "bank_writes",
      "Writes to the bank, by who wrote",
      "origin",
      Object.entries(writes),
    ),
    inUnit(
      "bytes",
      gauge(
        "bank_change_log_fill_bytes",
        "Changes in the log that clients have not been told of yet",
        logFill,
      ),
    ),
    inUnit(
      "bytes",
      gauge(
        "bank_change_log_size_bytes",
        "Changes that the log can hold",
        logSize,
      ),
    ),
    counter(
      "bank_change_log_overflows",
      "Writes that found the log full: clients get current values instead",
      overflows,
    ),
  ];
}
