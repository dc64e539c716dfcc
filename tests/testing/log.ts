/**
 * A log for tests, whose lines can be awaited.
 * @module
 */
import type { Log } from "../../src/log.ts";

/** Lines, and those who wait for one. */
export class Lines {
  /** All lines so far. */
  readonly all: string[] = [];
  readonly #waiting: { pattern: RegExp; resolve: (line: string) => void }[] =
    [];

  /** Adds a line. */
  add(line: string): void {
    this.all.push(line);
    for (const waiting of [...this.#waiting]) {
      if (!waiting.pattern.test(line)) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve(line);
    }
  }

  /** The first line that matches, now or later. */
  until(pattern: RegExp): Promise<string> {
    const line = this.all.find((line) => pattern.test(line));
    if (line !== undefined) return Promise.resolve(line);
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.push({ pattern, resolve });
    return promise;
  }
}

/** A log whose lines are `level message`. */
export class TestLog extends Lines {
  /** The function that parts of the program take. */
  readonly log: Log = (level, message) => this.add(`${level} ${message}`);
}
