import { assert, assertEquals } from "@std/assert";
import { Bank } from "../../src/bank/bank.ts";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { Admission } from "../../src/http/admission.ts";
import { Upgrader } from "../../src/http/upgrade.ts";
import { Hub } from "../../src/ws/hub.ts";
import {
  ACCEPT,
  connectTo,
  type ExtraHeaders,
  handshake,
  RawWebSocket,
} from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import { GUARDS, Serving } from "./serving.ts";
import { visitor } from "./visitors.ts";

Deno.test("upgrade() switches on any path, as the original did", async () => {
  await using serving = new Serving();
  for (const path of ["/", "/ws", "/some/where?token=1"]) {
    await using client = await WsClient.open(new URL(path, serving.url).href);
    assertEquals(await client.ask({ type: "ping" }), { type: "pong" });
  }
});

Deno.test("upgrade() answers as the standard's example asks for", async () => {
  await using serving = new Serving();
  using client = await RawWebSocket.open(serving.url);
  assertEquals(client.status, 101);
  assertEquals(client.headers.get("sec-websocket-accept"), ACCEPT);
});

/** The body of a refusal with that status. */
async function refusal(
  serving: Serving,
  status: number,
  headers: ExtraHeaders = {},
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  using client = await RawWebSocket.open(serving.url, headers);
  assertEquals(client.status, status);
  assertEquals(client.headers.get("content-type"), "application/problem+json");
  return JSON.parse(await client.body());
}

/** Handshakes that are none, and what is wrong with them. */
const BAD: readonly (readonly [name: string, headers: ExtraHeaders])[] = [
  ["no key", { "Sec-WebSocket-Key": undefined }],
  ["an empty key", { "Sec-WebSocket-Key": "" }],
  ["a short key", { "Sec-WebSocket-Key": "c2hvcnQ=" }],
  ["no connection header", { Connection: undefined }],
  ["another connection header", { Connection: "keep-alive" }],
];

for (const [name, headers] of BAD) {
  Deno.test(`upgrade() of a handshake with ${name} is 400`, async () => {
    await using serving = new Serving({ maxClients: 1 });
    const { type, detail } = await refusal(serving, 400, headers);
    assertEquals(type, "/problems/bad-handshake");
    assert(detail.length > 0);
    // It does not count as a client.
    await using client = await WsClient.open(serving.url);
    assertEquals(await client.ask({ type: "ping" }), { type: "pong" });
  });
}

for (const version of ["8", "", undefined]) {
  Deno.test(`upgrade() to version ${version} is 426 and names its own`, async () => {
    await using serving = new Serving();
    const headers = { "Sec-WebSocket-Version": version };
    using client = await RawWebSocket.open(serving.url, headers);
    assertEquals(client.status, 426);
    assertEquals(client.headers.get("sec-websocket-version"), "13");
    const { type } = JSON.parse(await client.body());
    assertEquals(type, "/problems/unsupported-version");
  });
}

Deno.test("upgrade() refuses pages from elsewhere with 403, and says how to let them in", async () => {
  await using serving = new Serving({ allowOrigins: ["https://hmi.example"] });
  const origin = "https://evil.example";
  assertEquals(await refusal(serving, 403, { Origin: origin }), {
    type: "/problems/origin-not-allowed",
    title: "Origin not allowed",
    status: 403,
    detail: "Pages of https://evil.example may not connect to this server",
  });
  const line = await serving.lines.until(/Refused a page/);
  assert(line.includes("--allow-origin https://evil.example"), line);
  for (
    const Origin of [
      "https://hmi.example",
      serving.url.replace("ws", "http").slice(0, -1),
    ]
  ) {
    using client = await RawWebSocket.open(serving.url, { Origin });
    assertEquals(client.status, 101);
  }
});

Deno.test("upgrade() past --max-clients is 503 that names the limit", async () => {
  await using serving = new Serving({ maxClients: 2 });
  await using _one = await WsClient.open(serving.url);
  const two = await WsClient.open(serving.url);
  assertEquals(await refusal(serving, 503), {
    type: "/problems/max-clients",
    title: "Max clients",
    status: 503,
    detail: "There are 2 clients already (--max-clients)",
  });
  await serving.lines.until(/^warn Refused .*--max-clients/);
  await two.close();
  await serving.lines.until(/disconnected/);
  await using three = await WsClient.open(serving.url);
  assertEquals(await three.ask({ type: "ping" }), { type: "pong" });
});

Deno.test("upgrade() past --max-clients-per-address is 503 that names the limit", async () => {
  await using serving = new Serving({
    ...{ hostname: "0.0.0.0", maxClients: 10, maxClientsPerAddress: 1 },
  });
  await using _one = await WsClient.open(serving.url);
  assertEquals(await refusal(serving, 503), {
    type: "/problems/max-clients-per-address",
    title: "Max clients per address",
    status: 503,
    detail:
      "There are 1 clients of one address already (--max-clients-per-address)",
  });
});

