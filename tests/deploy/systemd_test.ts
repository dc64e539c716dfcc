// The systemd unit, as systemd's own tools see it; running: tests/deploy/systemd_run_test.ts.
import { assert, assertEquals } from "@std/assert";
import { parseConfigFile } from "../../src/config/file.ts";
import adapterJson from "../../src/deploy/adapter.json" with { type: "text" };
import unit from "../../src/deploy/modbus-ws-adapter.service" with {
  type: "text",
};
import { hasCommand } from "../testing/commands.ts";
import { granted } from "../testing/permissions.ts";

/** Ten times the most exposure that is allowed; what is left over is the network and port 502. */
const MOST_EXPOSED = 20;

const EXECUTABLE = "/usr/local/bin/modbus-ws-adapter";

const ignore = !granted("read", "write", "run") ||
  !hasCommand("systemd-analyze");

/** Runs a command of systemd-analyze on the unit, whose program is there. */
async function analyze(...args: string[]) {
  const folder = await Deno.makeTempDir({ prefix: "unit" });
  try {
    const path = `${folder}/modbus-ws-adapter.service`;
    assert(unit.includes(`ExecStart=${EXECUTABLE} `));
    const text = unit.replaceAll(EXECUTABLE, Deno.execPath());
    await Deno.writeTextFile(path, text);
    const output = await new Deno.Command("systemd-analyze", {
      args: [...args, path],
      env: { SYSTEMD_PAGER: "" },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const [stdout, stderr] = [decode(output.stdout), decode(output.stderr)];
    return { code: output.code, stdout, stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test({
  name: "src/deploy: systemd finds no fault in the unit",
  ignore,
  async fn() {
    const result = await analyze("verify");
    assertEquals(result, { code: 0, stdout: "", stderr: "" });
  },
});

Deno.test({
  name: "src/deploy: systemd finds the unit safe",
  ignore,
  async fn() {
    const threshold = `--threshold=${MOST_EXPOSED}`;
    const args = ["security", "--offline=true", "--no-pager", threshold];
    const { code, stdout } = await analyze(...args);
    assertEquals(code, 0, stdout);
  },
});

Deno.test({
  name: "src/deploy: adapter.json is a configuration, with Modbus' own port",
  permissions: "none",
  fn() {
    const settings = parseConfigFile("adapter.json", adapterJson);
    assertEquals(settings.get("modbus-port")?.texts, ["502"]);
    assertEquals(settings.get("host")?.texts, ["0.0.0.0"]);
  },
});
