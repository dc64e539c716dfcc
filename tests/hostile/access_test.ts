import { connect } from "node:net";
import { parseRule } from "../../src/access/write_protection.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { adu } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { testAttempts } from "./attempts.ts";
import { type Frame, HANDSHAKE, type Scene } from "./scene.ts";

const OPERATOR = "0123456789abcdef-operator";
const VIEWER = "0123456789abcdef-viewer";

const mayWrite = granted("read", "write");

/** A file with both tokens, for as long as these tests run. */
const tokenFile = mayWrite ? Deno.makeTempFileSync() : "";
if (mayWrite) {
  Deno.writeTextFileSync(
    tokenFile,
    `operator ${OPERATOR}\nviewer ${VIEWER}\n`,
  );
  addEventListener("unload", () => Deno.removeSync(tokenFile));
}

const TOKENS = { tokenFile };

const text = (message: unknown): Frame => ({
  head: 0x81,
  payload: JSON.stringify(message),
});

const WRITE = text({ type: "setCoils", address: 9, value: [1], id: 1 });

/** What is counted of somebody without a token that is known. */
const UNAUTHORIZED = {
  'http_requests_refused_total{reason="unauthorized"}': 1,
};

const SENT_AWAY = {
  ...UNAUTHORIZED,
  'websocket_closed_total{by="server",code="1008"}': 1,
};

