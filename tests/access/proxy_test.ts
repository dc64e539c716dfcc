import { assertEquals } from "@std/assert";
import { AddressSet } from "../../src/access/cidr.ts";
import { forwardedBy } from "../../src/access/proxy.ts";

const PROXIES = new AddressSet(["10.0.0.0/24", "fd00::1"]);

/** From which address a request comes with which `X-Forwarded-For`, and whose it is. */
const CLIENTS: readonly [
  peer: string,
  header: string | null,
  client: string,
][] = [
  ["192.0.2.1", "203.0.113.9", "192.0.2.1"],
  ["::ffff:192.0.2.1", "203.0.113.9", "::ffff:192.0.2.1"],
  ["10.0.0.1", null, "10.0.0.1"],
  ["10.0.0.1", "", "10.0.0.1"],
  ["10.0.0.1", " , ,", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"],
  ["fd00::1", "2001:db8::9", "2001:db8::9"],
  // What the client has made up stands first.
  ["10.0.0.1", "127.0.0.1, 203.0.113.9", "203.0.113.9"],
  ["10.0.0.1", "10.0.0.7, 203.0.113.9", "203.0.113.9"],
  // A proxy behind a proxy.
  ["10.0.0.1", "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"],
  // With ports.
  ["10.0.0.1", "203.0.113.9:4711", "203.0.113.9"],
  ["10.0.0.1", "[2001:db8::9]:4711", "2001:db8::9"],
  ["10.0.0.1", "[2001:db8::9]", "2001:db8::9"],
  // No addresses.
  ["10.0.0.1", "unknown", "10.0.0.1"],
  ["10.0.0.1", "127.0.0.1, unknown", "10.0.0.1"],
  ["10.0.0.1", "203.0.113.9, _hidden, 10.0.0.2", "10.0.0.2"],
  ["10.0.0.1", "localhost", "10.0.0.1"],
  ["10.0.0.1", "0x7f.1", "10.0.0.1"],
  ["10.0.0.1", "127.0.0.1; evil", "10.0.0.1"],
];

for (const [peer, header, client] of CLIENTS) {
  Deno.test({
    name: `forwardedBy(${peer}) with X-Forwarded-For ${header} is ${client}`,
    permissions: "none",
    fn() {
      const headers = {
        get: (name: string) => name === "x-forwarded-for" ? header : null,
      };
      assertEquals(forwardedBy(peer, headers, PROXIES), {
        ...{ address: client, host: undefined, isSecure: undefined },
      });
    },
  });
}

/** Host and protocol in the headers, and what is believed of them. */
const OTHERS: readonly [
  peer: string,
  host: string,
  proto: string,
  believedHost: string | undefined,
  isSecure: boolean | undefined,
][] = [
  ["192.0.2.1", "hmi.example", "https", undefined, undefined],
  ["10.0.0.1", "hmi.example", "https", "hmi.example", true],
  [
    "10.0.0.1",
    "evil.example, hmi.example:8443",
    "http",
    "hmi.example:8443",
    false,
  ],
  ["10.0.0.1", "", "", undefined, undefined],
  ["10.0.0.1", "hmi.example", "https, http", "hmi.example", false],
  ["10.0.0.1", "hmi.example", "HTTPS", "hmi.example", true],
  ["10.0.0.1", "hmi.example", "javascript", "hmi.example", false],
];

for (const [peer, host, proto, believedHost, isSecure] of OTHERS) {
  Deno.test({
    name:
      `forwardedBy(${peer}) with host "${host}" and protocol "${proto}" believes ${believedHost} and ${isSecure}`,
    permissions: "none",
    fn() {
      const headers = new Headers({
        "x-forwarded-host": host,
        "x-forwarded-proto": proto,
      });
      assertEquals(forwardedBy(peer, headers, PROXIES), {
        ...{ address: peer, host: believedHost, isSecure },
      });
    },
  });
}
