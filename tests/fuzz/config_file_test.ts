import { assertEquals } from "@std/assert";
import { configFile } from "./config_file.ts";
import { fuzz } from "./fuzz.ts";

Deno.test({
  name: "parseConfigFile() takes or refuses whatever comes, by its place",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(configFile, 1, ({ rounds }) => rounds < 5);
    assertEquals(outcomes.missing, []);
  },
});
