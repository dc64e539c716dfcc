import { assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { granted } from "../testing/permissions.ts";
import { PERMISSIONS, Program, ROOT } from "../testing/program.ts";

const ignore = !granted("read", "run", "write", "net");

const MAP = "--import-map=src/offline/import_map.json";

/** A machine on which nothing was ever downloaded, and from which JSR can't be reached. */
class CutOff implements Disposable {
  readonly #cache = Deno.makeTempDirSync({ prefix: "modbus-ws-adapter-" });
  readonly #registry: string;

  constructor() {
    // A port that was just given back: connections to it are refused.
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#registry = `http://127.0.0.1:${listener.addr.port}/`;
  }

  /** Runs `deno` there. */
  deno(...args: string[]): Program {
    return Program.spawn(Deno.execPath(), args, {
      cwd: ROOT,
      env: { DENO_DIR: this.#cache, JSR_URL: this.#registry },
    });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#cache, { recursive: true });
  }
}

Deno.test({
  name: "flag.ts prints the flag when JSR can't be reached, and says so",
  ignore,
  async fn() {
    using machine = new CutOff();
    await using run = machine.deno("run", "-q", "src/offline/flag.ts");
    const { code, stdout, stderr } = await run.ended;
    assertEquals([code, stdout], [0, [MAP]]);
    assertEquals(stderr.length, 1);
    assertMatch(
      stderr[0]!,
      /^JSR can't be reached \(.+\): using the stand-ins/,
    );
  },
});

Deno.test({
  name: "flag.ts prints the flag when nothing may be downloaded",
  ignore,
  async fn() {
    using machine = new CutOff();
    const args = ["run", "-q", "--cached-only", "src/offline/flag.ts"];
    await using run = machine.deno(...args);
    const { code, stdout } = await run.ended;
    assertEquals([code, stdout], [0, [MAP]]);
  },
});

Deno.test({
  name: "flag.ts prints nothing when @std can be loaded",
  ignore,
  async fn() {
    using machine = new CutOff();
    // Here, @std is what stands in for it: it is found, whatever it is.
    const flags = ["-q", MAP, "--allow-read=src"];
    await using run = machine.deno("run", ...flags, "src/offline/flag.ts");
    assertEquals(await run.ended, { code: 0, stdout: [], stderr: [] });
  },
});

Deno.test({
  name: "flag.ts prints a flag with which the program starts",
  ignore,
  async fn() {
    using machine = new CutOff();
    await using run = machine.deno("run", "-q", "src/offline/flag.ts");
    const { stdout: flags } = await run.ended;
    const args = ["run", "-q", ...flags, ...PERMISSIONS];
    await using program = machine.deno(...args, "src/main.ts", "--version");
    const { code, stdout, stderr } = await program.ended;
    assertEquals([code, stderr], [0, []]);
    assertEquals(stdout, [`modbus-ws-adapter ${config.version}`]);
  },
});
