/**
 * Things that come one after the other and can be awaited.
 * @module
 */
import { within } from "./within.ts";

/** What has come, and those who wait for more. */
export class Queue<T> {
  /** What was not taken yet. */
  readonly all: T[] = [];
  #arrival = Promise.withResolvers<void>();

  /** Adds one. */
  add(item: T): void {
    this.all.push(item);
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  /** Takes the next one, now or later. */
  next(): Promise<T> {
    return this.until(() => true);
  }

  /** Takes all up to the first that matches, now or later, and gives that one. */
  async until(matches: (item: T) => boolean): Promise<T> {
    for (;;) {
      while (this.all.length > 0) {
        const item = this.all.shift()!;
        if (matches(item)) return item;
      }
      await within(this.#arrival.promise, "one more");
    }
  }
}

/** Resolves with the next event of that name. */
export function event(target: EventTarget, name: string): Promise<Event> {
  const { promise, resolve } = Promise.withResolvers<Event>();
  target.addEventListener(name, resolve, { once: true });
  return within(promise, `the event ${name}`);
}
