import { assertEquals } from "@std/assert";
import { hostnameOf, isAllowedHost } from "../../src/http/host.ts";

const ALLOWED = ["hmi.example", "xn--bcher-kva.example"];

/** `Host` headers that no page on the web can have its browser send, or that are named. */
const FINE: readonly (string | null)[] = [
  null,
  ...["localhost", "localhost:8765", "LOCALHOST", "localhost."],
  ...["127.0.0.1", "127.0.0.1:8765", "192.168.1.20", "8.8.8.8", "0.0.0.0:1"],
  // The URL parser of the browser writes these as addresses.
  ...["2130706433", "0x7f.1", "127.1"],
  ...["[::1]", "[::1]:8765", "[fd00::1]", "[::ffff:192.168.1.20]"],
  ...["gateway", "gateway:8765", "plc_7"],
  ...["gateway.local", "a.b.internal", "x.home.arpa", "app.localhost"],
  ...["gateway.local.", "GATEWAY.LOCAL"],
  ...["hmi.example", "HMI.example:443", "hmi.example.", "bücher.example"],
];

/** `Host` headers that a page on the web can have, and what is none. */
const FOREIGN: readonly string[] = [
  ...["evil.example", "evil.example:8765", "evil.example."],
  ...["sub.hmi.example", "hmi.example.evil.example", "nhmi.example"],
  ...["localhost.evil.example", "127.0.0.1.evil.example", "local.evil.example"],
  ...[
    "evil.example.localdomain",
    "xinternal.example",
    "home.arpa.evil.example",
  ],
  ...["", " ", "a b", "evil.example/localhost", "localhost@evil.example"],
  ...["evil.example#localhost", "localhost?", "localhost\\", "[::1", "a:b:c"],
  ...["localhost:99999", "127.0.0.1:x", "127.0.0.256"],
];

for (const host of FINE) {
  Deno.test({
    name: `isAllowedHost() lets ${host} in`,
    permissions: "none",
    fn: () => assertEquals(isAllowedHost(host, ALLOWED), true),
  });
}

for (const host of FOREIGN) {
  Deno.test({
    name: `isAllowedHost() keeps ${
      JSON.stringify(host)
    } out, unless all are allowed`,
    permissions: "none",
    fn() {
      assertEquals(isAllowedHost(host, ALLOWED), false);
      assertEquals(isAllowedHost(host, ["*"]), true);
    },
  });
}

Deno.test({
  name: "hostnameOf() is the name as it stands in a URL",
  permissions: "none",
  fn() {
    assertEquals(hostnameOf("HMI.Example:8765"), "hmi.example");
    assertEquals(hostnameOf("[::1]:8765"), "[::1]");
    assertEquals(hostnameOf("0x7f.1"), "127.0.0.1");
    assertEquals(hostnameOf("user@host"), undefined);
    assertEquals(hostnameOf(""), undefined);
  },
});
