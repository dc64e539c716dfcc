import { assert, assertEquals } from "@std/assert";
import type { Change } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { History } from "../../src/ws/history.ts";
import { collectGarbage } from "../testing/gc.ts";
import { Random } from "../testing/random.ts";
import { change } from "./changes.ts";

const { coils, holdingRegisters } = Table;

function test(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

function numbered(seq: number, count = 1): Change {
  const values = new Array<number>(count).fill(seq % 65_536);
  return change(holdingRegisters, 0, values, { seq });
}

function seqs(changes: readonly Change[] | undefined): number[] | undefined {
  return changes?.map(({ seq }) => seq);
}

test("since() of an empty history knows where it begins", () => {
  const history = new History(1000, 5);
  assertEquals(seqs(history.since(5)), []);
  assertEquals(seqs(history.since(4)), undefined);
  assertEquals(seqs(history.since(0)), undefined);
});

test("since() gives the changes behind that number, all and in order", () => {
  const history = new History(1 << 20, 10);
  const changes = [11, 12, 13, 14].map((seq) => numbered(seq));
  for (const change of changes) history.add(change);
  assertEquals(history.since(10), changes);
  assertEquals(history.since(12), changes.slice(2));
  assertEquals(history.since(14), []);
  assertEquals(history.since(9), undefined);
});

test("since() of a number that is not told yet gives nothing: it follows", () => {
  const history = new History(1 << 20, 0);
  history.add(numbered(1));
  assertEquals(seqs(history.since(2)), []);
});

test("restart() forgets everything before", () => {
  const history = new History(1 << 20, 0);
  for (let seq = 1; seq <= 5; seq++) history.add(numbered(seq));
  history.restart(9);
  assertEquals(seqs(history.since(5)), undefined);
  assertEquals(seqs(history.since(8)), undefined);
  assertEquals(seqs(history.since(9)), []);
  history.add(numbered(10));
  assertEquals(seqs(history.since(9)), [10]);
});

test("a limit of 0 keeps nothing", () => {
  const history = new History(0, 0);
  for (let seq = 1; seq <= 3; seq++) {
    history.add(numbered(seq));
    assertEquals(seqs(history.since(seq - 1)), undefined);
    assertEquals(seqs(history.since(seq)), []);
  }
});

test("a change that is larger than the limit takes the place of all", () => {
  const history = new History(10_000, 0);
  history.add(numbered(1));
  history.add(numbered(2, 65_536));
  assertEquals(seqs(history.since(1)), undefined);
  assertEquals(seqs(history.since(2)), []);
  history.add(numbered(3));
  assertEquals(seqs(history.since(2)), [3]);
});

test("since() gives all or undefined, never a part, at any limit", () => {
  const random = new Random(6);
  for (const limit of [0, 500, 5_000, 50_000, 500_000]) {
    let last = random.int(1000);
    let model: Change[] = [];
    const history = new History(limit, last);
    for (let i = 0; i < 6000; i++) {
      if (random.oneIn(1500)) {
        last += random.int(100);
        model = [];
        history.restart(last);
      } else {
        const made = numbered(++last, random.pick([1, 1, 10, 125]));
        model.push(made);
        history.add(made);
      }
      const seq = last - random.int(40) * random.int(40);
      const expected = model.filter((change) => change.seq > seq);
      const known = expected.length === last - seq;
      const kept = history.since(seq);
      if (kept !== undefined) {
        assert(known, `it has made up changes behind ${seq}`);
        assertEquals(seqs(kept), seqs(expected));
      }
      const bytes = (changes: readonly Change[]) =>
        changes.reduce((sum, { values }) => sum + values.length, 0);
      assert(bytes(kept ?? []) <= limit, "it keeps more than its limit");
      // The limit counts what a change costs besides its values, too.
      if (known && bytes(expected) + 700 * expected.length <= limit) {
        assert(kept !== undefined, `it forgot what it had room for, at ${i}`);
      }
    }
  }
});

test("forgotten changes are let go, however large they are", async () => {
  const history = new History(1 << 18, 0);
  const made: WeakRef<Uint8Array>[] = [];
  for (let seq = 1; seq <= 500; seq++) {
    const values = new Uint8Array(1 << 16);
    made.push(new WeakRef(values));
    history.add(change(coils, 0, [], { seq, values }));
  }
  await collectGarbage();
  const kept = made.filter((values) => values.deref() !== undefined);
  assertEquals(kept.length, 3); // 64 KiB and their overhead, 3 times
  assertEquals(seqs(history.since(497)), [498, 499, 500]);
});
