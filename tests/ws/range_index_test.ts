import { assert, assertEquals } from "@std/assert";
import { Table } from "../../src/bank/tables.ts";
import type { Range } from "../../src/ws/messages.ts";
import { RangeIndex } from "../../src/ws/range_index.ts";
import { allCells } from "../../src/ws/ranges.ts";
import { test } from "../testing/pure.ts";
import { Random } from "../testing/random.ts";
import { anyRange, overlap, range } from "./range_model.ts";

const { coils, holdingRegisters } = Table;

/** Everyone that the index has, wherever. */
function all<T>(index: RangeIndex<T>): T[] {
  return allCells(4).ranges.flatMap((table) => [...index.near(table)]);
}

test("near() finds nobody in an empty index", () => {
  assertEquals(all(new RangeIndex<string>()), []);
});

test("near() finds owners at both ends of their ranges, and each once", () => {
  const index = new RangeIndex<string>();
  index.add("a", [range(coils, 100, 1000), range(coils, 1050, 200)]);
  index.add("b", [range(holdingRegisters, 0, 65_536)]);
  for (const address of [100, 1099, 1100, 1249]) {
    assertEquals([...index.near(range(coils, address, 1))], ["a"]);
  }
  for (const address of [0, 65_535]) {
    assertEquals([...index.near(range(holdingRegisters, address, 1))], ["b"]);
  }
  assertEquals([...index.near(range(coils, 0, 65_536))], ["a"]);
});

test("near() does not ask those whose cells are far away", () => {
  const index = new RangeIndex<number>();
  // 1,000 clients with 16 registers each: a change concerns one of them.
  for (let i = 0; i < 1000; i++) {
    index.add(i, [range(holdingRegisters, i * 64, 16)]);
  }
  for (let i = 0; i < 1000; i++) {
    const found = [...index.near(range(holdingRegisters, i * 64, 1))];
    assert(found.includes(i));
    assert(found.length <= 2, `${found.length} are asked about ${i * 64}`);
  }
});

test("near() never misses an owner, and remove() leaves nothing of one", () => {
  const random = new Random(3);
  const index = new RangeIndex<number>();
  const owners = new Map<number, readonly Range[]>();
  for (let i = 0; i < 3000; i++) {
    if (owners.size > 40 || (owners.size > 0 && random.oneIn(3))) {
      const owner = random.pick([...owners.keys()]);
      index.remove(owner, owners.get(owner)!);
      owners.delete(owner);
    } else {
      const ranges = Array.from(
        { length: random.int(5) },
        () => anyRange(random),
      );
      index.add(i, ranges);
      owners.set(i, ranges);
    }
    const changed = anyRange(random);
    const found = [...index.near(changed)];
    assertEquals(new Set(found).size, found.length, "twice");
    for (const owner of found) assert(owners.has(owner), "gone");
    for (const [owner, ranges] of owners) {
      const wants = ranges.some((range) => overlap(range, changed));
      assert(!wants || found.includes(owner), `${owner} is missed at ${i}`);
    }
  }
  for (const [owner, ranges] of owners) index.remove(owner, ranges);
  assertEquals(all(index), []);
});
