import { assert, assertEquals, assertThrows } from "@std/assert";
import { Door, type ServeInside } from "../../src/http/door.ts";
import type { RuntimeServer } from "../../src/http/listeners.ts";
import type { Route } from "../../src/http/router.ts";
import { nextTurn } from "../../src/pause.ts";
import { TestLog } from "../testing/log.ts";
import { connectTo, RawWebSocket } from "../testing/raw_web_socket.ts";
import { TEST_CERT, TEST_KEY } from "../testing/tls.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import { Serving, type ServingOptions } from "./serving.ts";

const LOOPBACK = ["127.0.0.0/8"];

/** Tells a client who it is. */
const WHO: Route = {
  path: "/who",
  handlers: { GET: ({ remote }) => Response.json(remote) },
};

/** A server with a door that lets clients of loopback in. */
function serving(options: ServingOptions = {}): Serving {
  return new Serving({ allow: LOOPBACK, routes: () => [WHO], ...options });
}

function get(path: string, headers: Record<string, string> = {}): Uint8Array {
  const fields = { host: "127.0.0.1", connection: "close", ...headers };
  const lines = Object.entries(fields).map((field) => field.join(": "));
  const head = [`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  return new TextEncoder().encode(head);
}

/** Where something listens, as the runtime takes it. */
function at({ addr: { hostname, port } }: { readonly addr: Deno.NetAddr }) {
  return { hostname, port };
}

/** Resolves when the runtime has let go of an address. */
async function isFree(address: { hostname: string; port: number }) {
  for (;;) {
    try {
      return Deno.listen(address).close();
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      await nextTurn();
    }
  }
}

/** All that comes on a connection until it ends, one way or the other. */
async function rest(conn: Deno.Conn): Promise<string> {
  const bytes: number[] = [];
  const chunk = new Uint8Array(4096);
  for (;;) {
    const length = await conn.read(chunk).catch(() => null);
    if (length === null) break;
    bytes.push(...chunk.subarray(0, length));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

Deno.test("a Door closes the connection of a stranger who has said nothing", async () => {
  await using server = serving({ allow: ["192.0.2.0/24"] });
  using conn = await connectTo(server.url);
  assertEquals(await within(rest(conn), "The end of the connection"), "");
  const port = conn.localAddr.port;
  assertEquals(server.lines.all, [
    `warn Refused client 127.0.0.1:${port}: its address is not among those of --ws-allow`,
  ]);
  assertEquals([...server.hub.counters.refusals.entries()], [[
    "address_not_allowed",
    1,
  ]]);
});

Deno.test("a Door tells the server who is outside", async () => {
  await using server = serving();
  using conn = await connectTo(server.url);
  await conn.write(get("/who"));
  const { hostname, port } = conn.localAddr;
  const body = (await rest(conn)).split("\r\n\r\n")[1]!;
  assertEquals(JSON.parse(body), { transport: "tcp", hostname, port });
});

Deno.test("a Door answers a client that has closed its own side", async () => {
  await using server = serving();
  using conn = await connectTo(server.url);
  await conn.write(get("/who"));
  await conn.closeWrite();
  assert((await rest(conn)).startsWith("HTTP/1.1 200 OK\r\n"));
});

Deno.test("a Door carries long messages both ways", async () => {
  await using server = new Serving({ allow: LOOPBACK }, 1 << 20);
  await using writer = await WsClient.open(server.url);
  await using reader = await WsClient.open(server.url);
  const value = Array.from({ length: 65_536 }, (_, i) => i);
  writer.send({ type: "setHoldingRegisters", address: 0, value });
  const { address, value: got } = await reader.nextJson();
  assertEquals([address, got], [0, value]);
});

Deno.test("a Door carries TLS as it is", async () => {
  const tls = { cert: TEST_CERT, key: TEST_KEY };
  await using server = serving({ tls });
  const url = server.url.replace("ws://127.0.0.1", "wss://localhost");
  using socket = await RawWebSocket.open(url);
  assertEquals(socket.status, 101);
});

Deno.test("a Door lets proxies in, and the requests of those that are allowed", async () => {
  await using server = serving({
    allow: ["192.0.2.1"],
    trustedProxies: LOOPBACK,
  });
  for (
    const [client, status] of [
      ["192.0.2.1", 200],
      ["192.0.2.2", 403],
    ] as const
  ) {
    using conn = await connectTo(server.url);
    await conn.write(get("/who", { "x-forwarded-for": client }));
    const answer = await rest(conn);
    assert(answer.startsWith(`HTTP/1.1 ${status} `), answer);
  }
});

Deno.test("a Door ends with the goodbye of the server, and its port is free", async () => {
  const server = serving();
  const client = await WsClient.open(server.url);
  await server[Symbol.asyncDispose]();
  assertEquals((await client.closed).code, 1001);
  Deno.listen(at(server)).close();
});

Deno.test("a Door closes a client that takes nothing", async () => {
  const cancelled = Promise.withResolvers<void>();
  const body = () =>
    new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1 << 20)),
      cancel: () => cancelled.resolve(),
    });
  const endless: Route = {
    path: "/endless",
    handlers: { GET: () => new Response(body()) },
  };
  const routes = () => [endless];
  await using server = serving({ routes, stallTimeout: 100 });
  using conn = await connectTo(server.url);
  await conn.write(get("/endless"));
  await within(cancelled.promise, "The end of the answer");
});

/** A server that does nothing until the test says that it gives up. */
class FakeServer implements RuntimeServer {
  readonly addr: Deno.NetAddr = {
    ...{ transport: "tcp", hostname: "127.0.0.1", port: 1 },
  };
  readonly giveUp = Promise.withResolvers<void>();
  readonly finished = this.giveUp.promise;
  shutdown = () => Promise.resolve();
}

/** A door on a free port before what `serve` makes. */
function door(serve: ServeInside, lines = new TestLog(), port = 0): Door {
  return new Door({
    ...{ hostname: "127.0.0.1", port, backlog: 16, stallTimeout: 30_000 },
    ...{ admits: () => true, log: lines.log },
  }, serve);
}

Deno.test("a Door listens no more when the server behind it gives up", async () => {
  const inside = new FakeServer();
  const outside = door(() => inside);
  inside.giveUp.reject(new Error("Too many open files"));
  await outside.finished.catch(() => {});
  await within(isFree(at(outside)), "The end of the listening");
  await outside.shutdown();
});

Deno.test("a Door closes a client when the server behind it can't be reached", async () => {
  const lines = new TestLog();
  const outside = door(() => new FakeServer(), lines);
  using conn = await Deno.connect(at(outside));
  assertEquals(await rest(conn), "");
  await outside.shutdown();
  assert(lines.all[0]?.startsWith("warn Cannot take an HTTP client in: "));
});

Deno.test("a Door that has nothing behind it is not opened", () => {
  using free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const serve = () => {
    throw new Error("No certificate");
  };
  assertThrows(() => door(serve, undefined, port), Error, "No certificate");
  Deno.listen({ hostname: "127.0.0.1", port }).close();
});

Deno.test("a Door knows nobody who has not come through it", async () => {
  let remoteOf: Parameters<ServeInside>[1] | undefined;
  const outside = door((_, of) => {
    remoteOf = of;
    return new FakeServer();
  });
  const from = { transport: "tcp", hostname: "127.0.0.1", port: 2 } as const;
  assertEquals(remoteOf?.(from), undefined);
  await outside.shutdown();
});
