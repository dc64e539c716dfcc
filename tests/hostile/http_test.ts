import { type Attempt, testAttempts } from "./attempts.ts";
import { HANDSHAKE, type Scene, write } from "./scene.ts";
import { within } from "../testing/within.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** Refusals of handshakes, by reason, as they are counted. */
const refused = (reason: string) => ({
  [`http_requests_refused_total{reason="${reason}"}`]: 1,
});

/** A row of bytes that are no request: the runtime answers them before the program sees anything. */
function noRequest(name: string, text: string): Attempt {
  return { name, attack: (scene) => scene.http(text), gets: "400, closed" };
}

/** A row of a handshake. */
function upgrade(
  name: string,
  change: (text: string) => string,
  gets: string,
  reason?: string,
): Attempt {
  return {
    name,
    async attack(scene) {
      const text = `GET / HTTP/1.1\r\nHost: ${scene.host}\r\n${HANDSHAKE}\r\n`;
      return await scene.status(change(text));
    },
    gets,
    counts: reason === undefined ? {} : refused(reason),
  };
}

const replace = (from: string | RegExp, to: string) => (text: string) =>
  text.replace(from, to);

testAttempts("HTTP: methods and paths", [
  ...["POST", "PUT", "DELETE", "TRACE", "BREW", "get"].map(
    (method): Attempt => ({
      name: `${method} where one may only GET`,
      attack: (scene) => scene.get("/health", "", method),
      gets: "405 method-not-allowed, closed",
    }),
  ),
  ...[
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/..\\..\\deno.json",
    "/page.js%00.html",
    "/src/main.ts",
    "//evil.example/health",
    "/.git/config",
    "/a%0d%0aSet-Cookie:x=1",
    "/<script>alert(1)</script>",
    "file:///etc/passwd",
  ].map((path): Attempt => ({
    name: `the path ${path}`,
    attack: (scene) => scene.get(path),
    gets: "404 not-found, closed",
  })),
  {
    name: "a path of 1000 characters: the answer repeats few of them",
    async attack(scene) {
      const url = `http://${scene.host}/${"a".repeat(1000)}`;
      const text = await (await fetch(url)).text();
      return `${text.length < 500}`;
    },
    gets: "true",
  },
]);

