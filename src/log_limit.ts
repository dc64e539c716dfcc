/**
 * A bound for the log: who can make the program say something must not be able
 * to fill the disk.
 * @module
 */
import type { Log, LogLevel } from "./log.ts";

/** Lines of one level that may come at once. */
const BURST = 200;

/** Lines of one level that may come in a second after that. */
const RATE = 20;

/** How many lines of one level may still come. */
class Budget {
  #lines = BURST;
  #at: number;
  /** Lines left out since the last one that was not. */
  missed = 0;

  /** A full budget at time `now`. */
  constructor(now: number) {
    this.#at = now;
  }

  /** Takes one line out of it, at time `now` (ms); false: there is none. */
  take(now: number): boolean {
    const earned = Math.max(now - this.#at, 0) * RATE / 1000;
    this.#lines = Math.min(this.#lines + earned, BURST);
    this.#at = now;
    if (this.#lines < 1) return false;
    this.#lines--;
    return true;
  }
}

/**
 * A log that leaves lines out when there are too many of one level, and says
 * how many when there is room again. Those of the level `debug` are what
 * somebody asked for: they all go through.
 *
 * @param now The time in milliseconds of any steady clock.
 */
export function limitLog(log: Log, now: () => number): Log {
  const budgets = new Map<LogLevel, Budget>();
  return (level, message) => {
    if (level === "debug") return log(level, message);
    const budget = budgets.getOrInsertComputed(level, () => new Budget(now()));
    if (!budget.take(now())) {
      budget.missed++;
      return;
    }
    const { missed } = budget;
    budget.missed = 0;
    if (missed > 0) log(level, `${missed} lines were left out here`);
    log(level, message);
  };
}
