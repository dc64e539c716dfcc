import { assertEquals } from "@std/assert";
import { fuzz } from "./fuzz.ts";
import { tokenFile } from "./tokens.ts";

Deno.test({
  name: "Tokens.parse() takes whatever comes as the README tells it",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(tokenFile, 1, ({ rounds }) => rounds < 5);
    assertEquals(outcomes.missing, []);
  },
});
