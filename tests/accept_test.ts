import { assertEquals } from "@std/assert";
import { connect } from "node:net";
import { acceptAll } from "../src/accept.ts";
import { nextTurn } from "../src/pause.ts";
import { fromHex } from "./testing/hex.ts";
import { TestLog } from "./testing/log.ts";
import { ModbusClient } from "./testing/modbus_client.ts";
import { granted } from "./testing/permissions.ts";
import { Program } from "./testing/program.ts";
import { within } from "./testing/within.ts";

const { NotConnected, ConnectionReset, ConnectionAborted } = Deno.errors;
const GONE = [NotConnected, ConnectionReset, ConnectionAborted]
  .map((Gone) => new Gone("gone"));
const SHORT = new Error("Too many open files (os error 24)");
const NOT_FOR_NOW =
  `error No X connection can be accepted for now: Error: ${SHORT.message}`;
const AGAIN = "info X connections are accepted again";

/** What a listener has: connections, named by numbers, and errors. */
type Coming = number | Error;

for (
  const { name, coming, opened, failed, lines } of [
    { name: "connections", coming: [1, 2], opened: [1, 2], failed: 0 },
    { name: "those who have gone", coming: [...GONE, 1], failed: 3 },
    {
      ...{ name: "a shortage", coming: [SHORT, SHORT, 1, 2], opened: [1, 2] },
      ...{ failed: 2, lines: [NOT_FOR_NOW, AGAIN] },
    },
    {
      ...{ name: "one gone in a shortage", coming: [SHORT, GONE[0], SHORT, 1] },
      ...{ failed: 3, lines: [NOT_FOR_NOW, AGAIN] },
    },
    {
      ...{ name: "two shortages", coming: [SHORT, 1, SHORT, 2] },
      ...{ opened: [1, 2], failed: 2 },
      lines: [NOT_FOR_NOW, AGAIN, NOT_FOR_NOW, AGAIN],
    },
  ] as {
    readonly name: string;
    readonly coming: readonly Coming[];
    readonly opened?: readonly number[];
    readonly failed: number;
    readonly lines?: readonly string[];
  }[]
) {
  Deno.test(`acceptAll: ${name}`, { permissions: "none" }, async () => {
    const left = [...coming];
    const got: number[] = [];
    const log = new TestLog();
    let failures = 0;
    await acceptAll({
      accept() {
        const next = left.shift();
        if (next instanceof Error) return Promise.reject(next);
        if (next !== undefined) return Promise.resolve(next as never);
        return Promise.reject(new Deno.errors.BadResource("closed"));
      },
    }, {
      name: "X",
      open: (conn) => void got.push(conn as never),
      failed: () => failures++,
      isOver: () => left.length === 0 && got.at(-1) === coming.at(-1),
      log: log.log,
    });
    assertEquals([got, failures, log.all], [
      opened ?? [1],
      failed,
      lines ?? [],
    ]);
  });
}

Deno.test("acceptAll: one is accepted when the one before is taken over", {
  permissions: "none",
}, async () => {
  const events: string[] = [];
  let isOver = false;
  await acceptAll({
    accept() {
      events.push("accept");
      return Promise.resolve({} as Deno.TcpConn);
    },
  }, {
    name: "X",
    async open() {
      events.push("open");
      await nextTurn();
      events.push("taken over");
      isOver = events.length === 6;
    },
    failed: () => {},
    isOver: () => isOver,
    log: () => {},
  });
  const each = ["accept", "open", "taken over"];
  assertEquals(events, [...each, ...each]);
});

Deno.test("acceptAll: the end of the listener is no failure", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const log = new TestLog();
  let [failures, isOver] = [0, false];
  const accepting = acceptAll(listener, {
    ...{ name: "X", open: () => {}, isOver: () => isOver, log: log.log },
    failed: () => failures++,
  });
  isOver = true;
  listener.close();
  await within(accepting, "The end");
  assertEquals([failures, log.all], [0, []]);
});

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
const VISITORS = 20;

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
      await Promise.all(
        Array.from({ length: VISITORS }, () => comeAndGo(port)),
      );
    }
    program.kill("SIGCONT");
    // Who is answered behind them says that they have been seen.
    using client = await ModbusClient.connect(program.modbusAddr);
    await client.request(fromHex("03 0000 0001"));
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    const metrics = await response.text();
    const counted = /^modbus_accept_errors_total (\d+)$/m.exec(metrics)?.[1];
    assertEquals([counted, program.stderr.all], [`${VISITORS}`, []]);
  },
});
