import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { configSchema } from "../../src/config/schema.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";

const ignore = !granted("read", "run", "write");

/** A configuration file in a folder of its own. */
async function configFile(text: string) {
  const folder = await Deno.makeTempDir({ prefix: "config" });
  const path = `${folder}/adapter.json`;
  await Deno.writeTextFile(path, text);
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test({
  name: "--config serves as the file says, where flags and variables do not",
  ignore,
  async fn() {
    await using file = await configFile(`{
      // Flags beat the first two.
      "modbus-port": 1,
      "ws-port": 1,
      "log-level": "error",
      "log-format": "json",
    }`);
    const env = { MODBUS_WS_LOG_FORMAT: "text" };
    await using program = await Program.serving(["--config", file.path], env);
    assert(program.modbusAddr.port > 1);
    assertEquals((await program.stop()).stderr, []);
  },
});

Deno.test({
  name: "MODBUS_WS_CONFIG names the file, too",
  ignore,
  async fn() {
    await using file = await configFile('{"log-format": "json"}');
    const env = { MODBUS_WS_CONFIG: file.path };
    await using program = await Program.serving([], env);
    assertStringIncludes(program.stdout.all[0]!, '{"listening":"modbus",');
  },
});

Deno.test({
  name: "--print-config shows what is in force as a file, and ends",
  ignore,
  async fn() {
    await using file = await configFile('{"ws-port": 80, "host": "::1"}');
    const args = [`--config=${file.path}`, "--host=::", "--print-config"];
    const { code, stdout, stderr } = await Program.run(args).ended;
    assertEquals([code, stderr], [0, []]);
    assert(stdout.includes('  "host": "::", // --host'));
    assert(stdout.includes(`  "ws-port": 80, // ${file.path}:1`));
    await using printed = await configFile(stdout.join("\n"));
    const again = await Program.run([
      ...[`--config=${printed.path}`, "--print-config"],
    ]).ended;
    const values = (lines: readonly string[]) =>
      lines.map((line) => line.replace(/ \/\/ (?!").*/, ""));
    assertEquals(values(again.stdout), values(stdout));
  },
});

Deno.test({
  name: "--print-config-schema is the schema, and nothing else",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await Program.run([
      "--print-config-schema",
    ]).ended;
    assertEquals([code, stderr], [0, []]);
    assertEquals(JSON.parse(stdout.join("\n")), configSchema());
  },
});

Deno.test({
  name: "--config says in one line what is wrong with the file, and where",
  ignore,
  async fn() {
    await using file = await configFile('{\n  "ws-prot": 1\n}');
    const rows: readonly (readonly [string, string])[] = [
      [
        file.path,
        `${file.path}:2:3: "ws-prot" is not a setting: did you mean "ws-port"?`,
      ],
      [`${file.path}.bak`, `--config "${file.path}.bak" can't be used: `],
    ];
    for (const [path, message] of rows) {
      for (
        const args of [["--config", path], ["--config", path, "--print-config"]]
      ) {
        const { code, stdout, stderr } = await Program.run(args).ended;
        assertEquals([code, stdout, stderr.length], [2, [], 1]);
        assertStringIncludes(stderr[0]!, `modbus-ws-adapter: ${message}`);
      }
    }
  },
});
