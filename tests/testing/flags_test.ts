import { assertEquals, assertThrows } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { Flags } from "./flags.ts";
import { granted } from "./permissions.ts";
import { IMPORT_MAP_FLAGS, Program, ROOT } from "./program.ts";

Deno.test({
  name: "Flags gives what was given, and refuses the rest",
  permissions: "none",
  fn() {
    const names = ["seconds", "target"];
    const flags = new Flags(["--seconds", "1.5", "--target=ws"], names);
    assertEquals(flags.number("seconds"), 1.5);
    assertEquals(flags.oneOf("target", ["ws", "cli"]), "ws");
    assertThrows(() => flags.oneOf("target", ["cli"]), TypeError, "one of cli");
    assertThrows(() => flags.number("target"), TypeError, 'not "ws"');
    assertThrows(
      () => new Flags(["--sedonds=1"], names),
      TypeError,
      "--target",
    );
    const none = new Flags([], names);
    assertEquals(none.number("seconds"), undefined);
    assertEquals(none.oneOf("target", []), undefined);
  },
});

/** The tools by the name of their task. */
const TOOLS = Object.entries(config.tasks).flatMap(([task, entry]) => {
  const command = typeof entry === "string" ? entry : entry.command;
  const [script] = command.match(/tests\/\S+\/main\.ts/) ?? [];
  return script === undefined ? [] : [[task, script] as const];
});

Deno.test({
  name:
    "deno task --help of the tools says what flags there are, and does nothing",
  ignore: !granted("run"),
  async fn(t) {
    assertEquals(TOOLS.length, 6);
    for (const [task, script] of TOOLS) {
      await t.step(task, async () => {
        const run = ["run", "-q", ...IMPORT_MAP_FLAGS, "-A", script];
        await using tool = Program.spawn(Deno.execPath(), [...run, "--help"], {
          cwd: ROOT,
        });
        const { code, stdout, stderr } = await tool.ended;
        assertEquals([code, stderr], [0, []]);
        assertEquals(stdout[0], `deno task ${task} [flags]`);
        assertEquals(
          stdout.slice(1).some((line) => /^ {2}--\w/.test(line)),
          true,
        );
      });
    }
  },
});
