import { assert, assertEquals } from "@std/assert";
import { Tokens } from "../../src/access/tokens.ts";
import { Protection } from "../../src/bank/protection.ts";
import { Table } from "../../src/bank/tables.ts";
import { WriteGuard } from "../../src/ws/write_guard.ts";
import { WsClient } from "../testing/ws_client.ts";
import { call } from "./contract.ts";
import { GUARDS } from "../http/serving.ts";
import { put, serveRest } from "./serving.ts";

/** Writes, and what is read after that in the same place. */
const WRITES: readonly (readonly [
  path: string,
  written: readonly unknown[],
  read: readonly unknown[],
])[] = [
  ["coils/3", [true, false, true], [true, false, true]],
  ["discrete-inputs/0", [1, 0, true], [true, false, true]],
  ["input-registers/65535", [65535], [65535]],
  ["holding-registers/100", [0, 32768, -1, -32768], [0, 32768, 65535, 32768]],
];

for (const [path, written, read] of WRITES) {
  Deno.test(`PUT and GET ${path}`, async () => {
    await using serving = serveRest();
    const url = `${serving.origin}/api/v1/${path}`;
    const address = Number(path.split("/")[1]);
    const count = written.length;
    const done = await call(url, put(written));
    assertEquals(done.status, 200);
    assertEquals(done.body, { address, count, seq: 1 });
    const answer = await call(`${url}?count=${count}`);
    assertEquals(answer.status, 200);
    assertEquals(answer.body, { address, value: read, seq: 1 });
  });
}

