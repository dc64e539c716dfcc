import { assertEquals } from "@std/assert";
import { BINS, Mirror } from "../../../src/page/model/mirror.js";

const options = { permissions: "none" } as const;

Deno.test("Mirror.apply() tells what was there before", options, () => {
  const mirror = new Mirror();
  const table = "holdingRegisters";
  assertEquals(
    mirror.apply({ table, address: 5, values: [1, 2] }),
    [undefined, undefined],
  );
  assertEquals(
    mirror.apply({ table, address: 4, values: [7, 8, 2] }),
    [undefined, 1, 2],
  );
  assertEquals(mirror.read(table, 4, 3), [7, 8, 2]);
});

Deno.test("Mirror.apply() keeps bits as 0 and 1", options, () => {
  const mirror = new Mirror();
  mirror.apply({ table: "coils", address: 0, values: [true, false] });
  assertEquals(mirror.read("coils", 0, 2), [1, 0]);
  assertEquals(mirror.read("discreteInputs", 0, 2), undefined);
});

Deno.test("Mirror.read() knows all of it or nothing", options, () => {
  const mirror = new Mirror();
  const table = "inputRegisters";
  mirror.apply({ table, address: 65_534, values: [1, 2] });
  assertEquals(mirror.read(table, 65_534, 2), [1, 2]);
  assertEquals(mirror.read(table, 65_533, 2), undefined);
  assertEquals(mirror.read(table, 65_535, 2), undefined);
});

Deno.test("Mirror.keep() forgets what is not told of any more", options, () => {
  const mirror = new Mirror();
  const table = "holdingRegisters";
  mirror.apply({ table, address: 0, values: [1, 2, 3, 4] });
  mirror.apply({ table: "coils", address: 0, values: [true] });
  mirror.keep([{ table, address: 1, count: 2 }]);
  assertEquals(mirror.read(table, 1, 2), [2, 3]);
  assertEquals(mirror.read(table, 0, 1), undefined);
  assertEquals(mirror.read(table, 3, 1), undefined);
  assertEquals(mirror.read("coils", 0, 1), undefined);
});

Deno.test("Mirror counts what is not 0, part by part", options, () => {
  const mirror = new Mirror();
  const table = "holdingRegisters";
  mirror.apply({ table, address: 254, values: [1, 2, 3, 0] });
  mirror.apply({ table, address: 255, values: [0, 9] });
  mirror.apply({ table, address: 65_535, values: [9] });
  const { nonZero } = mirror.table(table);
  assertEquals(nonZero.length, BINS);
  assertEquals([nonZero[0], nonZero[1], nonZero[255]], [1, 1, 1]);
});
