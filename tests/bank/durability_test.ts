import { assertEquals } from "@std/assert";
import { Durability } from "../../src/bank/durability.ts";
import { BankMemory, Word } from "../../src/bank/memory.ts";
import { keepAlive } from "../testing/keep_alive.ts";
import { within } from "../testing/within.ts";

const permissions = "none";

/** A bank's memory, and what its store does to it. */
function setUp() {
  const memory = BankMemory.allocate(1024);
  const set = (word: number, value: number) => {
    Atomics.store(memory.words, word, value);
    Atomics.add(memory.words, Word.storedSignal, 1);
    Atomics.notify(memory.words, Word.storedSignal);
  };
  return {
    durability: new Durability(memory),
    stored: (seq: number) => set(Word.stored, seq | 0),
    failing: (value: number) => set(Word.storeFailing, value),
  };
}

Deno.test("stored() resolves at once for what is on disk", {
  permissions,
}, async () => {
  const { durability, stored } = setUp();
  stored(7);
  assertEquals(await durability.stored(7), true);
  assertEquals(await durability.stored(6), true);
});

Deno.test("stored() waits for the commit that contains the write", {
  permissions,
}, async () => {
  using _ = keepAlive();
  const { durability, stored } = setUp();
  const settled: number[] = [];
  const wait = (seq: number) =>
    durability.stored(seq).then((known) => {
      assertEquals(known, true);
      settled.push(seq);
    });
  const all = [wait(3), wait(1), wait(2)];
  stored(2);
  await within(Promise.all(all.slice(1)), "the first two");
  assertEquals(settled, [1, 2]);
  stored(3);
  await within(all[0]!, "the last");
  assertEquals(settled, [1, 2, 3]);
});

Deno.test("stored() resolves with false while storing fails", {
  permissions,
}, async () => {
  using _ = keepAlive();
  const { durability, stored, failing } = setUp();
  stored(1);
  const waiting = durability.stored(2);
  failing(1);
  assertEquals(await within(waiting, "the one that waited"), false);
  assertEquals(await durability.stored(2), false);
  assertEquals(await durability.stored(1), true);
  failing(0);
  const again = durability.stored(2);
  stored(2);
  assertEquals(await within(again, "the one after"), true);
});

Deno.test("stored() counts on beyond 32 bits", { permissions }, async () => {
  using _ = keepAlive();
  for (const last of [2 ** 31 - 1, 2 ** 32 - 1, 2 ** 40]) {
    const { durability, stored } = setUp();
    stored(last);
    assertEquals(await durability.stored(last), true);
    const waiting = durability.stored(last + 1);
    stored(last + 1);
    assertEquals(await within(waiting, `${last + 1}`), true);
  }
});