Deno.test("GET reads one cell unless it says how many, up to a whole table", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1`;
  const one = await call(`${url}/coils/7`);
  assertEquals(one.body, { address: 7, value: [false], seq: 0 });
  const all = await call(`${url}/holding-registers/0?count=65536&unit=255`);
  assertEquals(all.body.value, new Array(65536).fill(0));
});

Deno.test("HEAD has what GET has, but no body", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/coils/0?count=3`;
  const head = await fetch(url, { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals(head.headers.get("content-type"), "application/json");
});

Deno.test("PUT takes back what GET has given", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/holding-registers/9`;
  await call(url, put([7, 8]));
  const { body } = await call(`${url}?count=2`);
  body.value[1]++;
  assertEquals((await call(url, put(JSON.stringify(body)))).status, 200);
  const { body: { value } } = await call(`${url}?count=2`);
  assertEquals(value, [7, 9]);
});

Deno.test("PUT is told to others as a write of its own kind", async () => {
  await using serving = serveRest();
  await using browser = await WsClient.open(serving.url);
  await browser.ask({ type: "subscribe", meta: true });
  const url = `${serving.origin}/api/v1`;
  await call(`${url}/coils/3?unit=17`, put([1, 0]));
  await call(`${url}/input-registers/4`, put([5]));
  const { time, ...first } = await browser.nextJson();
  assert(Number.isInteger(time));
  assertEquals(first, {
    ...{ type: "setCoils", address: 3, value: [true, false] },
    ...{ seq: 1, source: "rest", connection: 1, unit: 17 },
  });
  const { source, connection, unit } = await browser.nextJson();
  assertEquals([source, connection, unit], ["rest", 2, 0]);
});

/** Requests that are wrong: what is asked, and status, problem, and a word of the detail. */
const WRONG: readonly (readonly [
  path: string,
  init: RequestInit,
  status: number,
  problem: string,
  word: string,
])[] = [
  ["coils/65536", {}, 400, "address-out-of-range", "65536"],
  ["coils/-1", {}, 400, "address-out-of-range", "-1"],
  ["coils/99999999999999999999", {}, 400, "invalid-address", "999"],
  ["coils/0x10", {}, 400, "invalid-address", '"0x10"'],
  ["coils/1.0", {}, 400, "invalid-address", '"1.0"'],
  ["coils/%30", {}, 400, "invalid-address", '"%30"'],
  ["coils/65535?count=2", {}, 400, "address-out-of-range", "65536"],
  ["coils/0?count=0", {}, 400, "invalid-count", "from 1 to 65536"],
  ["coils/0?count=65537", {}, 400, "invalid-count", "65537"],
  ["coils/0?count=", {}, 400, "invalid-count", '""'],
  ["coils/0?count=1e1", {}, 400, "invalid-count", '"1e1"'],
  ["coils/0?unit=256", {}, 400, "invalid-unit", "256"],
  ["coils/0?unit=-1", {}, 400, "invalid-unit", "-1"],
  ["coils/0?unit", {}, 400, "invalid-unit", '""'],
  ["coils/0?cuont=1", {}, 400, "unknown-parameter", '"cuont"'],
  ["coils/0?Count=1", {}, 400, "unknown-parameter", '"count", "unit"'],
  ["coils/0?count=1&count=1", {}, 400, "repeated-parameter", '"count"'],
  ["coils/0?count=1", put([1]), 400, "unknown-parameter", '"count"'],
  ["coils/65536", put([1]), 400, "address-out-of-range", "65536"],
  ["coils/65535", put([1, 1]), 400, "address-out-of-range", "65536"],
  ["coils/0?unit=x", put([1]), 400, "invalid-unit", '"x"'],
  ["coils/0", put([1, 2]), 400, "invalid-value", '"value[1]"'],
  ["coils/0", put([]), 400, "invalid-value", "1 to 65536"],
  ["coils/0", put(true), 400, "invalid-value", "array"],
  ["coils/0", put("{}"), 400, "invalid-value", "left out"],
  ["holding-registers/0", put([65536]), 400, "invalid-value", "65536"],
  ["holding-registers/0", put([-32769]), 400, "invalid-value", "-32769"],
  ["holding-registers/0", put([1.5]), 400, "invalid-value", "1.5"],
  ["holding-registers/0", put([true]), 400, "invalid-value", "true"],
  ["coils/0", put("[true]"), 400, "invalid-message", "body"],
  ["coils/0", put("{"), 400, "invalid-json", "body"],
  ["coils/0", put(""), 400, "invalid-json", "body"],
  [
    "coils/0",
    put('{"value":[1],"address":1}'),
    400,
    "address-mismatch",
    "0 in the path",
  ],
  [
    "coils/0",
    { method: "PUT", body: '{"value":[1]}' },
    415,
    "unsupported-media-type",
    "text/plain",
  ],
  ["coils/0", { method: "PUT" }, 415, "unsupported-media-type", "none"],
  ["coils/0", { method: "POST", body: "x" }, 405, "method-not-allowed", "PUT"],
  ["coils/0", { method: "DELETE" }, 405, "method-not-allowed", "PUT"],
  ["coil/0", {}, 404, "not-found", "/api/v1/coil/0"],
  ["Coils/0", {}, 404, "not-found", "/api/v1/Coils/0"],
  ["coils", {}, 400, "invalid-address", ": /api/v1/coils/0?count=8"],
  ["coils/", {}, 400, "invalid-address", ": /api/v1/coils/0?count=8"],
  ["coils?address=3", {}, 400, "invalid-address", "/api/v1/coils/0?count=8"],
  ["discrete-inputs", {}, 400, "invalid-address", "/discrete-inputs/0?count=8"],
  ["input-registers", {}, 400, "invalid-address", "/input-registers/0?count=8"],
  ["holding-registers", {}, 400, "invalid-address", "-registers/0?count=8"],
  ["coils", put([1]), 400, "invalid-address", ": /api/v1/coils/0"],
  ["coils", { method: "DELETE" }, 405, "method-not-allowed", "PUT"],
  ["coil", {}, 404, "not-found", "/api/v1/coil"],
  ["coils/0/1", {}, 404, "not-found", "/api/v1/coils/0/1"],
];

for (const [path, init, status, problem, word] of WRONG) {
  const { method = "GET", body = "" } = init;
  Deno.test(`${method} ${path} ${body} is ${status} ${problem}`, async () => {
    await using serving = serveRest();
    const answer = await call(`${serving.origin}/api/v1/${path}`, init);
    assertEquals(answer.status, status);
    assertEquals(answer.body.type, `/problems/${problem}`);
    assertEquals(answer.body.status, status);
    assert(answer.body.detail.includes(word), answer.body.detail);
    assertEquals(serving.bank.seq, 0);
  });
}

Deno.test("PUT that is too large is 413, however it comes, and writes nothing", async () => {
  await using serving = serveRest({ maxBody: 100 });
  const url = `${serving.origin}/api/v1/coils/0`;
  const text = `{"value":[${"1,".repeat(50_000)}1]}`;
  const chunked = new Blob([text]).stream();
  for (const body of [text, chunked]) {
    const answer = await call(url, { ...put(""), body });
    assertEquals(answer.status, 413);
    assertEquals(answer.body.type, "/problems/body-too-large");
    assert(answer.body.detail.includes("100 bytes (--max-message)"));
  }
  assertEquals(serving.bank.seq, 0);
});

Deno.test("PUT that breaks off writes nothing, and is nothing for the log", async () => {
  await using serving = serveRest();
  const conn = await Deno.connect({ port: serving.addr.port });
  const head = "PUT /api/v1/coils/0 HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
    "Content-Type: application/json\r\nContent-Length: 13\r\n" +
    "Expect: 100-continue\r\n\r\n";
  await conn.write(new TextEncoder().encode(head));
  const bytes = new Uint8Array(100);
  const length = await conn.read(bytes);
  const answer = new TextDecoder().decode(bytes.subarray(0, length ?? 0));
  // It is told to go on when the body is read, not before.
  assertEquals(answer, "HTTP/1.1 100 Continue\r\n\r\n");
  await conn.write(new TextEncoder().encode('{"value":[1]'));
  conn.close();
  await serving.hub.close();
  await serving.stop(60_000);
  assertEquals(serving.bank.seq, 0);
  assertEquals(serving.lines.all, []);
});

Deno.test("PUT to cells that are protected is 403, and writes nothing", async () => {
  const cells = [{ table: Table.coils, address: 4, count: 1 }];
  const operator = new WriteGuard("operator", new Protection(cells));
  await using serving = serveRest({ guards: { ...GUARDS, operator } });
  const url = `${serving.origin}/api/v1/coils`;
  const refused = await call(`${url}/3`, put([1, 1]));
  assertEquals(refused.status, 403);
  assertEquals(refused.body.type, "/problems/write-protected");
  assertEquals((await call(`${url}/3`, put([1]))).status, 200);
  const { body } = await call(`${url}/3?count=2`);
  assertEquals(body, { address: 3, value: [true, false], seq: 1 });
});

/** Tokens, and what comes of a GET and of a PUT with them. */
const TOKENS: readonly (readonly [
  token: string | undefined,
  get: number,
  put: number,
])[] = [
  [undefined, 401, 401],
  ["no-such-token-at-all", 401, 401],
  ["viewer-0123456789", 200, 403],
  ["operator-0123456789", 200, 200],
];

for (const [token, get, written] of TOKENS) {
  Deno.test(`cells and changes with the token ${token}`, async () => {
    const tokens = Tokens.parse(
      "viewer viewer-0123456789\noperator operator-0123456789",
    );
    await using serving = serveRest({}, { tokens });
    const url = `${serving.origin}/api/v1/coils/0`;
    const authorization = token && { authorization: `Bearer ${token}` };
    const headers = { ...authorization };
    assertEquals((await call(url, { headers })).status, get);
    const changes = `${serving.origin}/api/v1/changes`;
    const head = await fetch(changes, { method: "HEAD", headers });
    assertEquals(head.status, get);
    const init = put([1]);
    const all = { ...init.headers as object, ...authorization };
    const answer = await call(url, { ...init, headers: all });
    assertEquals(answer.status, written);
    assertEquals(serving.bank.seq, written === 200 ? 1 : 0);
  });
}

Deno.test("PUT is answered when the disk has it, where that is asked for", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/coils/0`;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let asked: number | undefined;
  const stored = (seq: number) => {
    asked = seq;
    return promise;
  };
  Object.defineProperty(serving.bank, "durability", { value: { stored } });
  let isAnswered = false;
  const answer = call(url, put([1])).finally(() => isAnswered = true);
  const { body } = await call(url);
  assertEquals([asked, isAnswered, body.value], [1, false, [true]]);
  resolve(false);
  const failed = await answer;
  assertEquals(failed.status, 500);
  assertEquals(failed.body.type, "/problems/not-stored");
});

Deno.test("PUT of a page from elsewhere is 403, and writes nothing", async () => {
  await using serving = serveRest();
  const url = `${serving.origin}/api/v1/coils/0`;
  const { headers, ...rest } = put([1]);
  const all = { ...headers as object, origin: "https://evil.example" };
  const answer = await call(url, { ...rest, headers: all });
  assertEquals(answer.status, 403);
  assertEquals(answer.body.type, "/problems/origin-not-allowed");
  assertEquals(serving.bank.seq, 0);
});
