import { assert, assertEquals } from "@std/assert";
import { type Change, Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { History } from "../../src/ws/history.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { change, record } from "./changes.ts";

const { coils, holdingRegisters } = Table;

function numbered(seq: number, count = 1): Change {
  const values = new Array<number>(count).fill(seq % 65_536);
  return change(holdingRegisters, 0, values, { seq });
}

function seqs(changes: Iterable<Change> | undefined): number[] | undefined {
  return changes && [...changes].map(({ seq }) => seq);
}

function add(history: History, change: Change): void {
  history.append(record(change), 0);
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
  for (const change of changes) add(history, change);
  assertEquals([...history.since(10)!], changes);
  assertEquals([...history.since(12)!], changes.slice(2));
  assertEquals([...history.since(14)!], []);
  assertEquals(history.since(9), undefined);
});

test("since() of a number that is not told yet gives nothing: it follows", () => {
  const history = new History(1 << 20, 0);
  add(history, numbered(1));
  assertEquals(seqs(history.since(2)), []);
});

test("restart() forgets everything before", () => {
  const history = new History(1 << 20, 0);
  for (let seq = 1; seq <= 5; seq++) add(history, numbered(seq));
  history.restart(9);
  assertEquals(seqs(history.since(5)), undefined);
  assertEquals(seqs(history.since(8)), undefined);
  assertEquals(seqs(history.since(9)), []);
  add(history, numbered(10));
  assertEquals(seqs(history.since(9)), [10]);
});

test("a limit of 0 keeps nothing", () => {
  const history = new History(0, 0);
  for (let seq = 1; seq <= 3; seq++) {
    add(history, numbered(seq));
    assertEquals(seqs(history.since(seq - 1)), undefined);
    assertEquals(seqs(history.since(seq)), []);
  }
});

test("a change that is larger than the limit takes the place of all", () => {
  const history = new History(10_000, 0);
  add(history, numbered(1));
  add(history, numbered(2, 65_536));
  assertEquals(seqs(history.since(1)), undefined);
  assertEquals(seqs(history.since(2)), []);
  add(history, numbered(3));
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
        add(history, made);
      }
      const seq = last - random.int(40) * random.int(40);
      const expected = model.filter((change) => change.seq > seq);
      const known = expected.length === last - seq;
      const since = history.since(seq);
      const kept = since && [...since];
      if (kept !== undefined) {
        assert(known, `it has made up changes behind ${seq}`);
        assertEquals(seqs(kept), seqs(expected));
      }
      const bytes = (changes: readonly Change[]) =>
        changes.reduce((sum, { values }) => sum + values.length, 0);
      assert(bytes(kept ?? []) <= limit, "it keeps more than its limit");
      // The limit counts what a change costs besides its values, too.
      if (known && bytes(expected) + 256 * expected.length <= limit / 2) {
        assert(kept !== undefined, `it forgot what it had room for, at ${i}`);
      }
    }
  }
});

test("since() is right after the ring has gone around many times", () => {
  const random = new Random(7);
  const history = new History(3000, 0);
  const all: Change[] = [];
  for (let seq = 1; seq <= 3000; seq++) {
    const made = numbered(seq, 1 + random.int(400));
    all.push(made);
    add(history, made);
    const kept = [...history.since(seq - 1)!];
    assertEquals(kept, [made]);
  }
  let seq = 3000;
  while (history.since(seq - 1) !== undefined) seq--;
  assertEquals([...history.since(seq)!], all.slice(seq));
  assert(seq < 3000);
});

test("changes are kept as they were, whoever wrote them", () => {
  const history = new History(1 << 16, 2 ** 40);
  const made = change(coils, 65_528, [1, 0, 0, 1, 1, 1, 0, 1], {
    ...{ seq: 2 ** 40 + 1, time: 1_800_000_000_123 },
    ...{ origin: Origin.websocket, connection: 2 ** 32 - 1, unitId: 255 },
  });
  add(history, made);
  assertEquals([...history.since(2 ** 40)!], [made]);
});

test("a limit is a number of bytes: each change takes its record, at least 256", () => {
  for (const [count, kept] of [[1, 256], [50, 256], [125, 214]] as const) {
    const history = new History(1 << 16, 0);
    for (let seq = 1; seq <= 1000; seq++) add(history, numbered(seq, count));
    assertEquals(history.since(1000 - kept - 1), undefined, `${count}`);
    assertEquals([...history.since(1000 - kept)!].length, kept, `${count}`);
  }
});

test("last is the number of the last write, or of that it begins behind", () => {
  const history = new History(1000, 4);
  assertEquals(history.last, 4);
  add(history, numbered(5));
  assertEquals(history.last, 5);
  history.restart(90);
  assertEquals(history.last, 90);
});
