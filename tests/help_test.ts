import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parseCommand } from "../src/command_line.ts";
import { envName } from "../src/config.ts";
import { COMMANDS } from "../src/commands.ts";
import {
  CONFIG_FLAGS,
  CONFIG_SWITCHES,
  FILE_FLAG,
  SWITCHES,
  TOPICS,
} from "../src/flags.ts";
import { helpText, subcommandHelpText } from "../src/help.ts";
import { surroundings } from "./testing/surroundings.ts";

const TEXT = helpText("1.2.3", COMMANDS);
const LINES = TEXT.split("\n");

/** The line of a flag and those that go on with its description, as one. */
function entry(name: string): string {
  const start = LINES.findIndex((line) =>
    new RegExp(`^ {2}(-\\w, | {4})--${name}( |$)`).test(line)
  );
  assert(start >= 0, `--${name} is missing`);
  const rest = LINES.slice(start + 1);
  const end = rest.findIndex((line) => !/^ {12}/.test(line));
  const lines = [LINES[start], ...rest.slice(0, end)];
  return lines.join(" ").replace(/\s+/g, " ").trim();
}

Deno.test({
  name:
    "helpText() begins with program and version, and ends with one line end",
  permissions: "none",
  fn() {
    assertEquals(LINES[0], "modbus-ws-adapter 1.2.3");
    assertMatch(TEXT, /[^\n]\n$/);
  },
});

Deno.test({
  name: "helpText() fits a terminal of 80 columns",
  permissions: "none",
  fn() {
    const texts = [TEXT, ...COMMANDS.map(subcommandHelpText)];
    for (const line of texts.join("").split("\n")) {
      assert(line.length <= 80, `${line.length} characters: ${line}`);
      assertEquals(line, line.trimEnd());
      assertMatch(line, /^[\x20-\x7e]*$/);
    }
  },
});

Deno.test("helpText() has", { permissions: "none" }, async (t) => {
  for (
    const { name, value, help, default: preset } of [
      ...CONFIG_FLAGS,
      FILE_FLAG,
    ]
  ) {
    await t.step(`--${name}, its value and its default`, () => {
      const end = preset === "" ? "" : ` (${preset})`;
      assertEquals(entry(name), `--${name} ${value} ${help}${end}`);
    });
  }
  for (const { name, short, help } of [...SWITCHES, ...CONFIG_SWITCHES]) {
    await t.step(`--${name} and its short form`, () => {
      const start = short === undefined ? "" : `-${short}, `;
      assertEquals(entry(name), `${start}--${name} ${help}`);
    });
  }
});

Deno.test({
  name: "helpText() has each flag once",
  permissions: "none",
  fn() {
    const flags = LINES.filter((line) => /^ {2}(-\w, | {4})--/.test(line));
    const all = [...CONFIG_FLAGS, FILE_FLAG, ...SWITCHES, ...CONFIG_SWITCHES];
    assertEquals(flags.length, all.length);
  },
});

Deno.test({
  name: "helpText() names the variable that stands for a flag",
  permissions: "none",
  fn() {
    assertStringIncludes(
      TEXT.replace(/\s+/g, " "),
      "--ws-port as MODBUS_WS_WS_PORT",
    );
    assertEquals(envName("ws-port"), "MODBUS_WS_WS_PORT");
  },
});

Deno.test({
  name: "helpText() shows the ports that are the defaults",
  permissions: "none",
  fn() {
    const command = parseCommand([], surroundings());
    assert(command.action === "run");
    const { wsPort, modbusPort, host } = command.config;
    assertStringIncludes(TEXT, `http://${host}:${wsPort}/`);
    assertStringIncludes(TEXT, `mbpoll -m tcp -p ${modbusPort} `);
  },
});

Deno.test({
  name: "helpText() groups the flags by topic",
  permissions: "none",
  fn() {
    const groups = TEXT.split("\n\n").filter((group) => /^ +--/m.test(group))
      .map((group) => [
        group.split(":\n")[0]!,
        Array.from(group.matchAll(/^ {6}--(\S+)/gm), ([, name]) => name!),
      ]);
    const topics = TOPICS.map(({ title, flags }) => [
      title,
      flags.map(({ name }) => name),
    ]);
    assertEquals(groups.slice(0, topics.length), topics);
  },
});

const COMMAND = {
  name: "copy",
  operands: ["FILE", "[PLACE]"],
  help:
    "copy a file to a place of your own choice, or to the usual one of them",
  flags: ["host"],
  run: () => Promise.resolve(0),
};

Deno.test({
  name: "helpText() lists the commands, if there are any",
  permissions: "none",
  fn() {
    assertEquals(helpText("1.2.3").includes("Commands"), false);
    const text = helpText("1.2.3", [COMMAND]);
    assertStringIncludes(text, "\n  copy FILE [PLACE]  copy a file ");
  },
});

Deno.test({
  name: "COMMANDS take flags that exist, and say what they do",
  permissions: "none",
  fn() {
    const names = CONFIG_FLAGS.map(({ name }) => name);
    for (const { name, flags, help } of COMMANDS) {
      assertMatch(name, /^[a-z]+$/);
      assertMatch(help, /^[^A-Z].*[^.]$/);
      assertEquals(flags.filter((flag) => !names.includes(flag)), [], name);
    }
  },
});

Deno.test({
  name: "subcommandHelpText() has usage, purpose and flags",
  permissions: "none",
  fn() {
    assertEquals(
      subcommandHelpText(COMMAND),
      `Usage: modbus-ws-adapter copy FILE [PLACE] [flags]

Copy a file to a place of your own choice, or to the usual one of them.

      --host ADDRESS  address that both servers listen on; 0.0.0.0 or :: for all
                      (127.0.0.1)
      --config FILE   take settings from this file, JSON with the names of the
                      flags
  -h, --help          show this help and exit
  -V, --version       show the version and exit
`,
    );
  },
});
