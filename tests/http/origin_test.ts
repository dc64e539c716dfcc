import { assertEquals } from "@std/assert";
import {
  isAllowedOrigin,
  isLoopbackName,
  normalizeOrigin,
} from "../../src/http/origin.ts";

const HOST = "plc.example:8765";

/** Origin header, Host header, allowed origins, whether the page may connect. */
const ALLOWED: readonly (readonly [
  why: string,
  origin: string | null,
  host: string | null,
  allowed: readonly string[],
  expected: boolean,
])[] = [
  ["no page", null, HOST, [], true],
  ["no page, no host", null, null, [], true],

  ["the page of this server", "http://plc.example:8765", HOST, [], true],
  ["the same, IPv4", "http://10.0.0.5:8765", "10.0.0.5:8765", [], true],
  ["the same, IPv6", "http://[fd00::5]:8765", "[fd00::5]:8765", [], true],
  ["IPv6 written long", "http://[fd00::5]", "[FD00:0:0:0:0:0:0:5]", [], true],
  [
    "host in upper case",
    "http://plc.example:8765",
    "PLC.EXAMPLE:8765",
    [],
    true,
  ],
  ["port 80, left out in both", "http://plc.example", "plc.example", [], true],
  ["port 80, named in Host", "http://plc.example", "plc.example:80", [], true],
  [
    "port 80, named in Origin",
    "http://plc.example:80",
    "plc.example",
    [],
    true,
  ],
  ["TLS proxy, port left out", "https://plc.example", "plc.example", [], true],
  [
    "TLS proxy, port 443 named",
    "https://plc.example",
    "plc.example:443",
    [],
    true,
  ],
  ["https beside port 80", "https://plc.example", "plc.example:80", [], true],
  ["http beside port 443", "http://plc.example", "plc.example:443", [], true],
  ["another port of this host", "http://plc.example:8080", HOST, [], true],
  ["this host, port left out", "http://plc.example", HOST, [], true],
  ["no Host header", "http://plc.example:8765", null, [], false],
  ["empty Host header", "http://plc.example:8765", "", [], false],
  ["trailing dot in Origin alone", "http://plc.example.:8765", HOST, [], false],
  ["Host with user", "http://plc.example", "evil@plc.example", [], false],
  ["Host with path", "http://plc.example", "plc.example/x", [], false],
  ["two hosts", "http://evil.example", "plc.example, evil.example", [], false],

  ["loopback name", "http://localhost:5173", HOST, [], true],
  ["loopback name, https", "https://localhost", HOST, [], true],
  ["loopback name, upper case", "HTTP://LOCALHOST:5173", HOST, [], true],
  ["below the loopback name", "http://app.localhost", HOST, [], true],
  ["loopback, IPv4", "http://127.0.0.1:3000", HOST, [], true],
  ["loopback, last IPv4", "http://127.255.255.254", HOST, [], true],
  ["loopback, short IPv4", "http://127.1", HOST, [], true],
  ["loopback, IPv6", "http://[::1]:3000", HOST, [], true],
  ["loopback, IPv6 written long", "http://[0:0:0:0:0:0:0:1]", HOST, [], true],
  ["loopback, no Host header", "http://localhost", null, [], true],

  ["another site", "http://evil.example", HOST, [], false],
  ["another site, same port", "http://evil.example:8765", HOST, [], false],
  ["begins like localhost", "http://localhost.evil.example", HOST, [], false],
  ["ends like localhost", "http://evillocalhost", HOST, [], false],
  ["localhost with dot", "http://localhost.", HOST, [], false],
  ["begins like an address", "http://127.0.0.1.evil.example", HOST, [], false],
  ["begins like 127", "http://127.evil.example", HOST, [], false],
  ["address as label", "http://127-0-0-1.evil.example", HOST, [], false],
  ["digits of another net", "http://128.0.0.1", HOST, [], false],
  ["no address at all", "http://127.0.0.999", HOST, [], false],
  [
    "begins like this host",
    "http://plc.example:8765.evil.example",
    HOST,
    [],
    false,
  ],
  ["below this host", "http://evil.plc.example:8765", HOST, [], false],
  ["ends like this host", "http://evilplc.example:8765", HOST, [], false],
  ["IPv6 of another", "http://[::2]", HOST, [], false],
  [
    "user that looks like localhost",
    "http://localhost@evil.example",
    HOST,
    [],
    false,
  ],
  ["user and password", "http://localhost:80@evil.example", HOST, [], false],
  ["user at localhost", "http://evil.example@localhost", HOST, [], false],
  ["password at localhost", "http://:x@localhost", HOST, [], false],
  ["localhost in the path", "http://evil.example/localhost", HOST, [], false],
  [
    "localhost in the query",
    "http://evil.example?http://localhost",
    HOST,
    [],
    false,
  ],
  [
    "localhost in the fragment",
    "http://evil.example#@localhost",
    HOST,
    [],
    false,
  ],
  [
    "localhost behind a backslash",
    "http://evil.example\\@localhost",
    HOST,
    [],
    false,
  ],
  ["two origins", "http://localhost http://evil.example", HOST, [], false],
  ["file or sandboxed frame", "null", HOST, [], false],
  ["null, Host null", "null", "null", [], false],
  ["empty", "", HOST, [], false],
  ["empty, Host empty", "", "", [], false],
  ["a star", "*", HOST, [], false],
  ["no scheme", "plc.example:8765", HOST, [], false],
  ["scheme without host", "http://", "", [], false],
  ["data", "data:text/html,x", HOST, [], false],
  ["blob of localhost", "blob:http://localhost/1", HOST, [], false],

  ["a named one", "https://hmi.example", HOST, ["https://hmi.example"], true],
  ["one of several", "https://b.example", HOST, [
    "https://a.example",
    "https://b.example",
  ], true],
  ["a named one with its default port", "https://hmi.example:443", HOST, [
    "https://hmi.example",
  ], true],
  ["a named one, other scheme", "http://hmi.example", HOST, [
    "https://hmi.example",
  ], false],
  ["a named one, other port", "https://hmi.example:8443", HOST, [
    "https://hmi.example",
  ], false],
  [
    "below a named one",
    "https://x.hmi.example",
    HOST,
    ["https://hmi.example"],
    false,
  ],
  ["longer than a named one", "https://hmi.example.evil.example", HOST, [
    "https://hmi.example",
  ], false],
  ["null, when named", "null", HOST, ["null"], true],
  ["null does not name others", "http://evil.example", HOST, ["null"], false],
  ["an app's scheme, when named", "app://hmi", HOST, ["app://hmi"], true],
  ["all are allowed", "http://evil.example", HOST, ["*"], true],
  ["all are allowed, null too", "null", HOST, ["*"], true],
  ["all are allowed, whatever it is", "no origin", HOST, ["*"], true],
];