Deno.test("upgrade() counts a client that was closed until its socket is gone", async () => {
  await using serving = new Serving({ maxClients: 1 }, 100);
  const client = await RawWebSocket.open(serving.url);
  // Larger than it may be: the server closes, but this client does not answer that.
  await client.send("x".repeat(200));
  const { head, payload } = await client.nextFrame();
  assertEquals(head, 0x88); // a close frame
  assertEquals((payload[0]! << 8) | payload[1]!, 1009);
  assertEquals(serving.hub.size, 0);
  await refusal(serving, 503);
  client[Symbol.dispose]();
  await serving.lines.until(/disconnected/);
  using next = await RawWebSocket.open(serving.url);
  await next.send('{"type":"ping"}');
  assertEquals(await next.next(), '{"type":"pong"}');
});

Deno.test("upgrade() does not count those who go within the handshake", async () => {
  await using serving = new Serving({ maxClients: 8 });
  const request = new TextEncoder().encode(handshake(serving.url));
  for (let i = 0; i < 200; i++) {
    using conn = await connectTo(serving.url);
    await conn.write(request);
  }
  // Sooner or later all 8 places are free again, and stay so.
  const clients: RawWebSocket[] = [];
  const all = async () => {
    while (clients.length < 8) {
      const client = await RawWebSocket.open(serving.url);
      if (client.status === 101) clients.push(client);
      else client[Symbol.dispose]();
    }
  };
  await within(all(), "all places");
  assertEquals(serving.hub.size, 8);
  for (const client of clients) client[Symbol.dispose]();
});

Deno.test("a client is told of what is written once it knows that it is connected", async () => {
  await using serving = new Serving();
  const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
  for (let i = 0; i < 100; i++) {
    using client = await RawWebSocket.open(serving.url);
    serving.bank.write(Table.coils, i, 1, Uint8Array.of(1), 0, writer);
    const expected = `{"type":"setCoils","address":${i},"value":[true]}`;
    assertEquals(await within(client.next(), "a notification"), expected);
  }
});

Deno.test("a client is a client before it knows that it is connected", async () => {
  await using serving = new Serving();
  const sizes: number[] = [];
  const { join } = serving.hub;
  serving.hub.join = (socket) => {
    const session = join.call(serving.hub, socket);
    socket.send("early");
    sizes.push(socket.buffered);
    return session;
  };
  using client = await RawWebSocket.open(serving.url);
  assertEquals(await client.next(), "early");
  assertEquals(sizes, [5]); // It had to wait.
});

Deno.test("a client that is cut is let go", async () => {
  await using serving = new Serving();
  const client = await RawWebSocket.open(serving.url);
  await client.send('{"type":"ping"}');
  await client.next();
  assertEquals(serving.hub.size, 1);
  client[Symbol.dispose]();
  await serving.lines.until(/disconnected/);
  assertEquals(serving.hub.size, 0);
});

Deno.test("upgrade() while the server stops is 503", async () => {
  const hub = new Hub(Bank.create(), {
    ...{ queue: 1024, message: 1024, history: 0, stallTimeout: 1000 },
  });
  const admission = new Admission(1, 1);
  await admission.close();
  const options = { allowOrigins: [], admission, guards: GUARDS };
  const roleOf = () => undefined;
  const upgrader = new Upgrader(hub, { ...options, roleOf }, () => {});
  const request = new Request("http://127.0.0.1/", {
    headers: {
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    },
  });
  const response = upgrader.upgrade(request, visitor("/"));
  assertEquals(response.status, 503);
  assertEquals(await response.json(), {
    ...{ type: "/problems/stopping", title: "Stopping", status: 503 },
    detail: "The server stops",
  });
  await hub.close();
});

Deno.test("an error of a client goes to the log at debug level", async () => {
  await using serving = new Serving();
  await using client = await WsClient.open(serving.url);
  const { code } = await client.ask("{");
  assertEquals(code, "invalid_json");
  const line = await serving.lines.until(/not JSON/);
  assert(line.startsWith("debug WebSocket client 127.0.0.1:"), line);
});

Deno.test("a fault of the program closes that client with 1011, and is logged", async () => {
  await using serving = new Serving();
  await using other = await WsClient.open(serving.url);
  await using client = await WsClient.open(serving.url);
  serving.hub.subscribe = () => {
    throw new Error("made by the test");
  };
  client.send({ type: "subscribe" });
  assertEquals((await client.closed).code, 1011);
  const line = await serving.lines.until(/^error /);
  assert(line.includes("made by the test"), line);
  assertEquals(await other.ask({ type: "ping" }), { type: "pong" });
});

Deno.test("upgrade() counts refusals, and closes by side and code", async () => {
  await using serving = new Serving({ maxClients: 2 }, 100);
  const { counters } = serving.hub;
  await refusal(serving, 403, { Origin: "https://elsewhere.example" });
  await refusal(serving, 400, { "Sec-WebSocket-Key": "" });
  await refusal(serving, 400, { Connection: undefined });
  const client = await WsClient.open(serving.url);
  const large = await WsClient.open(serving.url);
  await refusal(serving, 503);
  large.send("x".repeat(101));
  assertEquals((await large.closed).code, 1009);
  await serving.lines.until(/disconnected \(1009/);
  await client.close();
  await serving.lines.until(/disconnected \(1005/);
  assertEquals([...counters.refusals.entries()], [
    ...[["origin_not_allowed", 1], ["bad_handshake", 2]] as const,
    ["max_clients", 1],
  ]);
  assertEquals(counters.closes().filter(({ count }) => count > 0), [
    { by: "client", code: "1005", count: 1 },
    { by: "server", code: "1009", count: 1 },
  ]);
  assertEquals(counters.joined, 2);
});
