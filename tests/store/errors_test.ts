import { assertEquals } from "@std/assert";
import { reasonOf, refusal } from "../../src/store/errors.ts";

const capability = new Error("Requires write access");
capability.name = "NotCapable";

const CASES: readonly (readonly [Error, string])[] = [
  [
    new Error("database is locked"),
    "another program uses it, probably another adapter: stop that, or choose another file",
  ],
  [
    new Error("attempt to write a readonly database"),
    "it can't be written: this user needs the right to write the file and its folder",
  ],
  [new Error("database or disk is full"), "the disk is full"],
  [
    new Error("database disk image is malformed"),
    "it is damaged (database disk image is malformed). It is left as it is: put a copy of it in its place, or move F and F-wal away to start with an empty bank",
  ],
  [new Error("disk I/O error"), "disk I/O error"],
  [
    capability,
    "this program runs without the permission to read and write it (--allow-read, --allow-write)",
  ],
  [new Error("something else"), "something else"],
];

Deno.test("reasonOf()", { permissions: "none" }, async (t) => {
  for (const [error, reason] of CASES) {
    await t.step(error.message, () => {
      assertEquals(reasonOf("F", error), reason);
    });
  }
});

Deno.test("refusal() names the file", { permissions: "none" }, () => {
  const { name, message } = refusal("F", "it is a joke");
  assertEquals(name, "StoreError");
  assertEquals(message, "Cannot use the data file F: it is a joke");
});
