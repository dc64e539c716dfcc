import { assertEquals } from "@std/assert";
import { formatAddress } from "../src/address.ts";

Deno.test("formatAddress()", { permissions: "none" }, async (t) => {
  for (
    const [hostname, port, expected] of [
      ["127.0.0.1", 8502, "127.0.0.1:8502"],
      ["localhost", 0, "localhost:0"],
      ["::1", 8765, "[::1]:8765"],
      ["::", 65535, "[::]:65535"],
      ["::ffff:10.0.0.5", 502, "[::ffff:10.0.0.5]:502"],
      ["fe80::1%eth0", 1, "[fe80::1%eth0]:1"],
    ] as const
  ) {
    await t.step(`of ${hostname} and ${port} is ${expected}`, () => {
      assertEquals(formatAddress({ hostname, port }), expected);
    });
  }
});

Deno.test({
  name: "formatAddress() writes what URLs can hold",
  permissions: "none",
  fn() {
    const text = formatAddress({ hostname: "::1", port: 8765 });
    const { hostname, port } = new URL(`http://${text}/`);
    assertEquals([hostname, port], ["[::1]", "8765"]);
  },
});
