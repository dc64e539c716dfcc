import { assertEquals, assertNotEquals } from "@std/assert";
import { Digest } from "../../src/store/digest.ts";

const MOMENT = { epoch: "a", seq: 1, covers: "any" };
const text = (digest: Uint8Array) => digest.toHex();

function digestOf(pages: readonly (readonly [number, number])[]): string {
  const digest = new Digest();
  for (const [page, byte] of pages) digest.set(page, Uint8Array.of(byte));
  return text(digest.at(MOMENT));
}

Deno.test("at() does not depend on the order or the number of changes", {
  permissions: "none",
}, () => {
  const expected = digestOf([[1, 10], [2, 20], [300, 30]]);
  assertEquals(digestOf([[300, 30], [2, 20], [1, 10]]), expected);
  assertEquals(digestOf([[2, 1], [1, 10], [2, 20], [300, 30]]), expected);
  const digest = new Digest();
  for (const [page, byte] of [[1, 10], [2, 20], [5, 50], [300, 30]] as const) {
    digest.set(page, Uint8Array.of(byte));
  }
  digest.delete(5);
  assertEquals(text(digest.at(MOMENT)), expected);
});

Deno.test(
  "at() is another for another content",
  { permissions: "none" },
  () => {
    const digests = [
      digestOf([]),
      digestOf([[1, 10]]),
      digestOf([[1, 11]]),
      digestOf([[2, 10]]),
      digestOf([[257, 10]]),
      digestOf([[1, 10], [2, 0]]),
    ];
    assertEquals(new Set(digests).size, digests.length);
  },
);

Deno.test("at() is another for another moment", { permissions: "none" }, () => {
  const digest = new Digest();
  const first = text(digest.at(MOMENT));
  for (
    const other of [
      { ...MOMENT, epoch: "b" },
      { ...MOMENT, seq: 2 },
      { ...MOMENT, covers: "" },
    ]
  ) assertNotEquals(text(digest.at(other)), first);
  assertEquals(text(digest.at({ ...MOMENT })), first);
});
