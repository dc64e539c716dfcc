import { assertEquals } from "@std/assert";
import { HEADER_SIZE, refuseHeader } from "../../src/store/schema.ts";

/** A header by the numbers of https://www.sqlite.org/fileformat2.html, 1.3. */
function header(applicationId: number, userVersion: number): Uint8Array {
  const bytes = new Uint8Array(100);
  bytes.set(new TextEncoder().encode("SQLite format 3\0"));
  const view = new DataView(bytes.buffer);
  view.setUint32(60, userVersion);
  view.setUint32(68, applicationId);
  return bytes;
}

const OURS = 0x4d425741;

const CASES: readonly (readonly [string, Uint8Array, string | undefined])[] = [
  ["our file", header(OURS, 1), undefined],
  [
    "a newer one",
    header(OURS, 2),
    "it was made by another version of this program (its schema is 2, this version knows 1)",
  ],
  [
    "one without a version",
    header(OURS, 0),
    "it was made by another version of this program (its schema is 0, this version knows 1)",
  ],
  [
    "a database of another program",
    header(0, 1),
    "it is an SQLite database of another program",
  ],
  [
    "a part of a header",
    header(OURS, 1).subarray(0, 99),
    "it is not a data file of this program",
  ],
  [
    "another file",
    new TextEncoder().encode("#!/bin/sh\n".repeat(10)),
    "it is not a data file of this program",
  ],
  ["one byte", Uint8Array.of(0x53), "it is not a data file of this program"],
];

Deno.test("HEADER_SIZE is that of the format", { permissions: "none" }, () => {
  assertEquals(HEADER_SIZE, 100);
});

Deno.test("refuseHeader()", { permissions: "none" }, async (t) => {
  for (const [name, bytes, reason] of CASES) {
    await t.step(name, () => assertEquals(refuseHeader(bytes), reason));
  }
});
