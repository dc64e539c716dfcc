// What the README says of the HTTP API, done.
import { assert, assertEquals } from "@std/assert";
import { startApp } from "../testing/app.ts";
import { granted } from "../testing/permissions.ts";
import { call } from "./contract.ts";

const ignore = !granted("read");

/** Where the README says that the adapter is. */
const ORIGIN = "http://127.0.0.1:8765";

/** The README's commands, and the answers that it gives. */
async function example(): Promise<
  readonly [commands: string, answers: string]
> {
  const url = new URL("../../README.md", import.meta.url);
  const readme = await Deno.readTextFile(url);
  const block = (language: string) => `\`\`\`${language}\n(.*?)\`\`\``;
  const [, commands, answers] = new RegExp(
    `<!-- example: rest -->\\s+${block("sh")}\\s+answer\\s+${block("json")}`,
    "s",
  ).exec(readme) ?? [];
  assert(commands !== undefined && answers !== undefined);
  return [commands, answers];
}

/** The words of a line for a shell, as far as the README has them. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)]
    .map(([, double, single, plain]) => double ?? single ?? plain!);
}

/** What `curl` does. */
function request(args: readonly string[], origin: string) {
  const init: { method?: string; headers: Headers; body?: string } = {
    headers: new Headers(),
  };
  let url = "";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "-X") init.method = args[++i]!;
    else if (arg === "-d") init.body = args[++i]!;
    else if (arg === "-H") {
      const [name, value] = args[++i]!.split(": ") as [string, string];
      init.headers.set(name, value);
    } else {
      assert(arg.startsWith(ORIGIN), arg);
      url = arg.replace(ORIGIN, origin);
    }
  }
  return call(url, init);
}

Deno.test({
  name: "README: the commands of the HTTP API give the answers that it shows",
  ignore,
  async fn() {
    const [commands, answers] = await example();
    await using app = await startApp();
    const origin = app.url.replace("ws:", "http:").slice(0, -1);
    const expected = answers.trimEnd().split("\n");
    for (const line of commands.trimEnd().split("\n")) {
      const [program, ...args] = words(line);
      assertEquals(program, "curl");
      const { body } = await request(args, origin);
      assertEquals(JSON.stringify(body), expected.shift());
    }
    assertEquals(expected, []);
  },
});
