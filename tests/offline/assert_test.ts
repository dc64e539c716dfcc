// The contract of the assertions, for whichever are in use: those of
// `@std/assert`, or the stand-ins of src/offline. Failures are caught by hand:
// no assertion here is trusted to test itself.
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

class Base extends Error {}
class Derived extends Base {}

const throws = (error: unknown) => () => {
  throw error;
};
const rejects = (error: unknown) => () => Promise.reject(error);

/** Assertions that hold. */
const PASSES: readonly (readonly [string, () => unknown])[] = [
  ["assert() of true", () => assert(true)],
  ["assert() of 1", () => assert(1)],
  ["assert() of a text", () => assert("x")],
  ["assert() of an object", () => assert({})],

  ["assertEquals() of numbers", () => assertEquals(1, 1)],
  ["assertEquals() of NaN", () => assertEquals(NaN, NaN)],
  ["assertEquals() of texts", () => assertEquals("a", "a")],
  ["assertEquals() of null", () => assertEquals(null, null)],
  ["assertEquals() of arrays", () => assertEquals([1, [2]], [1, [2]])],
  [
    "assertEquals() of objects",
    () => assertEquals({ a: { b: 1 } }, { a: { b: 1 } }),
  ],
  [
    "assertEquals() with other key order",
    () => assertEquals({ a: 1, b: 2 }, { b: 2, a: 1 }),
  ],
  [
    "assertEquals() of bytes",
    () => assertEquals(Uint8Array.of(1, 2), Uint8Array.of(1, 2)),
  ],
  [
    "assertEquals() of maps",
    () => assertEquals(new Map([["a", [1]]]), new Map([["a", [1]]])),
  ],
  [
    "assertEquals() of sets",
    () => assertEquals(new Set([1, 2]), new Set([2, 1])),
  ],
  ["assertEquals() of dates", () => assertEquals(new Date(5), new Date(5))],

  ["assertNotEquals() of numbers", () => assertNotEquals(1, 2)],
  ["assertNotEquals() of arrays", () => assertNotEquals([1], [2])],
  [
    "assertNotEquals() of bytes",
    () => assertNotEquals(Uint8Array.of(1), Uint8Array.of(2)),
  ],

  ["assertStringIncludes()", () => assertStringIncludes("abc", "b")],
  ["assertStringIncludes() of nothing", () => assertStringIncludes("abc", "")],
  ["assertMatch()", () => assertMatch("abc", /^a.c$/)],

  ["assertInstanceOf()", () => assertInstanceOf(new Derived(), Derived)],
  ["assertInstanceOf() of a base", () => assertInstanceOf(new Derived(), Base)],
  ["assertInstanceOf() of no error", () => assertInstanceOf(new Map(), Map)],

  ["assertThrows()", () => assertThrows(throws(new Base("x")), Base)],
  ["assertThrows() of a base", () => assertThrows(throws(new Derived()), Base)],
  [
    "assertThrows() with a text",
    () => assertThrows(throws(new Base("a b c")), Base, "b"),
  ],
  ["assertRejects()", () => assertRejects(rejects(new Base("x")), Base)],
  [
    "assertRejects() of a base",
    () => assertRejects(rejects(new Derived()), Base),
  ],
  [
    "assertRejects() with a text",
    () => assertRejects(rejects(new Base("a b c")), Base, "b"),
  ],
];

