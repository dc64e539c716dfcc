import { assertEquals } from "@std/assert";
import { fuzz } from "./fuzz.ts";
import { modbusStream } from "./modbus_stream.ts";

Deno.test({
  name: "RequestStream answers whatever comes as the model of the standard",
  permissions: "none",
  async fn() {
    const { outcomes } = await fuzz(
      modbusStream,
      1,
      ({ rounds, outcomes: { missing } }) =>
        // Rare outcomes take some rounds; ten times that many would be a fault.
        rounds < 5 || (missing.length > 0 && rounds < 50),
    );
    assertEquals(outcomes.missing, []);
  },
});
