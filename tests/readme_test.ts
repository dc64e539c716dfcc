// What the README shows works: each example is run, here or by the test that
// stands beside it, or at least checked. One without a check fails.
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parse as parseYaml } from "yaml";
import script from "../.ci/run" with { type: "text" };
import denoJson from "../deno.json" with { type: "json" };
import { parseCommand } from "../src/command_line.ts";
import { COMMANDS } from "../src/commands.ts";
import { parseConfigFile } from "../src/config/file.ts";
import page from "../src/examples/page.html" with { type: "text" };
import {
  CONFIG_FLAGS,
  CONFIG_SWITCHES,
  FILE_FLAG,
  SWITCHES,
} from "../src/flags.ts";
import { hasCommand } from "./testing/commands.ts";
import { granted } from "./testing/permissions.ts";
import { ROOT } from "./testing/program.ts";
import {
  commandsOf,
  type Example,
  EXAMPLES,
  README,
  wordsOf,
} from "./testing/readme.ts";
import { isMessage } from "./testing/schema.ts";
import { sources } from "./testing/sources.ts";
import { surroundings } from "./testing/surroundings.ts";

const DENO = /^deno=(.*)$/m.exec(script)![1]!;

/** Looks at a command; one that another test runs is a path of that. */
type Check = string | ((words: readonly string[]) => void | Promise<void>);

/** The commands of the README, by how they begin. */
const CHECKS: readonly (readonly [RegExp, Check])[] = [
  [/^deno task /, ([, , task]) => checkTask(task)],
  [/^npx -y deno@/, ([, , deno, , task]) => {
    assertEquals(deno, `deno@${DENO}`);
    checkTask(task);
  }],
  // All of them run in .ci/run.
  [/^deno test --allow-net /, ([, , net, map]) => {
    const command = `deno test $(deno run -q src/offline/flag.ts) ${net}`;
    assertStringIncludes(script, command);
    assertEquals(map, "--import-map=src/offline/import_map.json");
  }],
  [/^modbus-ws-adapter (export|import) /, "tests/e2e/store_test.ts"],
  [/^(\.\/dist\/)?modbus-ws-adapter/, ([, ...args]) => {
    const world = { ...surroundings(), subcommands: COMMANDS };
    const { action } = parseCommand(args, world);
    assert(action === "run" || action === "subcommand", action);
  }],
  [/^mbpoll /, "tests/walk_through_test.ts"],
  [/^curl .*\/api\/v1\/bank/, "tests/rest/bank_test.ts"],
  [/^curl /, "tests/rest/readme_test.ts"],
  [/^tshark /, "tests/e2e/trace_test.ts"],
  [/^docker compose up$/, ".github/workflows/ci.yml"],
  [/^sudo (install|systemctl) /, "tests/deploy/systemd_run_test.ts"],
  [/^sudo ufw /, async ([, ufw, ...args]) => {
    if (!hasCommand(ufw!) || Deno.uid() !== 0) return;
    const { success } = await new Deno.Command(ufw!, {
      args: ["--dry-run", ...args],
      stdout: "null",
    }).output();
    assert(success);
  }],
];

function checkTask(name: string | undefined): void {
  assert(Object.keys(denoJson.tasks).includes(name ?? ""), name);
}

async function checkCommands(text: string): Promise<void> {
  for (const command of commandsOf(text)) {
    const [, check] = CHECKS.find(([start]) => start.test(command)) ?? [];
    assert(check !== undefined, `Nothing checks: ${command}`);
    if (typeof check === "string") assert(Deno.statSync(ROOT + check).isFile);
    else await check(wordsOf(command));
  }
}

/** JSON under these headings is none of the WebSocket protocol: other tests look at it. */
const OTHER_JSON: Readonly<Record<string, string>> = {
  "HTTP API": "tests/rest/readme_test.ts",
  "Operations: health, metrics, trace": "tests/metrics/health_test.ts",
  "Retentive memory": "tests/store/document_test.ts",
};

