import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { testWrites } from "../testing/write_suite.ts";

Deno.test({
  name: "program: every write function, by the bare client",
  ignore: !granted("read", "run"),
  async fn(t) {
    await using program = await Program.serving();
    using client = await ModbusClient.connect(program.modbusAddr);
    await testWrites(t, program, functionsOf(client));
  },
});
