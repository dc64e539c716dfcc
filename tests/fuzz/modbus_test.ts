import { assertEquals } from "@std/assert";
import { fuzz } from "./fuzz.ts";
import { modbusStream } from "./modbus_stream.ts";

Deno.test({
  name: "RequestStream answers whatever comes as the model of the standard",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(modbusStream, 1, ({ rounds }) => {
      return rounds < 5;
    });
    assertEquals(outcomes.missing, []);
  },
});
