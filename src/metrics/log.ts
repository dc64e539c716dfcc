/**
 * How much there was to complain about, as a metric.
 * @module
 */
import type { Log } from "../log.ts";
import { counterBy, type Family } from "./family.ts";

/** Counts the lines of a log that tell of trouble. */
export class LogCounter {
  readonly #counts = { warn: 0, error: 0 };

  /** A log that counts and hands on to `log`. */
  wrap(log: Log): Log {
    return (level, message) => {
      if (level === "warn" || level === "error") this.#counts[level]++;
      log(level, message);
    };
  }

  /** The metric. */
  families(): readonly Family[] {
    const counts = Object.entries(this.#counts);
    return [
      counterBy("log_lines", "Warnings and errors in the log", "level", counts),
    ];
  }
}
