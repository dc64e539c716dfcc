import { assertEquals } from "@std/assert";
import {
  ActivityLog,
  type Entry,
  filterOf,
} from "../../../src/page/model/activity.js";
import type { Change, TableName, Value } from "../../../src/client/client.js";
import { table } from "../cases.ts";

const options = { permissions: "none" } as const;

function change(
  address: number,
  values: Value[],
  table: TableName = "holdingRegisters",
): Change {
  return {
    ...{ table, address, values, seq: 1, time: 5, source: "modbus" },
    ...{ connection: 3, unit: 1, resync: false },
  };
}

const every = () => true;

Deno.test(
  "ActivityLog keeps what has changed, from what to what",
  options,
  () => {
    const log = new ActivityLog(10);
    log.add(change(100, [1, 2, 3]), [1, undefined, 9]);
    log.add(change(7, [true, false], "coils"), [1, 0]);
    assertEquals(log.newest(every, 10), [
      {
        ...{ key: 2, time: 5, table: "coils", address: 7, count: 2 },
        cells: [
          { address: 7, before: 1, after: 1 },
          { address: 8, before: 0, after: 0 },
        ],
        ...{ isChange: false, source: "modbus", connection: 3, unit: 1 },
        owner: undefined,
      },
      {
        ...{
          key: 1,
          time: 5,
          table: "holdingRegisters",
          address: 100,
          count: 3,
        },
        cells: [
          { address: 101, before: undefined, after: 2 },
          { address: 102, before: 9, after: 3 },
        ],
        ...{ isChange: true, source: "modbus", connection: 3, unit: 1 },
        owner: undefined,
      },
    ]);
  },
);

Deno.test("ActivityLog keeps a few cells of a large change", options, () => {
  const log = new ActivityLog(10);
  const values = new Array(100).fill(1);
  log.add(change(0, values), new Array(100).fill(0));
  const [entry] = log.newest(every, 1);
  assertEquals([entry?.count, entry?.cells.length], [100, 8]);
});

Deno.test("ActivityLog keeps the last so many", options, () => {
  const log = new ActivityLog(3);
  for (let i = 0; i < 20; i++) {
    log.add(change(i, [1]), [0]);
    const newest = log.newest(every, 10).map(({ address }) => address);
    assertEquals(newest, [i, i - 1, i - 2].filter((n) => n >= 0));
  }
  assertEquals(log.count, 20);
  assertEquals(log.newest(({ address }) => address === 18, 10).length, 1);
  log.clear();
  assertEquals(log.newest(every, 10), []);
});

table<[string, boolean]>("filterOf() holding registers 100 to 109 by PLC-7", [
  ["", true],
  ["  ", true],
  ["100", true],
  ["109", true],
  ["99", false],
  ["110", false],
  ["105-200", true],
  ["0-99", false],
  ["0–100", true],
  ["holding", true],
  ["REGISTERS", true],
  ["coils", false],
  ["plc-7", true],
  ["plc-8", false],
  ["holding 105 plc", true],
  ["holding 99 plc", false],
], (text, passes) => {
  const entry: Entry = {
    ...{ key: 1, time: 0, table: "holdingRegisters", address: 100, count: 10 },
    ...{ cells: [], isChange: true, source: "modbus" },
    ...{ connection: 1, unit: 1, owner: undefined },
  };
  assertEquals(filterOf(text, () => "PLC-7")(entry), passes);
});