/** Assertions that do not hold; `msg` is what the caller says of it. */
const FAILS: readonly (readonly [string, (msg?: string) => unknown])[] = [
  ["assert() of false", (msg) => assert(false, msg)],
  ["assert() of 0", (msg) => assert(0, msg)],
  ["assert() of NaN", (msg) => assert(NaN, msg)],
  ["assert() of an empty text", (msg) => assert("", msg)],
  ["assert() of null", (msg) => assert(null, msg)],
  ["assert() of undefined", (msg) => assert(undefined, msg)],

  ["assertEquals() of other numbers", (msg) => assertEquals(1, 2, msg)],
  ["assertEquals() of other texts", (msg) => assertEquals("a", "A", msg)],
  [
    "assertEquals() of other types",
    (msg) => assertEquals<unknown>(1, "1", msg),
  ],
  [
    "assertEquals() of 0 and false",
    (msg) => assertEquals<unknown>(0, false, msg),
  ],
  [
    "assertEquals() of null and undefined",
    (msg) => assertEquals<unknown>(null, undefined, msg),
  ],
  [
    "assertEquals() of a shorter array",
    (msg) => assertEquals([1], [1, 2], msg),
  ],
  ["assertEquals() of other order", (msg) => assertEquals([1, 2], [2, 1], msg)],
  [
    "assertEquals() of a deep difference",
    (msg) => assertEquals({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, msg),
  ],
  [
    "assertEquals() with a key more",
    (msg) => assertEquals<object>({ a: 1 }, { a: 1, b: 2 }, msg),
  ],
  [
    "assertEquals() with a key that is undefined",
    (msg) => assertEquals<object>({}, { a: undefined }, msg),
  ],
  [
    "assertEquals() of other bytes",
    (msg) => assertEquals(Uint8Array.of(1, 2), Uint8Array.of(1, 3), msg),
  ],
  [
    "assertEquals() of fewer bytes",
    (msg) => assertEquals(Uint8Array.of(1), Uint8Array.of(1, 0), msg),
  ],
  [
    "assertEquals() of bytes and numbers",
    (msg) => assertEquals<unknown>(Uint8Array.of(1), [1], msg),
  ],
  [
    "assertEquals() of other maps",
    (msg) => assertEquals(new Map([[1, 1]]), new Map([[1, 2]]), msg),
  ],
  [
    "assertEquals() of other sets",
    (msg) => assertEquals(new Set([1]), new Set([2]), msg),
  ],
  [
    "assertEquals() of other dates",
    (msg) => assertEquals(new Date(5), new Date(6), msg),
  ],
  [
    "assertEquals() of other classes",
    (msg) => assertEquals<unknown>(new Map(), new Set(), msg),
  ],

  ["assertNotEquals() of numbers", (msg) => assertNotEquals(1, 1, msg)],
  [
    "assertNotEquals() of objects",
    (msg) => assertNotEquals({ a: [1] }, { a: [1] }, msg),
  ],
  [
    "assertNotEquals() of bytes",
    (msg) => assertNotEquals(Uint8Array.of(1), Uint8Array.of(1), msg),
  ],

  ["assertStringIncludes()", (msg) => assertStringIncludes("abc", "B", msg)],
  ["assertMatch()", (msg) => assertMatch("abc", /^b/, msg)],

  [
    "assertInstanceOf() of a base",
    (msg) => assertInstanceOf(new Base(), Derived, msg),
  ],
  ["assertInstanceOf() of null", (msg) => assertInstanceOf(null, Base, msg)],
  [
    "assertInstanceOf() of a text",
    (msg) => assertInstanceOf("Base", Base, msg),
  ],

  ["assertThrows() of nothing", (msg) => assertThrows(() => 1, Base, "", msg)],
  [
    "assertThrows() of a base",
    (msg) => assertThrows(throws(new Base()), Derived, "", msg),
  ],
  [
    "assertThrows() of another text",
    (msg) => assertThrows(throws(new Base("abc")), Base, "B", msg),
  ],
  [
    "assertThrows() of no error",
    (msg) => assertThrows(throws("abc"), Error, "", msg),
  ],
  [
    "assertThrows() of a rejection",
    (msg) => assertThrows(() => Promise.resolve(), Error, "", msg),
  ],
  [
    "assertRejects() of nothing",
    (msg) => assertRejects(() => Promise.resolve(1), Base, "", msg),
  ],
  [
    "assertRejects() of a base",
    (msg) => assertRejects(rejects(new Base()), Derived, "", msg),
  ],
  [
    "assertRejects() of another text",
    (msg) => assertRejects(rejects(new Base("abc")), Base, "B", msg),
  ],
  [
    "assertRejects() of no error",
    (msg) => assertRejects(rejects("abc"), Error, "", msg),
  ],
  [
    "assertRejects() of what is thrown",
    (msg) => assertRejects(throws(new Base()), Base, "", msg),
  ],
];

/** What is thrown or rejected with, undefined when nothing is. */
async function failure(fn: () => unknown): Promise<unknown> {
  try {
    await fn();
    return undefined;
  } catch (error) {
    return error;
  }
}

for (const [name, fn] of PASSES) {
  Deno.test(`${name} passes`, { permissions: "none" }, async () => {
    const error = await failure(fn);
    if (error !== undefined) throw error;
  });
}

for (const [name, fn] of FAILS) {
  Deno.test(`${name} fails`, { permissions: "none" }, async () => {
    for (const msg of [undefined, "the caller's words"]) {
      const error = await failure(() => fn(msg));
      if (!(error instanceof Error) || error.name !== "AssertionError") {
        throw new Error(`Not an AssertionError: ${error}`);
      }
      if (!error.message.includes(msg ?? "")) {
        throw new Error(`Without the caller's words: ${error.message}`);
      }
    }
  });
}

Deno.test({
  name: "assertThrows() and assertRejects() return the error",
  permissions: "none",
  async fn() {
    const error = new Derived("x");
    const thrown = assertThrows(throws(error), Base);
    const rejected = await assertRejects(rejects(error), Base);
    if (thrown !== error || rejected !== error) throw new Error("Another one");
  },
});
