import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkJsonType, readText } from "../../src/rest/body.ts";
import { RequestError } from "../../src/rest/request_error.ts";
import { ProtocolError } from "../../src/ws/messages.ts";

const permissions = "none";
const LIMITS = { size: 10, timeout: 60_000 };

/** Headers of requests, and whether the body may be read. */
const TYPES: readonly (readonly [
  type: string | undefined,
  coding: string | undefined,
  isGood: boolean,
])[] = [
  ["application/json", undefined, true],
  ["APPLICATION/JSON", undefined, true],
  ["application/json;charset=utf-8", undefined, true],
  ['application/json ; Charset="UTF-8" ', "identity", true],
  [undefined, undefined, false],
  ["", undefined, false],
  ["text/plain", undefined, false],
  ["text/plain; application/json", undefined, false],
  ["application/jsonp", undefined, false],
  ["application/json; charset=latin1", undefined, false],
  ['application/json; charset="utf-8', undefined, false],
  ["application/json; charset=utf-8; charset=latin1", undefined, false],
  ["application/json, text/plain", undefined, false],
  ["application/json", "gzip", false],
];

for (const [type, coding, isGood] of TYPES) {
  Deno.test({
    name: `checkJsonType() of ${type} ${coding ?? ""}`,
    permissions,
    fn() {
      const headers = new Headers();
      if (type !== undefined) headers.set("content-type", type);
      if (coding !== undefined) headers.set("content-encoding", coding);
      if (isGood) return checkJsonType(headers);
      const error = assertThrows(() => checkJsonType(headers), RequestError);
      assertEquals([error.code, error.status], ["unsupported_media_type", 415]);
    },
  });
}

/** A body that comes in these pieces, and knows whether it was cut. */
function bodyOf(...pieces: readonly Uint8Array[]) {
  let read = 0;
  let isCut = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces[read++];
      if (piece === undefined) controller.close();
      else controller.enqueue(new Uint8Array(piece));
    },
    cancel: () => {
      isCut = true;
    },
  }, { highWaterMark: 0 });
  return { body, headers: new Headers(), state: () => ({ read, isCut }) };
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("readText() puts the pieces together", { permissions }, async () => {
  const [first, second] = [bytes("ä€").subarray(0, 3), bytes("ä€").subarray(3)];
  assertEquals(await readText(bodyOf(first, second), LIMITS), "ä€");
  assertEquals(await readText(bodyOf(), LIMITS), "");
  const nothing = { body: null, headers: new Headers() };
  assertEquals(await readText(nothing, LIMITS), "");
});

Deno.test(
  "readText() decodes what is large in pieces",
  { permissions },
  async () => {
    // A character of three bytes that stands across most borders.
    const text = "€".repeat(1 << 20);
    const all = bytes(text);
    const pieces = Array.from(
      { length: 4 },
      (_, i) => all.subarray(i << 20, (i + 1) << 20),
    );
    const limits = { ...LIMITS, size: all.length };
    assertEquals(await readText(bodyOf(...pieces), limits) === text, true);
    const cut = bodyOf(...pieces, Uint8Array.of(0xe2));
    const larger = { ...limits, size: all.length + 1 };
    await assertRejects(() => readText(cut, larger), ProtocolError);
  },
);

Deno.test("readText() takes as much as it may", { permissions }, async () => {
  const text = "x".repeat(10);
  assertEquals(await readText(bodyOf(bytes(text)), LIMITS), text);
});

Deno.test(
  "readText() stops as soon as it is too much",
  { permissions },
  async () => {
    const body = bodyOf(bytes("12345"), bytes("678901"), bytes("x"));
    const error = await assertRejects(
      () => readText(body, LIMITS),
      RequestError,
    );
    assertEquals([error.code, error.status], ["body_too_large", 413]);
    assertEquals(body.state(), { read: 2, isCut: true });
  },
);

Deno.test(
  "readText() reads nothing of what says that it is too much",
  { permissions },
  async () => {
    const body = bodyOf(bytes("1"));
    body.headers.set("content-length", "11");
    const error = await assertRejects(
      () => readText(body, LIMITS),
      RequestError,
    );
    assertEquals(error.code, "body_too_large");
    assertEquals(body.state(), { read: 0, isCut: false });
  },
);

Deno.test("readText() does not wait for ever", { permissions }, async () => {
  let isCut = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    cancel: () => {
      isCut = true;
    },
  });
  const error = await assertRejects(
    () => readText({ body, headers: new Headers() }, { size: 10, timeout: 1 }),
    RequestError,
  );
  assertEquals([error.code, error.status], ["body_timeout", 408]);
  assertEquals(isCut, true);
});

Deno.test(
  "readText() does not take half a body for all",
  { permissions },
  async () => {
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        controller.enqueue(Uint8Array.of(0x30));
      },
      pull(controller) {
        controller.error(new Deno.errors.BadResource("gone"));
      },
    });
    const error = await assertRejects(
      () => readText({ body, headers: new Headers() }, LIMITS),
      RequestError,
    );
    assertEquals([error.code, error.status], ["body_incomplete", 400]);
  },
);

Deno.test("readText() refuses what is not UTF-8", { permissions }, async () => {
  const error = await assertRejects(
    () => readText(bodyOf(Uint8Array.of(0xff)), LIMITS),
    ProtocolError,
  );
  assertEquals(error.code, "invalid_json");
});
