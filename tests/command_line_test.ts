// Commands on the command line; flags alone: tests/config_test.ts.
import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Subcommand } from "../src/command.ts";
import { parseCommand } from "../src/command_line.ts";
import { type Config, ConfigError } from "../src/config.ts";
import { testConfig } from "./testing/app.ts";
import { surroundings } from "./testing/surroundings.ts";

/** Commands of each kind. */
const COMMANDS: readonly Subcommand[] = [
  ["export", ["FILE"], ["host", "allow-origin"]],
  ["health", ["[URL]"], []],
].map(([name, operands, flags]) => ({
  name: name as string,
  operands: operands as string[],
  help: "",
  flags: flags as string[],
  run: () => Promise.resolve(0),
}));

const [EXPORT, HEALTH] = COMMANDS;

const DEFAULTS = testConfig({ modbusPort: 8502, wsPort: 8765 });

function calling(args: readonly string[], env: Record<string, string> = {}) {
  return parseCommand(args, { ...surroundings(env), subcommands: COMMANDS });
}

Deno.test("parseCommand() calls", { permissions: "none" }, async (t) => {
  const origins = ["https://a.example", "https://b.example"];
  const rows: readonly (readonly [
    string[],
    Subcommand | undefined,
    string[],
    Partial<Config>,
  ])[] = [
    [["export", "f"], EXPORT, ["f"], {}],
    [["export", "--host", "::1", "f"], EXPORT, ["f"], { host: "::1" }],
    [["export", "f", "--host=::1"], EXPORT, ["f"], { host: "::1" }],
    [
      ["export", "007", ...origins.map((o) => `--allow-origin=${o}`)],
      EXPORT,
      ["007"],
      { allowOrigin: origins },
    ],
    [["export", "--", "--host"], EXPORT, ["--host"], {}],
    [["export", "health"], EXPORT, ["health"], {}],
    [["export", ""], EXPORT, [""], {}],
    [["health"], HEALTH, [], {}],
    [["health", "http://a/"], HEALTH, ["http://a/"], {}],
  ];
  for (const [args, subcommand, operands, config] of rows) {
    await t.step(args.join(" "), () => {
      assertEquals(calling(args), {
        action: "subcommand",
        subcommand: subcommand!,
        operands,
        config: { ...DEFAULTS, ...config },
      });
    });
  }
  await t.step("with the environment", () => {
    const command = calling(["health"], { MODBUS_WS_WS_PORT: "1" });
    assert(command.action === "subcommand");
    assertEquals(command.config.wsPort, 1);
  });
  await t.step("nothing when there are flags alone", () => {
    const config = { ...DEFAULTS, host: "::1" };
    assertEquals(calling(["--host=::1"]), { action: "run", config });
  });
});

Deno.test({
  name: "parseCommand() is asked for the help of a command",
  permissions: "none",
  fn() {
    for (const args of [["--help"], ["-h"], ["f", "g", "--help"]]) {
      const command = calling(["export", ...args]);
      assertEquals(command, { action: "help", subcommand: EXPORT! });
    }
    assertEquals(calling(["export", "--version"]), { action: "version" });
    assertEquals(calling(["--help"]), { action: "help" });
  },
});

/** Arguments, and the whole line that is said about them. */
const WRONG_CALLS: readonly (readonly [string[], string])[] = [
  [["exprot", "f"], '"exprot" is not a command: there are export, health'],
  [["EXPORT"], '"EXPORT" is not a command: there are export, health'],
  [[""], '"" is not a command: there are export, health'],
  [["export"], '"export" needs FILE'],
  [["export", "--host=a"], '"export" needs FILE'],
  [["export", "f", "g"], '"g" is too much: it is "export FILE"'],
  [["health", "u", "v"], '"v" is too much: it is "health [URL]"'],
  [["export", "f", "--ws-port=1"], '--ws-port is not a flag of "export"'],
  [["health", "--host", "a"], '--host is not a flag of "health"'],
  [["export", "-x"], '-x is not a flag of "export"'],
  [["export", "-"], '- is not a flag of "export"'],
  [["export", "f", "--host="], "--host needs a value"],
  [
    ["--host=a", "export", "f"],
    '"export" is not understood: there are only flags',
  ],
];

Deno.test(
  "parseCommand() refuses to call",
  { permissions: "none" },
  async (t) => {
    for (const [args, expected] of WRONG_CALLS) {
      await t.step(JSON.stringify(args), () => {
        const { message } = assertThrows(() => calling(args), ConfigError);
        assertEquals(message, expected);
      });
    }
  },
);
