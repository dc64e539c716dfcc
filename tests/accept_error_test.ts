import { assertEquals } from "@std/assert";
import { connect } from "node:net";
import { hasGone } from "../src/accept_error.ts";
import { nextTurn } from "../src/pause.ts";
import { fromHex } from "./testing/hex.ts";
import { ModbusClient } from "./testing/modbus_client.ts";
import { granted } from "./testing/permissions.ts";
import { Program } from "./testing/program.ts";
import { within } from "./testing/within.ts";

const { NotConnected, ConnectionReset, ConnectionAborted } = Deno.errors;
const { AddrInUse, PermissionDenied } = Deno.errors;

for (
  const [error, expected] of [
    [new NotConnected(), true],
    [new ConnectionReset(), true],
    [new ConnectionAborted(), true],
    [new Error("Too many open files (os error 24)"), false],
    [new AddrInUse(), false],
    [new PermissionDenied(), false],
    [undefined, false],
  ] as const
) {
  Deno.test(`hasGone(${error}) is ${expected}`, { permissions: "none" }, () => {
    assertEquals(hasGone(error), expected);
  });
}

/** Connects, and cuts the connection with a reset. */
function comeAndGo(port: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("connect", () => socket.resetAndDestroy());
  socket.on("close", () => resolve());
  return within(promise, "The end of a connection");
}

/** Stops a process, and resolves when each of its threads stands still. */
async function halt(program: Program): Promise<void> {
  program.kill("SIGSTOP");
  const tasks = `/proc/${program.pid}/task`;
  // The state comes behind the name, which is in brackets.
  const isRunning = ({ name }: Deno.DirEntry) =>
    !/\) [tT] /.test(Deno.readTextFileSync(`${tasks}/${name}/stat`));
  while ([...Deno.readDirSync(tasks)].some(isRunning)) await nextTurn();
}

/** Clients that have gone before they are accepted. */
const GONE = 20;

Deno.test({
  name: "those who have gone before they are accepted keep nobody waiting",
  ignore: Deno.build.os !== "linux" || !granted("read", "run"),
  async fn() {
    await using program = await Program.serving(["--ws-allow=127.0.0.1"]);
    const { port } = new URL(program.wsUrl);
    const ports = [program.modbusAddr.port, Number(port)];
    // While it stands still, nobody is accepted.
    await halt(program);
    for (const port of ports) {
      await Promise.all(Array.from({ length: GONE }, () => comeAndGo(port)));
    }
    program.kill("SIGCONT");
    // Who is answered behind them says that they have been seen.
    using client = await ModbusClient.connect(program.modbusAddr);
    await client.request(fromHex("03 0000 0001"));
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const metrics = await response.text();
    const counted = /^modbus_accept_errors_total (\d+)$/m.exec(metrics)?.[1];
    assertEquals([counted, program.stderr.all], [`${GONE}`, []]);
  },
});
