import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/version.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import {
  type Ended,
  IMPORT_MAP_FLAGS,
  Program,
  ROOT,
} from "../testing/program.ts";
import { WsClient } from "../testing/ws_client.ts";
import { bareTools, listing } from "./tools.ts";

const ignore = Deno.build.os === "windows" || !granted("read", "write", "run");

const FREE_PORTS = ["--modbus-port=0", "--ws-port=0"];

/** Runs `deno task compile`. */
function compile(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return Program.spawn(Deno.execPath(), ["task", "compile", ...args], {
    cwd: ROOT,
    env: { NO_COLOR: "1", ...env },
  }).ended;
}

/** Runs what the task runs, without the search for JSR. */
function script(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  return Program.spawn(Deno.execPath(), [
    ...["run", "-q", "-A", "src/build/compile.ts"],
    ...args,
  ], { cwd: ROOT, env: { NO_COLOR: "1", ...env } }).ended;
}

/** A folder for the executable, and a home without Deno for those who start it. */
async function machine() {
  const root = await Deno.makeTempDir({ prefix: "compile" });
  const home = `${root}/home`;
  await Deno.mkdir(home);
  // Neither is meant for the program, which runs from below them.
  await Deno.writeTextFile(`${home}/deno.json`, "no JSON");
  await Deno.writeTextFile(`${home}/package.json`, "no JSON");
  const file = `${root}/out/adapter`;
  const PATH = await bareTools(`${root}/tools`);
  return {
    root,
    file,
    cache: `${home}/.cache/modbus-ws-adapter`,
    start: (args: readonly string[], path = PATH) =>
      Program.spawn(file, args, {
        clearEnv: true,
        env: { PATH: path, HOME: home },
        cwd: home,
      }),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

/** Each side writes, and the other side sees it. */
async function roundTrip(program: Program): Promise<void> {
  using plc = await ModbusClient.connect(program.modbusAddr);
  await using browser = await WsClient.open(program.wsUrl);
  // The answer says, too, that from now on the browser is told of changes.
  const message = {
    type: "setDiscreteInputs",
    address: 8,
    value: [true],
    id: 1,
  };
  assertEquals(await browser.ask(message), { type: "ok", id: 1 });
  assertEquals(toHex(await plc.request(fromHex("02 0008 0001"))), "02 01 01");
  await plc.request(fromHex("0f 0003 0003 01 05"));
  assertEquals(
    await browser.next(),
    '{"type":"setCoils","address":3,"value":[true,false,true]}',
  );
}

async function servesThePage(program: Program): Promise<void> {
  const response = await fetch(program.wsUrl.replace("ws:", "http:"));
  assertEquals(
    await response.text(),
    await Deno.readTextFile(`${ROOT}src/page/index.html`),
  );
}

async function isScript(file: string): Promise<boolean> {
  using opened = await Deno.open(file);
  const start = new Uint8Array(9);
  await opened.read(start);
  return new TextDecoder().decode(start) === "#!/bin/sh";
}

/** Makes the program in this form and uses it; returns whether it extracts itself. */
async function makeAndUse(form: string, t: Deno.TestContext): Promise<boolean> {
  await using here = await machine();
  const made = await compile([`--form=${form}`, `--output=${here.file}`]);
  assertEquals(made.code, 0, made.stderr.join("\n"));
  assertEquals(listing(`${here.root}/out`), ["adapter"]);
  const extracts = await isScript(here.file);
  const says = "making a self-extracting executable instead";
  const said = made.stderr.some((line) => line.endsWith(says));
  assertEquals(said, extracts && form === "auto");

  await t.step(`${form}: two first starts at the same time`, async () => {
    await using one = here.start(FREE_PORTS);
    await using other = here.start(FREE_PORTS);
    await Promise.all([one.ready(), other.ready()]);
    await roundTrip(one);
    await roundTrip(other);
    await servesThePage(other);
    one.kill("SIGTERM");
    other.kill("SIGINT");
    for (const { ended } of [one, other]) {
      const { code, stderr } = await ended;
      assertEquals(code, 0, stderr.join("\n"));
    }
    assertEquals(listing(here.cache).length, extracts ? 1 : 0);
  });

  await t.step(`${form}: a next start, which unpacks nothing`, async () => {
    // With these tools alone it could not.
    const path = await bareTools(`${here.root}/few`, ["id", "ls", "sh"]);
    await using program = here.start(FREE_PORTS, path);
    await program.ready();
    await roundTrip(program);
    const { code, stderr } = await program.stop();
    assertEquals(code, 0, stderr.join("\n"));
  });

  await t.step(`${form}: --version`, async () => {
    const { code, stdout } = await here.start(["--version"]).ended;
    assertEquals(stdout, [`modbus-ws-adapter ${VERSION}`]);
    assertEquals(code, 0);
  });

  await t.step(`${form}: a flag that it does not know`, async () => {
    const { code, stderr } = await here.start(["--no-such-flag"]).ended;
    assertEquals(stderr.length, 1);
    assertStringIncludes(stderr[0]!, "--no-such-flag");
    assertEquals(code, 2);
  });
  return extracts;
}

Deno.test({
  name: "deno task compile makes one file that runs without Deno",
  ignore,
  async fn(t) {
    const extracts = await makeAndUse("auto", t);
    if (!extracts) assert(await makeAndUse("self-extracting", t));
  },
});

Deno.test({
  name:
    "deno task compile keeps the old file when the new one does not work, and embeds worker and page",
  ignore,
  async fn() {
    await using here = await machine();
    await Deno.mkdir(`${here.root}/out`);
    await Deno.writeTextFile(here.file, "good");
    // What is made of this base is whole, but does not start.
    const env = { DENORT_BIN: Deno.execPath() };
    const args = ["--form=native", `--output=${here.file}`];
    const { code, stderr } = await script([...args, ...IMPORT_MAP_FLAGS], env);
    const output = stderr.join("\n");
    assertStringIncludes(output, "Embedded Files");
    // Such as "page/*", "page" and "jsonc-parser/3.3.1/*".
    const embedded = [...output.matchAll(/[─┬] ([^\s/]+)\S* \(/g)]
      .map(([, name]) => name!);
    for (const name of ["deno.json", "worker.ts", "page", "jsonc-parser"]) {
      assert(embedded.includes(name), `${name}: ${output}`);
    }
    for (const name of ["ajv", "playwright-core", "serialport"]) {
      assertEquals(embedded.includes(name), false, name);
    }
    assertStringIncludes(output, "does not work");
    assertEquals(code, 1);
    assertEquals(await Deno.readTextFile(here.file), "good");
    assertEquals(listing(`${here.root}/out`), ["adapter"]);
  },
});

/** Where Deno keeps the packages of npm. */
async function npmCache(): Promise<string> {
  const args = ["info", "--json", "--no-config"];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

const OTHER = Deno.build.os === "linux"
  ? "aarch64-apple-darwin"
  : "x86_64-unknown-linux-gnu";

/** What is refused, and what is said. */
const REFUSED: readonly [args: readonly string[], says: string][] = [
  [["--form=native"], "can't load its base"],
  [
    [`--target=${OTHER}`],
    "and the self-extracting form can be made only for the system it is made on",
  ],
  [
    ["--form=self-extracting", `--target=${OTHER}`],
    "only for the system it is made on",
  ],
  [["--form=small"], "Unknown form: small"],
  [["--forma=native"], "--output FILE"],
];

Deno.test({
  name: "deno task compile refuses what it can't make, and keeps the old file",
  ignore,
  async fn(t) {
    await using here = await machine();
    await Deno.mkdir(`${here.root}/out`);
    await Deno.writeTextFile(here.file, "good");
    // Nothing can be downloaded, and no base has been.
    const env = {
      DENO_DIR: `${here.root}/deno`,
      HTTPS_PROXY: "http://127.0.0.1:1",
    };
    await Deno.mkdir(env.DENO_DIR);
    await Deno.symlink(await npmCache(), `${env.DENO_DIR}/npm`);
    const map = "--import-map=src/offline/import_map.json";
    for (const [args, says] of REFUSED) {
      await t.step(`${args.join(" ")}: ${says}`, async () => {
        const all = [`--output=${here.file}`, map, ...args];
        const { code, stderr } = await script(all, env);
        assertStringIncludes(stderr.join("\n"), says);
        assertEquals(code, 1);
        assertEquals(await Deno.readTextFile(here.file), "good");
        assertEquals(listing(`${here.root}/out`), ["adapter"]);
      });
    }
  },
});
