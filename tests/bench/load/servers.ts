/**
 * What is measured: running servers, ours and others, each a process of its own.
 * @module
 */
import { Program } from "../../testing/program.ts";
import { installPeers, type PeerRuntime } from "./packages.ts";

/** A running server. */
export interface Server extends AsyncDisposable {
  /** Process id. */
  readonly pid: number;
  /** Modbus port on loopback. */
  readonly modbusPort: number;
  /** WebSocket port on loopback; 0 when it has none. */
  readonly wsPort: number;
}

/** A kind of server: what a column of the table is. */
export interface Contender {
  /** Name of the column. */
  readonly name: string;
  /** Whether it is our program. */
  readonly ours: boolean;
  /** Whether it has a WebSocket side. */
  readonly fansOut: boolean;
  /** Starts one more of it; undefined when it is running already and not ours to start. */
  readonly start: (() => Promise<Server>) | undefined;
  /** The one that is under load. */
  readonly server: Server;
}

/** A server that was running before, and goes on running. */
export interface RunningPeer {
  /** Name of the column. */
  readonly name: string;
  /** Modbus port on loopback. */
  readonly modbusPort: number;
  /** WebSocket port on loopback; 0 when it has none. */
  readonly wsPort: number;
  /** Process id. */
  readonly pid: number;
}

/** The contenders, and what ends them. */
export class Contenders implements AsyncDisposable {
  /** Ours is the first. */
  readonly all: readonly Contender[];
  /** What runs those from npm; undefined when there are none. */
  readonly peerRuntime: string | undefined;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    all: readonly Contender[],
    peerRuntime: string | undefined,
    stack: AsyncDisposableStack,
  ) {
    this.all = all;
    this.peerRuntime = peerRuntime;
    this.#stack = stack;
  }

  /**
   * Starts all.
   *
   * @param peers Whether to start others than our program.
   * @param running What runs already.
   */
  static async start(
    peers: boolean,
    running: readonly RunningPeer[],
  ): Promise<Contenders> {
    await using stack = new AsyncDisposableStack();
    const all: Contender[] = [];
    let peerRuntime: string | undefined;
    const add = async (name: string, start: () => Promise<Server>) => {
      const server = stack.use(await start());
      const ours = all.length === 0;
      all.push({ name, ours, fansOut: server.wsPort > 0, start, server });
    };
    await add("ours", startOurs);
    if (peers) {
      const runtime = await installPeers();
      peerRuntime = runtime.name;
      stack.defer(() => Deno.remove(runtime.folder, { recursive: true }));
      await add("jsmodbus + ws", () => startPeer("jsmodbus.mjs", runtime));
      const script = "modbus_serial.mjs";
      await add("modbus-serial + ws", () => startPeer(script, runtime));
      await add("bare Deno loop", startLoop);
    }
    for (const { name, ...ports } of running) {
      const server = { ...ports, [Symbol.asyncDispose]: async () => {} };
      const fansOut = ports.wsPort > 0;
      all.push({ name, ours: false, fansOut, start: undefined, server });
    }
    return new Contenders(all, peerRuntime, stack.move());
  }

  /** Ends those that were started here. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

async function startOurs(): Promise<Server> {
  const program = await Program.serving();
  return {
    pid: program.pid,
    modbusPort: program.modbusAddr.port,
    wsPort: Number(new URL(program.wsUrl).port),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

function startPeer(
  script: string,
  { folder, command }: PeerRuntime,
): Promise<Server> {
  const [program, ...args] = command;
  return startScript(program, [...args, pathOf(`peers/${script}`), folder]);
}

function startLoop(): Promise<Server> {
  const path = pathOf("peers/deno_loop.ts");
  const args = ["run", "-q", "--no-prompt", "--allow-net", path];
  return startScript(Deno.execPath(), args);
}

/** Starts a script that says `ready`, its Modbus port and its WebSocket port. */
async function startScript(
  command: string,
  args: readonly string[],
): Promise<Server> {
  const program = Program.spawn(command, args);
  const died = program.ended.then(({ code, stderr }) => {
    throw new Error(`${args} ended with ${code}: ${stderr.join("\n")}`);
  });
  died.catch(() => {});
  const line = await Promise.race([program.stdout.until(/^ready /), died]);
  const [, modbusPort, wsPort] = line.split(" ").map(Number);
  return {
    pid: program.pid,
    modbusPort: modbusPort!,
    wsPort: wsPort!,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

function pathOf(file: string): string {
  return new URL(file, import.meta.url).pathname;
}
