import { assertEquals } from "@std/assert";
import { fromHex, toHex } from "../testing/hex.ts";
import { startApp } from "../testing/app.ts";
import { hasCommand } from "../testing/commands.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT } from "../testing/program.ts";

/** A Python that has pymodbus, if there is one. */
const python = granted("run")
  ? ["python3", "/usr/bin/python3"].find((name) =>
    hasCommand(name, ["-c", "import pymodbus.client"])
  )
  : undefined;

Deno.test({
  name: "pymodbus_client.py writes and reads, and pages are told",
  ignore: python === undefined || !granted("read"),
  async fn() {
    await using app = await startApp();
    await using browser = await app.browser();
    await browser.drain();
    const { hostname, port } = app.modbusAddr;
    const script = `${ROOT}src/examples/pymodbus_client.py`;
    const args = [script, hostname, String(port)];
    const { code, stdout } = await Program.spawn(python!, args).ended;
    assertEquals([code, stdout], [0, ["True [1, 65535]"]]);
    assertEquals(await browser.drain(), [
      '{"type":"setCoils","address":3,"value":[true]}',
      '{"type":"setHoldingRegisters","address":100,"value":[1,65535]}',
    ]);
    using plc = await app.modbus();
    const registers = await plc.request(fromHex("03 0064 0002"));
    assertEquals(toHex(registers), "03 04 00 01 ff ff");
  },
});
