/**
 * A client that stops reading while Modbus writes go on, and what it costs the
 * program. As a script it takes a full minute and prints what it found:
 *
 *     deno run -A tests/push/stalled.ts [--default-gc]
 *
 * @module
 */
import { BankModel } from "../bank/model.ts";
import { Program, ROOT, RUN } from "../testing/program.ts";
import { Gone, RawWebSocket } from "../testing/raw_web_socket.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import { Load } from "./load.ts";
import { apply } from "./replica.ts";

/**
 * Makes the program collect its garbage all the time. Left to itself it lets
 * tens of megabytes pile up before it looks, so that its memory tells what it
 * has used, not what it holds.
 */
const EAGER_GC =
  "--v8-flags=--gc-global,--min-semi-space-size=1,--max-semi-space-size=1";

/** Milliseconds from one burst of writes to the next. */
const PAUSE = 10;

/** Cells of each table that are written; some 100 at once make 600 bytes of text. */
const CELLS = 2000;
const LEAST = 90;
const MOST = 120;

/** Milliseconds between two looks at the program. */
const INTERVAL = 50;

/** Looks whose median counts: a second's. */
const LOOKS = 20;

/** Writes until code is compiled and the heap has its size. */
const WARM_UP = 25_000;

/** What it looks like. */
export interface StalledOptions {
  /** Writes in a second. The buffers of the system take some 4 MB before anything waits in the program. */
  readonly rate: number;
  /** Value of `--client-queue`. */
  readonly queue: string;
  /** Value of `--client-stall-timeout`, in seconds. */
  readonly stallTimeout: number;
  /** How long it goes on after the client has stopped reading, in seconds, at least until that is closed. */
  readonly seconds: number;
  /** Whether the program collects its garbage all the time. */
  readonly eagerGc: boolean;
}

/** What came of it. Memory is in KiB of resident set, the median of each second. */
export interface Stalled {
  /** Before the client stopped reading. */
  readonly before: number;
  /** Each second after that. */
  readonly after: readonly number[];
  /** The second of these in which it was closed. */
  readonly closedAt: number;
  /** Whether it got current values instead of changes in between. */
  readonly wasBehind: boolean;
  /** Code of the close frame, behind all that it did not read before. */
  readonly closeCode: number;
  /** Writes that were answered. */
  readonly answered: number;
  /** Answers that were wrong. */
  readonly wrong: number;
  /** The longest time that a burst of writes took to be answered, in milliseconds. */
  readonly slowest: number;
  /** What a client has that did read, and what was written. */
  readonly copies: readonly [got: BankModel, written: BankModel];
}

/** Runs the program with a client that stops reading. */
export async function stall(options: StalledOptions): Promise<Stalled> {
  await using program = Program.spawn(Deno.execPath(), [
    // Of flags that contradict each other, the last one counts.
    ...[...RUN.slice(0, -1), ...(options.eagerGc ? [EAGER_GC] : [])],
    ...RUN.slice(-1),
    ...["--modbus-port=0", "--ws-port=0", "--history=256K"],
    ...[`--client-queue=${options.queue}`],
    ...[`--client-stall-timeout=${options.stallTimeout}`],
  ], { cwd: ROOT });
  await program.ready();
  const job = { seed: 7, cells: CELLS, least: LEAST, most: MOST };
  using load = await Load.start(program.modbusAddr, {
    ...{ ...job, window: options.rate * PAUSE / 1000, pause: PAUSE },
  });
  // It reads everything; what it was told is looked at in the end.
  await using reader = await WsClient.open(program.wsUrl);
  await reader.ask({ type: "subscribe", meta: true });
  load.go();
  // What is done later is done once before: it needs code and memory of its own.
  {
    using brief = await RawWebSocket.open(program.wsUrl);
    for (let i = 0; i < LOOKS; i++) await brief.next();
  }
  while (load.answered < WARM_UP) {
    await health(program);
    await look(program, LOOKS / 4);
  }
  const before = median(await look(program, LOOKS));
  using stalled = await RawWebSocket.open(program.wsUrl);
  const after: number[] = [];
  let closedAt = 0;
  let wasBehind = false;
  while (closedAt === 0 || after.length < options.seconds) {
    after.push(median(await look(program, LOOKS)));
    const { clients, behind } = (await health(program)).websocket;
    if (behind > 0) wasBehind = true;
    if (clients === 1 && closedAt === 0) closedAt = after.length;
    if (after.length > options.seconds + 4 * options.stallTimeout + 60) break;
  }
  await load.stop();
  const { answered, wrong, slowest } = load;
  const written = new BankModel();
  load.leave(written);
  const got = new BankModel();
  for (let last = 0; last !== answered;) {
    const message = JSON.parse(await within(reader.next(), "the last write"));
    apply(got, message);
    // On a busy machine it may have been behind and got current values.
    if (!message.more) last = message.seq;
  }
  const closeCode = await readToClose(stalled);
  return {
    ...{ before, after, closedAt, wasBehind, closeCode },
    ...{ answered, wrong, slowest, copies: [got, written] },
  };
}

/** KiB of memory, several times. */
async function look(program: Program, times: number): Promise<number[]> {
  const found: number[] = [];
  while (found.length < times) {
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    const status = await Deno.readTextFile(`/proc/${program.pid}/status`);
    found.push(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]));
  }
  return found;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function health(
  program: Program,
): Promise<{ websocket: { clients: number; behind: number } }> {
  const url = new URL("/health", program.wsUrl.replace("ws:", "http:"));
  return await (await fetch(url)).json();
}

async function readToClose(client: RawWebSocket): Promise<number> {
  try {
    for (;;) {
      const { head, payload } = await client.nextFrame();
      if (head === 0x88) return (payload[0]! << 8) | payload[1]!;
    }
  } catch (error) {
    if (error instanceof Gone) return 0;
    throw error;
  }
}

if (import.meta.main) {
  const eagerGc = !Deno.args.includes("--default-gc");
  const { copies: _, ...found } = await stall({
    ...{ rate: 1000, queue: "1M", stallTimeout: 30, seconds: 60, eagerGc },
  });
  // deno-lint-ignore no-console
  console.log(found, "most:", Math.max(...found.after) - found.before, "KiB");
}
