import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { selfExtracting } from "../../src/build/self_extracting.ts";
import { VERSION } from "../../src/version.ts";
import { granted } from "../testing/permissions.ts";
import { Program } from "../testing/program.ts";
import { bareTools, listing } from "./tools.ts";

const NAME = "modbus-ws-adapter";

/** In the place of Deno: says how it was called, and ends with 7. */
const ECHO = `#!/bin/sh
[ "$1" != --version ] || exit 0
echo "pid $$"
echo "umask $(umask)"
echo "deno_dir $DENO_DIR"
for word; do echo "<$word>"; done
exit 7
`;

const ignore = Deno.build.os === "windows" || !granted("read", "write", "run");

/** A self-extracting file in a folder of its own, with `executable` in the place of Deno. */
async function fixture(executable = ECHO, system?: string) {
  const root = await Deno.makeTempDir({ prefix: "self-extracting" });
  await Deno.mkdir(`${root}/stage/app/modbus`, { recursive: true });
  await Deno.mkdir(`${root}/stage/app/store`);
  await Deno.writeTextFile(`${root}/stage/${NAME}`, executable, {
    mode: 0o755,
  });
  const modules = [
    ...["app/main.js", "app/modbus/worker.ts", "app/store/worker.ts"],
  ];
  for (const name of modules) {
    await Deno.writeTextFile(`${root}/stage/${name}`, "");
  }
  const names = [NAME, ...modules];
  await run("tar", "-czf", `${root}/archive`, "-C", `${root}/stage`, ...names);
  const bytes = await Deno.readFile(`${root}/archive`);
  const file = `${root}/adapter`;
  const flags = ["--allow-env=A_*,B", "--it's"];
  const content = selfExtracting({
    bytes,
    system: system ?? (await run("uname", "-sm")).trim(),
    flags,
  });
  await Deno.writeFile(file, content, { mode: 0o755 });
  const path = await bareTools(`${root}/tools`);
  return {
    root,
    file,
    content,
    /** Starts the file with this environment and no more. */
    start: (env: Record<string, string>, ...args: string[]) =>
      Program.spawn(file, args, {
        clearEnv: true,
        env: { PATH: path, ...env },
      }),
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

async function run(command: string, ...args: string[]): Promise<string> {
  const output = await new Deno.Command(command, { args }).output();
  assert(output.success, `${command} failed`);
  return new TextDecoder().decode(output.stdout);
}

const uid = ignore ? 0 : Deno.uid();

/** Where it unpacks; `@` stands for a fresh folder. */
const PLACES: readonly {
  title: string;
  env: Record<string, string>;
  prepare?: (root: string) => Promise<void>;
  ignore?: boolean;
  place: string;
}[] = [
  {
    title: "XDG_CACHE_HOME, which may not be there yet",
    env: { XDG_CACHE_HOME: "@/a/b", HOME: "@/home" },
    place: `@/a/b/${NAME}`,
  },
  {
    title: "~/.cache, which may not be there yet",
    env: { HOME: "@/home" },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title:
      "~/.cache when XDG_CACHE_HOME is relative, which the standard forbids",
    env: { XDG_CACHE_HOME: "cache", HOME: "@/home" },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title:
      "~/.cache when XDG_CACHE_HOME has a comma, which Deno's lists of paths can't hold",
    env: { XDG_CACHE_HOME: "@/a,b", HOME: "@/home" },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title: "folders with blanks",
    env: { HOME: "@/my  home *" },
    place: `@/my  home */.cache/${NAME}`,
  },
  {
    title: "TMPDIR without HOME",
    env: { TMPDIR: "@" },
    place: `@/${NAME}-${uid}`,
  },
  {
    title: "TMPDIR when HOME can't be written",
    env: { HOME: "/dev/null", TMPDIR: "@" },
    place: `@/${NAME}-${uid}`,
  },
  {
    title: "the next one when others can write into the folder",
    env: { XDG_CACHE_HOME: "@/a", HOME: "@/home" },
    prepare: async (root) => {
      await Deno.mkdir(`${root}/a/${NAME}`, { recursive: true });
      await Deno.chmod(`${root}/a/${NAME}`, 0o702);
    },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title: "the next one when the group can write into the folder",
    env: { XDG_CACHE_HOME: "@/a", HOME: "@/home" },
    prepare: async (root) => {
      await Deno.mkdir(`${root}/a/${NAME}`, { recursive: true });
      await Deno.chmod(`${root}/a/${NAME}`, 0o720);
    },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title: "the next one when the folder is a link",
    env: { XDG_CACHE_HOME: "@/a", HOME: "@/home" },
    prepare: async (root) => {
      await Deno.mkdir(`${root}/a`);
      await Deno.mkdir(`${root}/elsewhere`, { mode: 0o700 });
      await Deno.symlink(`${root}/elsewhere`, `${root}/a/${NAME}`);
    },
    place: `@/home/.cache/${NAME}`,
  },
  {
    title: "the next one when the folder is another user's",
    env: { XDG_CACHE_HOME: "@/a", HOME: "@/home" },
    prepare: async (root) => {
      await Deno.mkdir(`${root}/a/${NAME}`, { recursive: true, mode: 0o700 });
      await Deno.chown(`${root}/a/${NAME}`, 65534, 65534);
    },
    ignore: uid !== 0,
    place: `@/home/.cache/${NAME}`,
  },
];

Deno.test({
  name: "selfExtracting() unpacks into a folder of the user's alone",
  ignore,
  async fn(t) {
    for (const row of PLACES) {
      await t.step({
        name: row.title,
        ignore: row.ignore ?? false,
        async fn() {
          await using file = await fixture();
          const at = (text: string) => text.replace("@", file.root);
          await row.prepare?.(file.root);
          const env = Object.entries(row.env).map(([k, v]) => [k, at(v)]);
          const program = file.start(Object.fromEntries(env));
          const { code, stdout } = await program.ended;
          assertEquals(code, 7);
          const place = at(row.place);
          assertEquals(listing(place).length, 1);
          const root = `${place}/${listing(place)[0]}`;
          assertStringIncludes(root, `${place}/${VERSION}-`);
          assert(stdout.includes(`deno_dir ${root}/cache`));
          assert(stdout.includes(`<${root}/app/main.js>`));
          assertEquals(listing(root), ["app", NAME]);
          const { mode } = await Deno.stat(place);
          assertEquals(mode! & 0o777, 0o700);
        },
      });
    }
  },
});

Deno.test({
  name: "selfExtracting() hands on arguments, process id, umask and exit code",
  ignore,
  async fn() {
    await using file = await fixture();
    const args = ["--flag=a b", "", "*", "$HOME", '"', "--version"];
    for (const start of ["first", "next"]) {
      const program = file.start({ HOME: file.root }, ...args);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(stderr, []);
      assertEquals(code, 7, start);
      assertEquals(stdout[0], `pid ${program.pid}`);
      assertEquals(
        stdout[1],
        `umask ${Deno.umask().toString(8).padStart(4, "0")}`,
      );
      assertEquals(stdout.slice(-args.length), args.map((arg) => `<${arg}>`));
      assert(stdout.includes("<--allow-env=A_*,B>"));
      assert(stdout.includes("<--it's>"));
      assert(stdout.includes("<--no-config>"));
    }
  },
});

Deno.test({
  name: "selfExtracting() unpacks once",
  ignore,
  async fn() {
    await using file = await fixture();
    const HOME = file.root;
    assertEquals((await file.start({ HOME }).ended).code, 7);
    // Without these it could not unpack a second time.
    const PATH = await bareTools(`${HOME}/few`, ["id", "ls", "sh"]);
    const { code, stderr } = await file.start({ HOME, PATH }).ended;
    assertEquals(stderr, []);
    assertEquals(code, 7);
  },
});

Deno.test({
  name: "selfExtracting() unpacks again what has lost a file",
  ignore,
  async fn() {
    await using file = await fixture();
    const HOME = file.root;
    assertEquals((await file.start({ HOME }).ended).code, 7);
    const place = `${HOME}/.cache/${NAME}`;
    const root = `${place}/${listing(place)[0]}`;
    const modules = ["modbus/worker.ts", "store/worker.ts", "main.js"];
    for (const name of [NAME, ...modules.map((name) => `app/${name}`)]) {
      await Deno.remove(`${root}/${name}`);
      assertEquals((await file.start({ HOME }).ended).code, 7);
      await Deno.stat(`${root}/${name}`);
      assertEquals(listing(root), ["app", NAME]);
      assertEquals(listing(place).length, 1);
    }
  },
});

Deno.test({
  name:
    "selfExtracting() can be started for the first time by several at a time",
  ignore,
  async fn() {
    await using file = await fixture();
    const HOME = file.root;
    const programs = Array.from({ length: 8 }, () => file.start({ HOME }));
    for (const { ended } of programs) {
      const { code, stderr } = await ended;
      assertEquals(stderr, []);
      assertEquals(code, 7);
    }
    const place = `${HOME}/.cache/${NAME}`;
    assertEquals(listing(place).length, 1);
    assertEquals(listing(`${place}/${listing(place)[0]}`), ["app", NAME]);
  },
});

Deno.test({
  name: "selfExtracting() gives another content another place",
  ignore,
  async fn() {
    await using one = await fixture();
    await using other = await fixture(ECHO.replace("exit 7", "exit 8"));
    const HOME = one.root;
    assertEquals((await one.start({ HOME }).ended).code, 7);
    assertEquals((await other.start({ HOME }).ended).code, 8);
    assertEquals((await one.start({ HOME }).ended).code, 7);
    assertEquals(listing(`${HOME}/.cache/${NAME}`).length, 2);
  },
});

/** What is broken about the file; nothing of it may stay in the cache. */
const BROKEN: readonly {
  title: string;
  executable?: string;
  system?: string;
  spoil?: (content: Uint8Array) => Uint8Array;
  says: string;
}[] = [
  {
    title: "cut short",
    spoil: (content) => content.subarray(0, -20),
    says: "no folder to unpack into",
  },
  {
    title: "with a wrong checksum",
    spoil: (content) => {
      const spoilt = content.slice();
      spoilt[spoilt.length - 6]! ^= 1;
      return spoilt;
    },
    says: "no folder to unpack into",
  },
  {
    title: "with an executable that does not run here",
    executable: "#!/bin/sh\nexit 1\n",
    says: "no folder to unpack into",
  },
  {
    title: "for another system",
    system: "Plan9 mips",
    says: "this file is made for Plan9 mips, and this is ",
  },
];

Deno.test({
  name: "selfExtracting() leaves nothing behind that does not work",
  ignore,
  async fn(t) {
    for (const { title, executable, system, spoil, says } of BROKEN) {
      await t.step(title, async () => {
        await using file = await fixture(executable, system);
        if (spoil) await Deno.writeFile(file.file, spoil(file.content));
        const env = { HOME: file.root, TMPDIR: "/dev/null" };
        const { code, stdout, stderr } = await file.start(env).ended;
        assertEquals(code, 1);
        assertEquals(stdout, []);
        assertStringIncludes(stderr.join("\n"), says);
        assertEquals(listing(`${file.root}/.cache/${NAME}`), []);
      });
    }
  },
});

Deno.test({
  name: "selfExtracting() says so when there is no folder to unpack into",
  ignore,
  async fn() {
    await using file = await fixture();
    const { code, stderr } = await file.start({ TMPDIR: "/dev/null" }).ended;
    assertEquals(code, 1);
    assertEquals(stderr.length, 1);
    assertStringIncludes(stderr[0]!, "set XDG_CACHE_HOME");
  },
});