/** Sends frames on a WebSocket with these headers, then reads coil 9 by Modbus. */
async function asClient(
  scene: Scene,
  headers: Record<string, string>,
  ...frames: Frame[]
): Promise<string> {
  const got = await scene.framesWith(headers, ...frames);
  using plc = await scene.modbus();
  const coil = (await plc.request(fromHex("01 0009 0001")))[2];
  return `${got}; coil ${coil}`;
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

testAttempts("Access: clients without a token, or with another's", [
  {
    name: "a write, no token",
    config: TOKENS,
    attack: (scene) => asClient(scene, {}, WRITE),
    gets: /^unauthorized, (close 1008, )?closed; coil 0$/,
    counts: SENT_AWAY,
    logs: /^(warn|debug) Refused client .*no known token/,
  },
  {
    name: "a wrong token in the first message",
    config: TOKENS,
    attack: (scene) =>
      asClient(
        scene,
        {},
        text({ type: "auth", token: OPERATOR.slice(0, -1) }),
        WRITE,
      ),
    gets: /^unauthorized, (close 1008, )?closed; coil 0$/,
    counts: SENT_AWAY,
  },
  {
    name: "a token that is a list of the right one",
    config: TOKENS,
    attack: (scene) =>
      asClient(scene, {}, text({ type: "auth", token: [OPERATOR] }), WRITE),
    gets: /^unauthorized, (close 1008, )?closed; coil 0$/,
    counts: SENT_AWAY,
  },
  {
    name: "64 KiB before the token",
    config: TOKENS,
    attack: (scene) =>
      asClient(
        scene,
        {},
        text({ type: "auth", token: OPERATOR, x: "x".repeat(65_000) }),
        WRITE,
      ),
    gets: /^unauthorized, (close 1008, )?closed; coil 0$/,
    counts: SENT_AWAY,
  },
  {
    name: "a wrong token as a subprotocol: it is not echoed either",
    config: TOKENS,
    attack: (scene) =>
      asClient(
        scene,
        { "sec-websocket-protocol": "modbus-ws, bearer.0123456789abcdef" },
        WRITE,
      ),
    gets: /^unauthorized, (close 1008, )?closed; coil 0$/,
    counts: SENT_AWAY,
    logs: /^warn Refused client .*its token is not known/,
  },
  {
    name: "a wrong token in the handshake's header",
    config: TOKENS,
    attack: (scene) =>
      scene.status(
        `GET / HTTP/1.1\r\nHost: ${scene.host}\r\nAuthorization: Bearer ${
          "x".repeat(5000)
        }\r\n${HANDSHAKE}\r\n`,
      ),
    gets: "401 unauthorized",
    counts: UNAUTHORIZED,
  },
  {
    name: "the right token in the URL: that is no place for it",
    config: TOKENS,
    async attack(scene) {
      using client = await RawWebSocket.open(
        `${scene.app.url}?token=${OPERATOR}&access_token=${OPERATOR}`,
      );
      await client.send('{"type":"ping"}');
      await client.send('{"type":"ping"}');
      return await scene.framesOf(client);
    },
    gets: /^unauthorized, (close 1008, )?closed$/,
    counts: SENT_AWAY,
  },
  {
    name: "a REST read and a REST write without a token",
    config: TOKENS,
    async attack(scene) {
      const path = "/api/v1/coils/9";
      return `${await scene.get(path)}; ${await scene.get(path, "", "PUT")}`;
    },
    gets: "401 unauthorized, closed; 401 unauthorized, closed",
  },
  {
    name: "a viewer's write by WebSocket",
    config: TOKENS,
    attack: (scene) => asClient(scene, bearer(VIEWER), WRITE),
    gets: "forbidden, alive; coil 0",
    counts: { 'websocket_errors_sent_total{code="forbidden"}': 1 },
  },
  {
    name: "a viewer that shows an operator's token later: it stays a viewer",
    config: TOKENS,
    attack: (scene) =>
      asClient(
        scene,
        bearer(VIEWER),
        text({ type: "auth", token: OPERATOR }),
        WRITE,
      ),
    gets: "forbidden, alive; coil 0",
    counts: { 'websocket_errors_sent_total{code="forbidden"}': 1 },
  },
  {
    name: "a viewer's write by REST",
    config: TOKENS,
    attack: (scene) =>
      scene.get(
        "/api/v1/coils/9",
        `Authorization: Bearer ${VIEWER}\r\nContent-Type: application/json\r\nContent-Length: 13\r\n`,
        "PUT",
        '{"value":[1]}',
      ),
    gets: "403 forbidden, closed",
  },
], { token: OPERATOR, ignore: !mayWrite });

const PROTECTED = {
  protect: [
    parseRule("holdingRegisters:100-199"),
    parseRule("coils:9"),
  ],
};

/** An answer with exception 02 to function `flagged`, and what register 99 holds then. */
const refused = (flagged: string) => `${flagged} 02; 03 02 00 00`;

/** Sends a PDU, then reads register 99: all or nothing. */
async function write(scene: Scene, pdu: string): Promise<string> {
  using plc = await scene.modbus();
  const answer = toHex(await plc.request(fromHex(pdu)));
  return `${answer}; ${toHex(await plc.request(fromHex("03 0063 0001")))}`;
}

const OUTSIDE = { "modbus.illegalDataAddress": 1 };

testAttempts("Access: writes to protected cells", [
  {
    name: "FC 06 at the first",
    config: PROTECTED,
    attack: (scene) => write(scene, "06 0064 0001"),
    gets: refused("86"),
    counts: OUTSIDE,
  },
  {
    name: "FC 10 that only touches the first",
    config: PROTECTED,
    attack: (scene) => write(scene, "10 0063 0002 04 1111 2222"),
    gets: refused("90"),
    counts: OUTSIDE,
  },
  {
    name: "FC 16 at the last",
    config: PROTECTED,
    attack: (scene) => write(scene, "16 00c7 0000 ffff"),
    gets: refused("96"),
    counts: OUTSIDE,
  },
  {
    name: "FC 17 that reads elsewhere",
    config: PROTECTED,
    attack: (scene) => write(scene, "17 0000 0001 0063 0002 04 1111 2222"),
    gets: refused("97"),
    counts: OUTSIDE,
  },
  {
    name: "FC 0F over a protected coil",
    config: PROTECTED,
    attack: (scene) => write(scene, "0f 0000 0010 02 ffff"),
    gets: refused("8f"),
    counts: OUTSIDE,
  },
  {
    name: "a WebSocket write over a protected coil",
    config: PROTECTED,
    attack: (scene) =>
      asClient(
        scene,
        {},
        text({ type: "setCoils", address: 0, value: Array(20).fill(1) }),
      ),
    gets: "write_protected, alive; coil 0",
    counts: { 'websocket_errors_sent_total{code="write_protected"}': 1 },
  },
  {
    name: "writes with another unit id: the same cells",
    config: PROTECTED,
    async attack(scene) {
      using plc = await scene.modbus();
      const answer = await plc.request(fromHex("06 0064 0001"), 77);
      return toHex(answer);
    },
    gets: "86 02",
    counts: OUTSIDE,
  },
]);

/** Bytes to a port from 127.0.0.2, which loopback has, too. Resolves to what comes until the server closes, or it is let go. */
function fromElsewhere(
  port: number,
  bytes: Uint8Array,
  letGo?: AbortSignal,
): Promise<Uint8Array> {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const got: number[] = [];
  const host = "127.0.0.1";
  const socket = connect({ host, port, localAddress: "127.0.0.2" });
  letGo?.addEventListener("abort", () => socket.destroy());
  socket.on("connect", () => socket.write(bytes));
  socket.on("data", (data: Uint8Array) => got.push(...data));
  // It may be cut before it has said anything.
  socket.on("error", () => {});
  socket.on("close", () => resolve(Uint8Array.from(got)));
  return within(promise, "The end of a connection");
}

const READ = adu(fromHex("03 0000 0001"));

testAttempts("Access: addresses that may not come", [
  {
    name: "a Modbus client",
    config: { modbusAllow: ["127.0.0.1/32"] },
    async attack({ app: { modbusAddr } }) {
      return toHex(await fromElsewhere(modbusAddr.port, READ));
    },
    gets: "",
    counts: { "modbus.connectionsRefused": 1 },
    logs: /^warn Refused Modbus client 127\.0\.0\.2:\d+: .*--modbus-allow/,
  },
  {
    name: "100 Modbus clients of one address: one line in the log",
    config: { modbusAllow: ["127.0.0.1"] },
    async attack({ app }) {
      for (let i = 0; i < 100; i++) {
        await fromElsewhere(app.modbusAddr.port, READ);
      }
      await within(app.lines.until(/^warn Refused/), "A line in the log");
      return `${app.lines.all.filter((line) => /^warn/.test(line)).length}`;
    },
    gets: "1",
    counts: { "modbus.connectionsRefused": 100 },
  },
  {
    name: "an HTTP client",
    config: { wsAllow: ["127.0.0.1/32"] },
    async attack({ app, host }) {
      const request =
        `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      const bytes = new TextEncoder().encode(request);
      return toHex(await fromElsewhere(app.wsAddr.port, bytes));
    },
    gets: "",
    counts: { 'http_requests_refused_total{reason="address_not_allowed"}': 1 },
    logs: /^warn Refused client 127\.0\.0\.2:\d+: .*--ws-allow/,
  },
  {
    name:
      "50 strangers who hold on where there are 4 places: who has priority stays",
    config: { modbusMaxConnections: 4, modbusPriority: ["127.0.0.1"] },
    async attack({ app: { modbusAddr: { port } } }) {
      const half = READ.subarray(0, 5);
      const letGo = new AbortController();
      let closed = 0;
      const held = Array.from({ length: 50 }, async () => {
        await fromElsewhere(port, half, letGo.signal);
        // Three may stay.
        if (++closed === 47) letGo.abort();
      });
      await Promise.all(held);
      return `${closed} closed`;
    },
    gets: "50 closed",
    counts: { "modbus.connectionsEvicted": 47 },
  },
], {
  // Other addresses of its own a loopback has on Linux.
  ignore: Deno.build.os !== "linux",
});
