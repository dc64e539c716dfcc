import { assertEquals } from "@std/assert";
import { startApp } from "./testing/app.ts";
import { fromHex, toHex } from "./testing/hex.ts";
import { granted } from "./testing/permissions.ts";

for (const worker of [false, true]) {
  const where = worker ? "in a worker" : "in this thread";
  Deno.test({
    name: `start() serves one bank to both sides, Modbus ${where}`,
    ignore: worker && !granted("read"),
    async fn() {
      await using app = await startApp({}, { worker });
      await using browser = await app.browser();
      using plc = await app.modbus();
      const written = await plc.request(fromHex("0f 0003 0003 01 05"));
      assertEquals(toHex(written), "0f 00 03 00 03");
      assertEquals(
        await browser.next(),
        '{"type":"setCoils","address":3,"value":[true,false,true]}',
      );
      const answer = await browser.ask({
        type: "setHoldingRegisters",
        address: 65535,
        value: [-2],
        id: 1,
      });
      assertEquals(answer, { type: "ok", id: 1 });
      const read = await plc.request(fromHex("03 ffff 0001"));
      assertEquals(toHex(read), "03 02 ff fe");
    },
  });
}
