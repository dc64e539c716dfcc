import { assertEquals } from "@std/assert";
import { Mutex } from "../../src/bank/mutex.ts";
import { granted } from "../testing/permissions.ts";
import { within } from "../testing/within.ts";
import type { Job } from "./mutex_worker.ts";

function freshWords(): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(16));
}

for (const owner of [1, 2, 2 ** 30 - 1]) {
  Deno.test({
    name: `holder of a mutex locked by thread ${owner}`,
    permissions: "none",
    fn() {
      const words = freshWords();
      const mutex = new Mutex(words, 0, owner);
      const other = new Mutex(words, 0, 5);
      assertEquals(mutex.holder, 0);
      mutex.lock();
      assertEquals([mutex.holder, other.holder], [owner, owner]);
      mutex.unlock();
      assertEquals([mutex.holder, other.holder], [0, 0]);
    },
  });
}

Deno.test({
  name: "lock() uses the word it was given and no other",
  permissions: "none",
  fn() {
    const words = freshWords();
    const mutex = new Mutex(words, 2, 3);
    mutex.lock();
    // Twice the owner's number, as documented: recover() relies on it.
    assertEquals([...words], [0, 0, 6, 0]);
    mutex.unlock();
    assertEquals([...words], [0, 0, 0, 0]);
  },
});

Deno.test({
  name: "unlock() frees a lock that others wait for",
  permissions: "none",
  fn() {
    const words = freshWords();
    const mutex = new Mutex(words, 0, 3);
    mutex.lock();
    words[0]! |= 1;
    assertEquals(mutex.holder, 3);
    mutex.unlock();
    assertEquals([...words], [0, 0, 0, 0]);
    mutex.lock();
    assertEquals(mutex.holder, 3);
    mutex.unlock();
  },
});

/** A thread that works on a lock, and what it says. */
class Thread implements Disposable {
  readonly #worker = new Worker(new URL("mutex_worker.ts", import.meta.url), {
    type: "module",
  });

  start(job: Job): void {
    this.#worker.postMessage(job);
  }

  /** Its next word. */
  next(): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#worker.onmessage = ({ data }) => resolve(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    return within(promise, "The other thread");
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }
}

/** Resolves when some thread has marked that it sleeps for the lock at word 0. */
async function untilAwaited(words: Int32Array): Promise<void> {
  while ((Atomics.load(words, 0) & 1) === 0) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const ignore = !granted("read");

Deno.test({
  name: "lock() lets one thread in at a time",
  ignore,
  async fn() {
    const TIMES = 20_000;
    const words = freshWords();
    const threads = [2, 3, 4].map((owner) => ({ owner, thread: new Thread() }));
    try {
      const done = threads.map(({ thread }) => thread.next());
      for (const { owner, thread } of threads) {
        thread.start({
          words,
          owner,
          task: "count",
          times: TIMES,
          together: 3,
        });
      }
      assertEquals(await Promise.all(done), ["done", "done", "done"]);
      assertEquals([words[0], words[1]], [0, 3 * TIMES]);
    } finally {
      for (const { thread } of threads) thread[Symbol.dispose]();
    }
  },
});

Deno.test({
  name: "unlock() wakes a thread that sleeps for the lock",
  ignore,
  async fn() {
    const words = freshWords();
    using thread = new Thread();
    const mutex = new Mutex(words, 0, 1);
    for (let i = 1; i <= 50; i++) {
      mutex.lock();
      const done = thread.next();
      thread.start({ words, owner: 2, task: "count", times: 1, together: 1 });
      await untilAwaited(words);
      assertEquals([mutex.holder, words[1]], [1, i - 1]);
      mutex.unlock();
      assertEquals(await done, "done");
      assertEquals([words[0], words[1]], [0, i]);
    }
  },
});

Deno.test({
  name: "unlock() wakes all that sleep for the lock, one by one",
  ignore,
  async fn() {
    const words = freshWords();
    const threads = [2, 3, 4].map((owner) => ({ owner, thread: new Thread() }));
    const mutex = new Mutex(words, 0, 1);
    try {
      for (let i = 1; i <= 20; i++) {
        mutex.lock();
        const done = threads.map(({ thread }) => thread.next());
        for (const { owner, thread } of threads) {
          thread.start({ words, owner, task: "count", times: 10, together: 1 });
        }
        await untilAwaited(words);
        mutex.unlock();
        assertEquals(await Promise.all(done), ["done", "done", "done"]);
        assertEquals([words[0], words[1]], [0, i * 30]);
      }
    } finally {
      for (const { thread } of threads) thread[Symbol.dispose]();
    }
  },
});

Deno.test({
  name: "lock() sleeps until another thread unlocks",
  ignore,
  async fn() {
    const words = freshWords();
    using thread = new Thread();
    const mutex = new Mutex(words, 0, 1);
    const holding = thread.next();
    thread.start({ words, owner: 2, task: "hold", times: 1, together: 1 });
    assertEquals(await holding, "holding");
    assertEquals(mutex.holder, 2);
    const done = thread.next();
    // The other thread unlocks only when this one has marked that it sleeps.
    mutex.lock();
    assertEquals(mutex.holder, 1);
    mutex.unlock();
    assertEquals(await done, "done");
    assertEquals(mutex.holder, 0);
  },
});

Deno.test({
  name: "wakeAll() wakes a thread whose wake was lost",
  ignore,
  async fn() {
    const words = freshWords();
    using thread = new Thread();
    const mutex = new Mutex(words, 0, 1);
    mutex.lock();
    const done = thread.next();
    thread.start({ words, owner: 2, task: "count", times: 1, together: 1 });
    await untilAwaited(words);
    // What is left of an unlock() that was killed before its notify.
    Atomics.store(words, 0, 0);
    mutex.wakeAll();
    assertEquals(await done, "done");
    assertEquals([words[0], words[1]], [0, 1]);
  },
});
