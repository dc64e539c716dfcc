import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { VERSION } from "../src/version.ts";

Deno.test({
  name: "VERSION is that of deno.json, and one that packagers can order",
  permissions: "none",
  fn() {
    assertEquals(VERSION, config.version);
    // https://semver.org, without build metadata.
    assertMatch(VERSION, /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/);
  },
});
