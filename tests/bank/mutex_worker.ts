/**
 * Another thread that takes a lock, for the tests of the mutex.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Mutex } from "../../src/bank/mutex.ts";

/** What the thread is to do with the lock at word 0. */
export interface Job {
  /** The memory of the lock. */
  readonly words: Int32Array<SharedArrayBuffer>;
  /** The thread's number. */
  readonly owner: number;
  /**
   * `count`: add 1 to word 1 under the lock, `times` times.
   * `hold`: say so, and unlock when another thread sleeps for the lock.
   */
  readonly task: "count" | "hold";
  /** How often. */
  readonly times: number;
  /** How many threads begin at once; they count themselves in word 3. */
  readonly together: number;
}

self.onmessage = ({ data }: MessageEvent<Job>) => {
  const { words, owner, task, times, together } = data;
  const mutex = new Mutex(words, 0, owner);
  meet(words, together);
  if (task === "hold") hold(words, mutex);
  else for (let i = 0; i < times; i++) add(words, mutex);
  self.postMessage("done");
};

/** Waits until as many threads are here. */
function meet(words: Int32Array, threads: number): void {
  Atomics.add(words, 3, 1);
  Atomics.notify(words, 3);
  for (;;) {
    const here = Atomics.load(words, 3);
    if (here >= threads) return;
    Atomics.wait(words, 3, here);
  }
}

/** Adds 1 in many plain steps, which the lock alone keeps together. */
function add(words: Int32Array, mutex: Mutex): void {
  mutex.lock();
  words[2] = words[1]! * 100;
  for (let i = 0; i < 100; i++) words[2]!++;
  words[1] = words[2]! / 100;
  mutex.unlock();
}

function hold(words: Int32Array, mutex: Mutex): void {
  mutex.lock();
  self.postMessage("holding");
  while ((Atomics.load(words, 0) & 1) === 0);
  mutex.unlock();
}
