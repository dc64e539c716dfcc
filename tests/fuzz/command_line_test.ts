import { assertEquals } from "@std/assert";
import { commandLine } from "./command_line.ts";
import { fuzz } from "./fuzz.ts";

Deno.test({
  name: "parseCommand() takes whatever comes as the README tells it",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(commandLine, 1, ({ rounds }) => {
      return rounds < 5;
    });
    assertEquals(outcomes.missing, []);
  },
});
