// Tokens by real sockets: every way to show one, every way to be refused, and
// that nothing is told before.
import { assert, assertEquals } from "@std/assert";
import { Origin } from "../../src/bank/change.ts";
import { Table } from "../../src/bank/tables.ts";
import { Tokens } from "../../src/access/tokens.ts";
import type { Call } from "../../src/http/router.ts";
import { type ExtraHeaders, RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { Serving, type ServingOptions } from "./serving.ts";

const VIEWER = "viewer-0123456789";
const OPERATOR = "operator-0123456789";
const WRONG = "wrong-0123456789";

/** A server that asks for tokens; `/open` is public, `/cells` is not. */
class Asking extends Serving {
  constructor(options: ServingOptions = {}) {
    const say = ({ visitor }: Call) => new Response(visitor.role ?? "nobody");
    super({
      tokens: Tokens.parse(`viewer ${VIEWER}\noperator ${OPERATOR}`),
      routes: () => [
        { path: "/open", public: true, handlers: { GET: say } },
        { path: "/cells", handlers: { GET: say, PUT: say } },
      ],
      ...options,
    });
  }

  /** Writes coil 7, as somebody else. */
  write(): void {
    const writer = { origin: Origin.modbus, connection: 1, unitId: 1 };
    this.bank.write(Table.coils, 7, 1, Uint8Array.of(1), 0, writer);
  }

  /** How often clients were refused for their tokens. */
  get unauthorized(): number {
    const counts = Object.fromEntries(this.hub.counters.refusals.entries());
    return counts["unauthorized"] ?? 0;
  }
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const offered = (token: string) => ({
  "Sec-WebSocket-Protocol": `modbus-ws, bearer.${token}`,
});
const auth = (token: string, id?: number) =>
  JSON.stringify({ type: "auth", token, id });

/** Ways to show a token: headers of the handshake, and a first message. */
const WAYS: readonly (readonly [
  way: string,
  headers: (token: string) => ExtraHeaders,
  first?: (token: string) => string,
])[] = [
  ["in a header", bearer],
  ["as a subprotocol", offered],
  ["in a first message", () => ({}), auth],
  [
    "in a first message, with the subprotocol",
    () => ({ "Sec-WebSocket-Protocol": "modbus-ws" }),
    auth,
  ],
];

for (const [way, headers, first] of WAYS) {
  Deno.test(`a token ${way} lets in, as the role that it has`, async () => {
    await using serving = new Asking();
    for (
      const [token, isViewer] of [[VIEWER, true], [OPERATOR, false]] as const
    ) {
      using client = await RawWebSocket.open(serving.url, headers(token));
      assertEquals(client.status, 101);
      const offers = "Sec-WebSocket-Protocol" in headers(token);
      assertEquals(
        client.headers.get("sec-websocket-protocol")?.trim(),
        offers ? "modbus-ws" : undefined,
      );
      if (first !== undefined) await client.send(first(token));
      await client.send('{"type":"subscribe","ranges":[],"meta":true}');
      const subscribed = JSON.parse(await client.next());
      assertEquals(subscribed.readOnly, isViewer ? true : undefined);
      await client.send('{"type":"setCoils","address":0,"value":[1],"id":1}');
      assertEquals(
        JSON.parse(await client.next()),
        isViewer
          ? {
            ...{ type: "error", id: 1, code: "forbidden" },
            message:
              "A viewer may not write: that takes the token of an operator",
          }
          : { type: "ok", id: 1 },
      );
    }
    assertEquals(serving.bank.seq, 1);
    assertEquals(serving.unauthorized, 0);
  });
}

/** Reads an error and the close that follows it. */
async function goodbye(client: RawWebSocket): Promise<string> {
  const { type, code, message } = JSON.parse(await client.next());
  assertEquals([type, code], ["error", "unauthorized"]);
  const { head, payload } = await client.nextFrame();
  assertEquals(head, 0x88); // a close frame
  assertEquals((payload[0]! << 8) | payload[1]!, 1008);
  return message;
}

/** Clients that are not let in, and what they are told. */
const STRANGERS: readonly (readonly [
  what: string,
  headers: ExtraHeaders,
  first: string | undefined,
  message: string,
])[] = [
  [
    "a wrong token as a subprotocol",
    offered(WRONG),
    undefined,
    "This token is not known",
  ],
  [
    "a wrong token in a first message",
    {},
    auth(WRONG, 1),
    "This token is not known",
  ],
  [
    "a read first",
    {},
    '{"type":"getCoils","address":0,"count":1,"id":1}',
    'A token is needed first: {"type":"auth","token":…}',
  ],
  [
    "a write first",
    {},
    '{"type":"setCoils","address":0,"value":[1],"id":1}',
    'A token is needed first: {"type":"auth","token":…}',
  ],
  [
    "a right token in the URL alone",
    {},
    '{"type":"ping"}',
    'A token is needed first: {"type":"auth","token":…}',
  ],
];

for (const [what, headers, first, message] of STRANGERS) {
  Deno.test(`a client with ${what} is told nothing but that, and closed`, async () => {
    await using serving = new Asking();
    const url = `${serving.url}?token=${OPERATOR}`;
    using client = await RawWebSocket.open(url, headers);
    assertEquals(client.status, 101);
    if (first !== undefined) await client.send(first);
    assertEquals(await goodbye(client), message);
    assertEquals([serving.hub.size, serving.bank.seq], [0, 0]);
    assertEquals(serving.unauthorized, 1);
    for (const line of serving.lines.all) {
      assert(!line.includes(WRONG) && !line.includes(OPERATOR), line);
    }
  });
}

Deno.test("a wrong token in a header is 401, and no WebSocket", async () => {
  await using serving = new Asking();
  using client = await RawWebSocket.open(serving.url, bearer(WRONG));
  assertEquals(client.status, 401);
  assertEquals(
    client.headers.get("www-authenticate")?.trim(),
    'Bearer realm="modbus-ws-adapter", error="invalid_token"',
  );
  assert(!(await client.body()).includes(WRONG));
  assertEquals(serving.unauthorized, 1);
});

Deno.test("a client that is not let in yet is told of nothing and is no client of the hub", async () => {
  await using serving = new Asking();
  using waiting = await RawWebSocket.open(serving.url);
  using inside = await RawWebSocket.open(serving.url, bearer(VIEWER));
  serving.write();
  // The one who is inside has been told: so would have been the other.
  assertEquals(
    await inside.next(),
    '{"type":"setCoils","address":7,"value":[true]}',
  );
  assertEquals(serving.hub.size, 1);
  await waiting.send(auth(VIEWER, 5));
  assertEquals(await waiting.next(), '{"type":"ok","id":5}');
  assertEquals(serving.hub.size, 2);
  // From here on it is told as anybody, and of nothing before.
  serving.write();
  assertEquals(
    await waiting.next(),
    '{"type":"setCoils","address":7,"value":[true]}',
  );
  await waiting.send('{"type":"ping"}');
  assertEquals(await waiting.next(), '{"type":"pong"}');
});

Deno.test("strangers take no room from those who show a token in the handshake", async () => {
  await using serving = new Asking({ maxClients: 200 });
  using crowd = new DisposableStack();
  // These are sent away, and do not go.
  for (let i = 0; i < 100; i++) {
    const stranger = await RawWebSocket.open(serving.url, offered(WRONG));
    crowd.use(stranger);
    assertEquals(stranger.status, 101);
  }
  using late = await RawWebSocket.open(serving.url);
  assertEquals(late.status, 503);
  const { type } = JSON.parse(await late.body());
  assertEquals(type, "/problems/max-strangers");
  using client = await RawWebSocket.open(serving.url, bearer(OPERATOR));
  assertEquals(client.status, 101);
  await client.send('{"type":"ping"}');
  assertEquals(await client.next(), '{"type":"pong"}');
});

Deno.test("a client that is let in counts as all others", async () => {
  await using serving = new Asking({ maxClients: 1 });
  using first = await RawWebSocket.open(serving.url);
  using second = await RawWebSocket.open(serving.url);
  await first.send(auth(OPERATOR, 1));
  assertEquals(await first.next(), '{"type":"ok","id":1}');
  // Now there is no room, neither for those who wait nor for others.
  using third = await RawWebSocket.open(serving.url);
  assertEquals(third.status, 503);
  await second.send(auth(OPERATOR));
  const { head, payload } = await second.nextFrame();
  assertEquals([head, (payload[0]! << 8) | payload[1]!], [0x88, 1013]);
  assertEquals(serving.hub.size, 1);
  first[Symbol.dispose]();
  await serving.lines.until(/disconnected/);
  using next = await RawWebSocket.open(serving.url, bearer(OPERATOR));
  assertEquals(next.status, 101);
});

Deno.test("a token is shown once: another changes nothing, on this connection", async () => {
  await using serving = new Asking();
  using client = await RawWebSocket.open(serving.url, bearer(VIEWER));
  await client.send(auth(OPERATOR, 1));
  assertEquals(await client.next(), '{"type":"ok","id":1}');
  await client.send('{"type":"setCoils","address":0,"value":[1],"id":2}');
  assertEquals(JSON.parse(await client.next()).code, "forbidden");
  assertEquals(serving.bank.seq, 0);
});

Deno.test("where no tokens are asked for, one that is shown changes nothing", async () => {
  await using serving = new Serving();
  for (const headers of [{}, bearer(WRONG), offered(WRONG)]) {
    using client = await RawWebSocket.open(serving.url, headers);
    assertEquals(client.status, 101);
    await client.send(auth(WRONG, 1));
    assertEquals(await client.next(), '{"type":"ok","id":1}');
    await client.send('{"type":"setCoils","address":0,"value":[1],"id":2}');
    assertEquals(await client.next(), '{"type":"ok","id":2}');
  }
});

Deno.test("who stops the server does not wait for those who are not let in", async () => {
  await using serving = new Asking();
  using waiting = await RawWebSocket.open(serving.url);
  await serving.lines.until(/ connected$/);
  await serving.hub.close();
  const stopped = serving.stop(60_000);
  const { head, payload } = await waiting.nextFrame();
  assertEquals([head, (payload[0]! << 8) | payload[1]!], [0x88, 1001]);
  await waiting.sendFrame(0x88, payload);
  await within(stopped, "The end");
});

/** Requests and what they get: status, and the body when it is 200. */
const REQUESTS: readonly (readonly [
  method: string,
  path: string,
  token: string | undefined,
  status: number,
  body?: string,
])[] = [
  ["GET", "/open", undefined, 200, "nobody"],
  ["GET", "/open", VIEWER, 200, "viewer"],
  ["GET", "/open", WRONG, 401],
  ["GET", "/cells", undefined, 401],
  ["GET", "/cells", WRONG, 401],
  ["GET", "/cells", VIEWER, 200, "viewer"],
  ["PUT", "/cells", undefined, 401],
  ["PUT", "/cells", VIEWER, 403],
  ["PUT", "/cells", OPERATOR, 200, "operator"],
  ["GET", "/nowhere", undefined, 401],
  ["GET", "/nowhere", VIEWER, 404],
];

for (const [method, path, token, status, body] of REQUESTS) {
  Deno.test(`${method} ${path} with ${token ?? "no token"} is ${status}`, async () => {
    await using serving = new Asking();
    const headers = token === undefined ? {} : bearer(token);
    const response = await fetch(`${serving.origin}${path}`, {
      ...{ method, headers },
    });
    const text = await response.text();
    assertEquals(response.status, status);
    if (body !== undefined) assertEquals(text, body);
    assertEquals(response.headers.has("www-authenticate"), status === 401);
  });
}

Deno.test("an address that may not connect is refused whatever it shows", async () => {
  await using serving = new Asking({
    allow: ["192.0.2.0/24"],
    trustedProxies: ["127.0.0.1"],
  });
  const headers = { ...bearer(OPERATOR), "X-Forwarded-For": "198.51.100.1" };
  using client = await RawWebSocket.open(serving.url, headers);
  assertEquals(client.status, 403);
  const { type } = JSON.parse(await client.body());
  assertEquals(type, "/problems/address-not-allowed");
  assertEquals(serving.hub.size, 0);
});

Deno.test("a name that is not the server's is refused whatever is shown", async () => {
  await using serving = new Asking();
  const headers = { ...bearer(OPERATOR), Host: "evil.example" };
  using client = await RawWebSocket.open(serving.url, headers);
  assertEquals(client.status, 403);
  const { type } = JSON.parse(await client.body());
  assertEquals(type, "/problems/host-not-allowed");
});