function checkJson({ heading, text }: Example): void {
  if (OTHER_JSON[heading] !== undefined) {
    assert(Deno.statSync(ROOT + OTHER_JSON[heading]).isFile);
    return;
  }
  // One in each line, or one in all of them.
  const messages = /^\{.*\}$/m.test(text) ? text.trim().split("\n") : [text];
  for (const message of messages) {
    assert(isMessage(JSON.parse(message)), message);
  }
}

/** How the examples of each language are checked. */
const LANGUAGES: Readonly<
  Record<string, (example: Example) => void | Promise<void>>
> = {
  // What programs print, and drawings.
  "": () => {},
  sh: ({ text }) => checkCommands(text),
  json: checkJson,
  jsonc: ({ text }) => void parseConfigFile("README.md", text),
  html: ({ text }) => assertEquals(text, page),
  js: ({ heading, text }) => {
    if (heading !== "Walk-through") new Function(text);
  },
  yaml: ({ text }) => {
    const [{ static_configs: [{ targets }] }] = parseYaml(text).scrape_configs;
    const port = CONFIG_FLAGS.find(({ name }) => name === "ws-port")!;
    assertEquals(targets, [`127.0.0.1:${port.default}`]);
  },
  // The README says that nobody has tried this.
  powershell: ({ text }) => assertStringIncludes(text, "--config "),
};

Deno.test({
  name: "README: every example is run or checked",
  ignore: !granted("read", "run", "env", "sys"),
  async fn(t) {
    assert(EXAMPLES.length > 20);
    for (const example of EXAMPLES) {
      const { language, heading, line } = example;
      await t.step(`line ${line}: ${language} in "${heading}"`, async () => {
        const check = LANGUAGES[language];
        assert(check !== undefined, `Nothing checks ${language}`);
        await check(example);
      });
    }
  },
});

Deno.test({
  name:
    "README: every flag that it names is one of the program, or of a command in it",
  permissions: "none",
  fn() {
    const own = [...CONFIG_FLAGS, FILE_FLAG, ...SWITCHES, ...CONFIG_SWITCHES]
      .map(({ name }) => name);
    // Those of Deno, of systemctl and of the tools in the tree.
    const others = ["allow-net", "import-map", "now", "target"];
    others.push("seconds", "minutes", "seed", "rounds");
    const named = [...README.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)]
      .map(([, name]) => name!);
    const unknown = new Set(
      named.filter((name) => !own.includes(name) && !others.includes(name)),
    );
    assertEquals([...unknown], []);
  },
});

Deno.test({
  name: "README: the table of flags has each, with its value and its default",
  permissions: "none",
  fn() {
    const rows = [
      ...README.matchAll(/^\| `--([\w-]+)(?: (\w+))?` +\| (.*?) +\|/gm),
    ]
      .map(([, name, value, preset]) => [name, value, preset]);
    const flags = [...CONFIG_FLAGS, FILE_FLAG].map((flag) => [
      flag.name,
      flag.value,
      flag.default,
    ]);
    const names = flags.map(([name]) => name);
    assertEquals(rows.filter(([name]) => names.includes(name)), flags);
  },
});

Deno.test({
  name: "README: it has each command",
  permissions: "none",
  fn() {
    for (const { name, operands } of COMMANDS) {
      const usage = ["modbus-ws-adapter", name, ...operands].join(" ");
      assertMatch(README, new RegExp(`^${RegExp.escape(usage)} `, "m"));
    }
  },
});

Deno.test({
  name: "README: the messages under Troubleshooting are those of the program",
  ignore: !granted("read"),
  fn() {
    const [, section] = /^## Troubleshooting\n([^]*?)^## /m.exec(README)!;
    const code = sources("src").map(({ text }) => text).join("\n");
    const rows = section!.split("\n").filter((line) => line.startsWith("| "));
    assert(rows.length > 10);
    const symptoms = rows.map((row) => row.split("|")[1]!);
    const quoted = symptoms.flatMap((text) =>
      [...text.matchAll(/`([^`]+)`/g)].flatMap(([, said]) => said!.split("…"))
    ).map((part) => part.trim()).filter((part) => / /.test(part));
    assert(quoted.length > 3);
    for (const part of quoted) {
      assert(code.includes(part.replace(/^: /, "")), part);
    }
  },
});
