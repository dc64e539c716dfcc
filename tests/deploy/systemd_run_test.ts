// The README's commands for systemd, on a machine within this one whose PID 1 is
// the real systemd: port 502, a user of its own, what is kept over a restart.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasCommand } from "../testing/commands.ts";
import { granted } from "../testing/permissions.ts";
import { IMPORT_MAP_FLAGS, ROOT } from "../testing/program.ts";
import { commandsOf, examplesUnder } from "../testing/readme.ts";
import { within } from "../testing/within.ts";

/** New mounts, processes and network. */
const UNSHARE = ["-m", "-p", "-f", "-n", "--propagation", "private"];

const ignore = !granted("read", "write", "run", "env", "sys") ||
  Deno.build.os !== "linux" || Deno.uid() !== 0 ||
  !hasCommand("unshare", [...UNSHARE, "--mount-proc", "true"]) ||
  !hasCommand("/lib/systemd/systemd") || !hasCommand("mbpoll", ["-V"]);

/** Runs a command to its end. Returns what it wrote to stdout. */
async function run(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args })
    .output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, `${command} ${args.join(" ")}: ${decode(stderr)}`);
  return decode(stdout);
}

/** A machine within this one, which sees a folder with what is to be installed as /run/here. */
async function machine() {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "machine" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const here = `${folder}/here`;
  await run("mkdir", "-p", `${folder}/mount`, `${here}/dist`, `${here}/src`);
  await run("cp", "-r", `${ROOT}src/deploy`, `${here}/src/`);
  await run(
    Deno.execPath(),
    ...["run", "-q", "-A", `${ROOT}src/build/compile.ts`],
    ...["--form", "self-extracting", ...IMPORT_MAP_FLAGS],
    ...["--output", `${here}/dist/modbus-ws-adapter`],
  );
  await run("mkfifo", `${here}/started`);
  const started = Deno.readTextFile(`${here}/started`);
  const script = `${ROOT}tests/deploy/machine.sh`;
  const process = new Deno.Command("unshare", {
    args: [...UNSHARE, "--kill-child", "sh", script, `${folder}/mount`, here],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  stack.defer(async () => {
    process.kill("SIGKILL");
    await process.status;
  });
  await within(started, "systemd");
  const children = `/proc/${process.pid}/task/${process.pid}/children`;
  const pid = (await Deno.readTextFile(children)).trim();
  return {
    /** Runs a command for the shell there. */
    run: (command: string) =>
      run(
        "nsenter",
        ...["-t", pid, "-m", "-p", "-n", "--"],
        "bash",
        "-c",
        [
          "set -e",
          "cd /run/here",
          command,
        ].join("\n"),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const MBPOLL = "mbpoll -m tcp -p 502 -0 -1 -t 0 -r 3";

Deno.test({
  name: "README: the commands for systemd make a service that serves port 502",
  ignore,
  async fn(t) {
    await using other = await machine();
    const ready = (times: number) =>
      within(
        other.run(
          `grep -m${times} ^ready$ <(tail -n +1 -F stdout 2>/dev/null)`,
        ),
        "ready",
      );

    await t.step("as the README says", async () => {
      const example = examplesUnder("Service", "sh")
        .find((text) => text.includes("systemctl"))!;
      for (const command of commandsOf(example)) {
        assertMatch(command, /^sudo /);
        await other.run(command.replace(/^sudo /, ""));
      }
      await ready(1);
    });

    await t.step("with one right, as nobody else", async () => {
      const status = await other.run(
        'cat "/proc/$(systemctl show -p MainPID --value modbus-ws-adapter)/status"',
      );
      const field = (name: string) =>
        new RegExp(`^${name}:\\s+(\\w+)`, "m").exec(status)?.[1];
      assert(Number(field("Uid")) > 0);
      // CAP_NET_BIND_SERVICE is number 10.
      assertEquals(parseInt(field("CapEff")!, 16), 1 << 10);
      assertEquals(parseInt(field("CapBnd")!, 16), 1 << 10);
      assertEquals(field("NoNewPrivs"), "1");
      assertEquals(field("Seccomp"), "2");
    });

    await t.step("healthy, as its own command says", async () => {
      assertMatch(await other.run("modbus-ws-adapter health"), /^ok\n$/);
    });

    await t.step("what was written is there after a restart", async () => {
      await other.run(`${MBPOLL} 127.0.0.1 -- 1 0 1`);
      await other.run("systemctl restart modbus-ws-adapter");
      await ready(2);
      const found = await other.run(`${MBPOLL} -c 3 127.0.0.1`);
      const values = [...found.matchAll(/^\[\d\]:\s+(\d)$/gm)]
        .map(([, value]) => value);
      assertEquals(values, ["1", "0", "1"]);
    });

    await t.step("it ends in order", async () => {
      await other.run("systemctl stop modbus-ws-adapter");
      const show = "systemctl show -p Result,ExecMainStatus modbus-ws-adapter";
      const result = (await other.run(show)).trim().split("\n").sort();
      assertEquals(result, ["ExecMainStatus=0", "Result=success"]);
    });
  },
});
