/**
 * The store's thread with faults that a test can ask for. It is the real worker
 * otherwise.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { Mutex } from "../../src/bank/mutex.ts";
import type { ToWorker } from "../../src/store/messages.ts";
import "../../src/store/worker.ts";

/** What a test can ask the worker for. */
export type Order =
  /** Throw. */
  | { readonly type: "throw" }
  /** Take the bank's lock and throw. */
  | { readonly type: "lock and throw" };

const keep = self.onmessage as unknown as (event: MessageEvent) => unknown;
let mutex: Mutex;

if (self.name === "dies at once") throw new Error("dead at once");

self.onmessage = (event: MessageEvent<ToWorker | Order>) => {
  const { data } = event;
  switch (data.type) {
    case "keep":
      mutex = new Mutex(
        new BankMemory(data.bank).words,
        Word.lock,
        data.thread,
      );
      break;
    case "throw":
      throw new Error("thrown by order");
    case "lock and throw":
      mutex.lock();
      throw new Error("thrown with the lock");
  }
  return keep(event);
};
