/**
 * The Modbus thread with faults that a test can ask for, by a message or by
 * the worker's name. It is the real worker otherwise.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Bank } from "../../src/bank/bank.ts";
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { Mutex } from "../../src/bank/mutex.ts";
import { Table } from "../../src/bank/tables.ts";
import type { FromWorker, ToWorker } from "../../src/modbus/messages.ts";
import "../../src/modbus/worker.ts";

/** Names of workers that are faulty from the start. */
export type Fault = "dies before it listens" | "cannot listen";

/** What a test can ask a worker for. */
export type Order =
  /** Throw. */
  | { readonly type: "throw" }
  /** Throw when told to stop. */
  | { readonly type: "throw on stop" }
  /** Take the bank's lock and throw as soon as another thread sleeps for it. */
  | { readonly type: "lock and throw" }
  /** Never return. */
  | { readonly type: "hang" }
  /** Take the bank's lock and never return. */
  | { readonly type: "lock and hang" }
  /** Not supervised: wait for the bank's lock, read a register, post it. */
  | {
    readonly type: "read";
    readonly bank: SharedArrayBuffer;
    readonly thread: number;
    readonly address: number;
  };

const serve = self.onmessage as unknown as (event: MessageEvent) => unknown;
let words: Int32Array<SharedArrayBuffer>;
let mutex: Mutex;
let throwsOnStop = false;

if (self.name === "dies before it listens" satisfies Fault) {
  throw new Error("dead before it listens");
}

self.onmessage = (event: MessageEvent<ToWorker | Order>) => {
  const { data } = event;
  switch (data.type) {
    case "serve":
      if (self.name === "cannot listen" satisfies Fault) {
        return post({ type: "failed", name: "AddrInUse", message: "taken" });
      }
      words = new BankMemory(data.bank).words;
      mutex = new Mutex(words, Word.lock, data.thread);
      break;
    case "stop":
      if (throwsOnStop) throw new Error("thrown when told to stop");
      break;
    case "throw on stop":
      throwsOnStop = true;
      return;
    case "throw":
      throw new Error("thrown by order");
    case "hang":
      for (;;);
    case "lock and throw":
      mutex.lock();
      post({ type: "log", level: "debug", text: "locked" });
      while ((Atomics.load(words, Word.lock) & 1) === 0);
      throw new Error("thrown with the lock");
    case "lock and hang":
      mutex.lock();
      post({ type: "log", level: "debug", text: "locked" });
      for (;;);
    case "read": {
      const register = new Uint8Array(2);
      Bank.open(data.bank, data.thread)
        .read(Table.holdingRegisters, data.address, 1, register, 0);
      return self.postMessage(register);
    }
  }
  return serve(event);
};

function post(message: FromWorker): void {
  self.postMessage(message);
}