Deno.test("isAllowedOrigin()", { permissions: "none" }, async (t) => {
  for (const [why, origin, host, allowed, expected] of ALLOWED) {
    const verb = expected ? "lets in" : "keeps out";
    await t.step(`${verb}: ${why} (${origin} on ${host})`, () => {
      assertEquals(isAllowedOrigin(origin, host, allowed), expected);
    });
  }
});

Deno.test("isLoopbackName()", { permissions: "none" }, async (t) => {
  for (
    const [hostname, expected] of [
      ["localhost", true],
      ["a.localhost", true],
      ["a.b.localhost", true],
      ["127.0.0.1", true],
      ["127.0.0.2", true],
      ["127.255.255.255", true],
      ["[::1]", true],
      ["", false],
      ["localhost.", false],
      ["localhost.evil.example", false],
      ["notlocalhost", false],
      ["localhost:80", false],
      ["127.0.0.1.evil.example", false],
      ["127.0.0.1.1", false],
      ["127.0.0", false],
      ["127.0.0.1\n", false],
      ["0.0.0.0", false],
      ["1127.0.0.1", false],
      ["128.0.0.1", false],
      ["127.evil.example", false],
      ["127.0.0.evil", false],
      ["[::]", false],
      ["[::11]", false],
      ["::1", false],
    ] as const
  ) {
    await t.step(`of ${JSON.stringify(hostname)} is ${expected}`, () => {
      assertEquals(isLoopbackName(hostname), expected);
    });
  }
});

Deno.test("normalizeOrigin()", { permissions: "none" }, async (t) => {
  for (
    const [text, expected] of [
      ["https://hmi.example", "https://hmi.example"],
      ["https://hmi.example/", "https://hmi.example"],
      ["HTTPS://HMI.Example", "https://hmi.example"],
      ["https://hmi.example:443", "https://hmi.example"],
      ["http://hmi.example:80", "http://hmi.example"],
      ["http://hmi.example:443", "http://hmi.example:443"],
      ["http://hmi.example:8080", "http://hmi.example:8080"],
      ["http://hmi.example:08080", "http://hmi.example:8080"],
      ["http://10.0.0.5", "http://10.0.0.5"],
      ["http://0x7f.1", "http://127.0.0.1"],
      ["http://[FD00:0::5]:80", "http://[fd00::5]"],
      ["http://bücher.example", "http://xn--bcher-kva.example"],
      ["http://hmi.example.", "http://hmi.example."],
      ["chrome-extension://abcdef", "chrome-extension://abcdef"],
      ["app://hmi", "app://hmi"],
      ["null", "null"],
      ["*", "*"],
      ["", undefined],
      ["hmi.example", undefined],
      ["hmi.example:8080", undefined],
      ["localhost:8080", undefined],
      ["//hmi.example", undefined],
      ["https://", undefined],
      ["https://hmi.example/page", undefined],
      ["https://hmi.example/?x", undefined],
      ["https://hmi.example/#x", undefined],
      ["https://user@hmi.example", undefined],
      ["https://user:pass@hmi.example", undefined],
      ["https://:pass@hmi.example", undefined],
      ["https://hmi.example:99999", undefined],
      ["https://hmi .example", undefined],
      ["https://*.example", undefined],
      ["https://*", undefined],
      ["ws://hmi.example:8765", undefined],
      ["wss://hmi.example", undefined],
      ["file:///tmp/page.html", undefined],
      ["data:text/html,x", undefined],
      ["NULL", undefined],
    ] as const
  ) {
    await t.step(`of ${JSON.stringify(text)} is ${expected}`, () => {
      assertEquals(normalizeOrigin(text), expected);
    });
  }
});
