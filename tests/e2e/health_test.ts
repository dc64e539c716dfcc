import { assertEquals, assertMatch } from "@std/assert";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";

const ignore = !granted("read", "run");

Deno.test({
  name: "modbus-ws-adapter health asks the program on its port",
  ignore,
  async fn() {
    await using program = await Program.serving();
    const { port } = new URL(program.wsUrl);
    for (
      const [args, env] of [
        [[`--ws-port=${port}`], {}],
        [[], { MODBUS_WS_WS_PORT: port }],
        [[new URL("health", program.wsUrl.replace("ws:", "http:")).href], {}],
      ] as const
    ) {
      const { ended } = Program.run(["health", ...args], env);
      assertEquals(await ended, { code: 0, stdout: ["ok"], stderr: [] });
    }
    await program.stop();
    const { code, stdout, stderr } = await Program.run([
      "health",
      `--ws-port=${port}`,
    ]).ended;
    assertEquals([code, stdout, stderr.length], [1, [], 1]);
    assertMatch(
      stderr[0]!,
      /^http:\/\/127\.0\.0\.1:\d+\/health does not answer/,
    );
  },
});