testAttempts("HTTP: what is no request", [
  noRequest(
    "a header of 1 MiB",
    `GET / HTTP/1.1\r\nX: ${"a".repeat(1 << 20)}\r\n\r\n`,
  ),
  noRequest(
    "1000 headers",
    `GET / HTTP/1.1\r\n${"X: a\r\n".repeat(1000)}\r\n`,
  ),
  noRequest("a path of 1 MiB", `GET /${"a".repeat(1 << 20)} HTTP/1.1\r\n\r\n`),
  noRequest("HTTP/0.9", "GET /health\r\n"),
  noRequest("HTTP/9.9", "GET /health HTTP/9.9\r\n\r\n"),
  noRequest(
    "a TLS ClientHello",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  ),
  noRequest("a Modbus request", "\0\x01\0\0\0\x06\x01\x03\0\0\0\x01"),
  noRequest("a space before a colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
  noRequest("a folded header", "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n"),
  noRequest("CR alone in a header", "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n"),
  noRequest("NUL in a header", "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n"),
  noRequest(
    "two Host headers",
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
  ),
  noRequest(
    "smuggling: Content-Length and Transfer-Encoding",
    "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n",
  ),
  noRequest(
    "smuggling: two lengths",
    "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nContent-Length: 5\r\n\r\nabcdefGET / HTTP/1.1\r\n\r\n",
  ),
  noRequest(
    "smuggling: a transfer coding that is none",
    "POST /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
  ),
  noRequest(
    "a length of -1",
    "POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
  ),
  noRequest(
    "a length of 10^20",
    `POST /health HTTP/1.1\r\nHost: a\r\nContent-Length: 1${
      "0".repeat(20)
    }\r\n\r\n`,
  ),
]);

/** Connections that say nothing, or half of something, and hold on. */
async function hold(scene: Scene, times: number, text: string) {
  const conns: Deno.TcpConn[] = [];
  for (let i = 0; i < times; i++) {
    const conn = await scene.connectHttp();
    conns.push(conn);
    await write(conn, encode(text));
  }
  // Others are served meanwhile.
  const answer = await scene.get("/health");
  for (const conn of conns) conn.close();
  return answer;
}

testAttempts("HTTP: clients that do not keep to the pace", [
  {
    name: "300 connections that say nothing",
    attack: (scene) => hold(scene, 300, ""),
    gets: "200, closed",
  },
  {
    name: "300 connections with half a header each",
    attack: (scene) => hold(scene, 300, "GET / HTTP/1.1\r\nHost: 127"),
    gets: "200, closed",
  },
  {
    name: "300 handshakes whose end does not come",
    attack: (scene) => hold(scene, 300, `GET / HTTP/1.1\r\n${HANDSHAKE}`),
    gets: "200, closed",
  },
  {
    name: "a body whose end does not come",
    attack: (scene) =>
      hold(
        scene,
        50,
        "POST /health HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\na",
      ),
    gets: "200, closed",
  },
  {
    name: "1000 requests in one go",
    async attack(scene) {
      const one = `GET /nothing HTTP/1.1\r\nHost: ${scene.host}\r\n\r\n`;
      const last = one.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      const got = await scene.http(one.repeat(999) + last);
      return `${got.match(/404 not-found/g)!.length} answers`;
    },
    gets: "1000 answers",
  },
  {
    name: "500 requests whose answers nobody waits for",
    async attack(scene) {
      for (let i = 0; i < 500; i++) {
        const conn = await scene.connectHttp();
        await write(
          conn,
          encode(`GET / HTTP/1.1\r\nHost: ${scene.host}\r\n\r\n`),
        );
        conn.close();
      }
      return await scene.get("/health");
    },
    gets: "200, closed",
  },
]);

testAttempts("HTTP: pages and names from elsewhere", [
  {
    name: "a page of another origin reads: it is not shared with it",
    async attack(scene) {
      const response = await fetch(`http://${scene.host}/health`, {
        headers: { origin: "https://evil.example" },
      });
      await response.body?.cancel();
      return `${response.headers.get("access-control-allow-origin")}`;
    },
    gets: "null",
  },
  {
    name: "a page of another origin writes",
    attack: (scene) =>
      scene.get("/health", "Origin: https://evil.example\r\n", "POST"),
    gets: "403 origin-not-allowed, closed",
  },
  {
    name: "DNS rebinding: a page whose name has become this server's address",
    attack: (scene) =>
      scene.http(
        "GET /health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
      ),
    gets: "403 host-not-allowed, closed",
    counts: refused("host_not_allowed"),
    logs: /^warn .*asked for "evil\.example".*--allow-host/,
  },
  {
    name: "DNS rebinding: the same for a WebSocket",
    attack: (scene) =>
      scene.status(
        `GET / HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n${HANDSHAKE}\r\n`,
      ),
    gets: "403 host-not-allowed",
    counts: refused("host_not_allowed"),
  },
  {
    name: "CONNECT: this is no proxy",
    attack: (scene) =>
      scene.http(
        "CONNECT evil.example:80 HTTP/1.1\r\nConnection: close\r\n\r\n",
      ),
    gets: "403 host-not-allowed, closed",
    counts: refused("host_not_allowed"),
  },
  {
    name: "a Host that is no name",
    attack: (scene) =>
      scene.http(
        "GET /health HTTP/1.1\r\nHost: a b/@c\r\nConnection: close\r\n\r\n",
      ),
    gets: "403 host-not-allowed, closed",
    counts: refused("host_not_allowed"),
  },
  {
    name: "X-Forwarded-Host and -For from somebody who is no trusted proxy",
    attack: (scene) =>
      scene.http(
        "GET /health HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: 127.0.0.1\r\nX-Forwarded-For: 127.0.0.1\r\nConnection: close\r\n\r\n",
      ),
    gets: "403 host-not-allowed, closed",
    counts: refused("host_not_allowed"),
  },
]);

testAttempts("HTTP: handshakes that are none", [
  upgrade(
    "a page of another origin",
    replace("\r\nUpgrade", "\r\nOrigin: https://evil.example\r\nUpgrade"),
    "403 origin-not-allowed",
    "origin_not_allowed",
  ),
  upgrade(
    "a page without an origin of its own",
    replace("\r\nUpgrade", "\r\nOrigin: null\r\nUpgrade"),
    "403 origin-not-allowed",
    "origin_not_allowed",
  ),
  upgrade(
    "a page whose host only ends like this one's",
    replace("\r\nUpgrade", "\r\nOrigin: http://evil127.0.0.1\r\nUpgrade"),
    "403 origin-not-allowed",
    "origin_not_allowed",
  ),
  upgrade(
    "version 8",
    replace("Version: 13", "Version: 8"),
    "426 unsupported-version",
    "bad_handshake",
  ),
  upgrade(
    "no version",
    replace(/Sec-WebSocket-Version.*\r\n/, ""),
    "426 unsupported-version",
    "bad_handshake",
  ),
  upgrade(
    "no key",
    replace(/Sec-WebSocket-Key.*\r\n/, ""),
    "400 bad-handshake",
    "bad_handshake",
  ),
  upgrade(
    "a key of one byte",
    replace(/(Sec-WebSocket-Key:) .*\r\n/, "$1 YQ==\r\n"),
    "400 bad-handshake",
    "bad_handshake",
  ),
  upgrade(
    "two keys",
    replace(/(Sec-WebSocket-Key:.*\r\n)/, "$1$1"),
    "400 bad-handshake",
    "bad_handshake",
  ),
  upgrade(
    "no Connection: Upgrade",
    replace("Connection: Upgrade\r\n", ""),
    "400 bad-handshake",
    "bad_handshake",
  ),
  upgrade(
    "POST",
    replace("GET", "POST"),
    "405 method-not-allowed",
    "bad_handshake",
  ),
  upgrade(
    "a body",
    (text) => text.replace("\r\n\r\n", "\r\nContent-Length: 5\r\n\r\nabcde"),
    "400",
  ),
  {
    name: "one client too many",
    config: { maxClients: 2 },
    async attack(scene) {
      using _second = await scene.webSocket();
      const third = await scene.webSocket();
      const body = await third.body();
      third[Symbol.dispose]();
      return `${third.status} ${JSON.parse(body).type}`;
    },
    gets: "503 /problems/max-clients",
    counts: refused("max_clients"),
    logs: /^warn Refused WebSocket client .*max-clients/,
  },
]);

testAttempts("HTTP: connections that come and go", [
  {
    name: "500 WebSockets that vanish right after the handshake",
    async attack(scene) {
      for (let i = 0; i < 500; i++) {
        const socket = await within(scene.webSocket(), "A handshake");
        socket[Symbol.dispose]();
      }
      return "500";
    },
    gets: "500",
  },
]);
