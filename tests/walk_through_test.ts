// The README's walk-through, step by step, with the real mbpoll.
import { assertEquals } from "@std/assert";
import { startApp, type TestApp } from "./testing/app.ts";
import { hasCommand } from "./testing/commands.ts";
import { granted } from "./testing/permissions.ts";
import { commandsOf, examplesUnder, wordsOf } from "./testing/readme.ts";
import { within } from "./testing/within.ts";

const ignore = !granted("read", "run") || !hasCommand("mbpoll", ["-V"]);

const HEADING = "Walk-through";

/** Runs a command for mbpoll on the program's real port. Returns what it found. */
async function mbpoll(text: string, { modbusAddr }: TestApp): Promise<string> {
  const [command, ...rest] = commandsOf(text);
  assertEquals(rest, []);
  const [program, ...args] = wordsOf(command!);
  const port = String(modbusAddr.port);
  const { success, stdout } = await new Deno.Command(program!, {
    args: args.map((arg) => arg === "8502" ? port : arg),
  }).output();
  assertEquals(success, true);
  const lines = new TextDecoder().decode(stdout).split("\n");
  return lines.filter((line) => line.startsWith("[")).join("\n");
}

Deno.test({
  name: "README: the walk-through goes as it says",
  ignore,
  async fn() {
    await using app = await startApp();
    const [listen, send] = examplesUnder(HEADING, "js");
    const [write, read] = examplesUnder(HEADING, "sh");
    const [printed] = examplesUnder(HEADING, "json");
    const [found] = examplesUnder(HEADING, "");

    const line = Promise.withResolvers<string>();
    const console = { log: line.resolve };
    const script = listen!.replace("ws://127.0.0.1:8765/", app.url);
    const run = new Function("console", `${script}; return ws;`);
    const ws: WebSocket = run(console);
    await new Promise((resolve) => ws.onopen = resolve);
    // It is heard from the moment that it asks for anything.
    const { onmessage } = ws;
    const pong = new Promise((resolve) => ws.onmessage = resolve);
    ws.send('{"type":"ping"}');
    await within(pong, "a pong");
    ws.onmessage = onmessage;

    await mbpoll(write!, app);
    assertEquals(
      JSON.parse(await within(line.promise, "a line")),
      JSON.parse(printed!),
    );

    new Function("ws", send!)(ws);
    // What comes behind it finds it done.
    const done = new Promise((resolve) => ws.onmessage = resolve);
    ws.send('{"type":"ping"}');
    await within(done, "a pong");
    assertEquals(await mbpoll(read!, app), found!.trimEnd());

    const closed = new Promise((resolve) => ws.onclose = resolve);
    ws.close();
    await closed;
  },
});
