/**
 * The soak: chaos for as long as you like, and what it leaves behind.
 * @module
 */
import { type Change, connect } from "../../src/client/client.js";
import { pause } from "../../src/pause.ts";
import { BankModel, SIZE, TABLES } from "../bank/model.ts";
import { apply, TYPES } from "../push/replica.ts";
import { IMPORT_MAP_FLAGS, Program, ROOT } from "../testing/program.ts";
import { Random } from "../testing/random.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";
import type { Place, Visits } from "./chaos.ts";
import type { ToChaos } from "./chaos_worker.ts";
import { Plc } from "./plc.ts";

/** How to soak. */
export interface SoakOptions {
  /** Milliseconds of chaos. */
  readonly time: number;
  /** Milliseconds of chaos before anything is measured: code is compiled, and the heap gets its size. */
  readonly warmUp: number;
  /** Milliseconds from one death of the Modbus thread to the next, at most. */
  readonly killEvery: number;
  /** Milliseconds between two reports. */
  readonly reportEvery: number;
  /** Seed of everything random but for time. */
  readonly seed: number;
  /** Hostile clients at a time. */
  readonly parallel: number;
  /** Milliseconds that those of them stay who do nothing. */
  readonly longest: number;
  /** Is told of the figures. */
  readonly report: (figures: Figures) => void;
}

/** What is known at one moment. */
export interface Figures {
  /** `before` and `after`: without the chaos, garbage collected. */
  readonly when: "before" | "during" | "after";
  /** Seconds since the beginning. */
  readonly seconds: number;
  /** KiB of memory in RAM. */
  readonly memory: number;
  /** KiB of the main thread's heap; undefined during the chaos. */
  readonly heap: number | undefined;
  /** Open descriptors. */
  readonly descriptors: number;
  /** Answers of the well-behaved Modbus client since the last figures. */
  readonly answers: number;
  /** Milliseconds in which 99 of 100 of these were there. */
  readonly p99: number;
  /** Milliseconds of the slowest. */
  readonly slowest: number;
  /** How many of them took more than a second. */
  readonly late: number;
  /** What was wrong with answers. */
  readonly wrong: readonly string[];
  /** Connections of that client that were lost. */
  readonly lost: number;
  /** Milliseconds of the longest time without one, until the first answer. */
  readonly longestGap: number;
  /** How often the Modbus thread was killed. */
  readonly kills: number;
}

/** What came of it. */
export interface Soaked {
  /** All figures, in order. */
  readonly figures: readonly Figures[];
  /** What the well-behaved browsers have otherwise than the bank in the end. */
  readonly differences: readonly string[];
  /** Visits of the hostile clients. */
  readonly visits: Visits;
  /** Lines of the program's log that tell of an error, but for the deaths that were asked for. */
  readonly errors: readonly string[];
}

/** Runs the soak. */
export async function soak(options: SoakOptions): Promise<Soaked> {
  await using program = Program.spawn(Deno.execPath(), [
    ...["run", "-q", ...IMPORT_MAP_FLAGS, "-A", "tests/soak/program.ts"],
  ], { cwd: ROOT, env: { NO_COLOR: "1" } });
  await program.ready();
  const run = new Run(program, options);
  return await run.finish();
}

class Run {
  readonly #program: Program;
  readonly #options: SoakOptions;
  readonly #place: Place;
  readonly #random: Random;
  readonly #figures: Figures[] = [];
  readonly #begin = performance.now();
  #kills = 0;
  #heaps = 0;

  constructor(program: Program, options: SoakOptions) {
    this.#program = program;
    this.#options = options;
    const { modbusAddr, wsUrl } = program;
    this.#place = { modbusAddr, wsUrl, longest: options.longest };
    this.#random = new Random(options.seed);
  }

  async finish(): Promise<Soaked> {
    const { time, warmUp } = this.#options;
    const { wsUrl, modbusAddr } = this.#place;
    const plc = await Plc.connect(modbusAddr, this.#random);
    await using follower = await Follower.connect(wsUrl);
    const running = plc.run();
    await this.#rage(warmUp, plc, false);
    await this.#measure("before", plc);
    const visits = await this.#rage(time, plc, true);
    await this.#measure("after", plc);
    plc.stop();
    await running;
    const differences = await within(follower.compare(plc), "The last values");
    plc.close();
    const errors = this.#program.stderr.all
      .filter((line) => /^\S+Z ERROR/.test(line))
      .filter((line) => !line.includes("thrown by order"));
    return { figures: this.#figures, differences, visits, errors };
  }

  /** Chaos, in which the Modbus thread dies now and then. */
  async #rage(time: number, plc: Plc, reports: boolean): Promise<Visits> {
    const { killEvery, reportEvery, parallel, seed } = this.#options;
    const url = new URL("./chaos_worker.ts", import.meta.url);
    const worker = new Worker(url, { type: "module" });
    const done = Promise.withResolvers<Visits>();
    worker.onmessage = ({ data }) => done.resolve(data);
    const say = (message: ToChaos) => worker.postMessage(message);
    say({ place: this.#place, parallel, seed });
    const end = performance.now() + time;
    let reportAt = performance.now() + reportEvery;
    let killAt = performance.now() + this.#random.int(killEvery);
    for (let now = 0; now < end; now = performance.now()) {
      const next = Math.min(end, killAt, reportAt);
      await pause(Math.max(0, next - performance.now()));
      if (performance.now() >= killAt) {
        this.#kills++;
        this.#program.kill("SIGUSR2");
        killAt += killEvery / 2 + this.#random.int(killEvery / 2);
      }
      if (performance.now() >= reportAt) {
        if (reports) this.#note("during", plc, undefined);
        reportAt += reportEvery;
      }
    }
    say("stop");
    const visits = await within(done.promise, "The end of the chaos");
    worker.terminate();
    return visits;
  }

  /** Waits until those who came are gone, has the garbage collected, and looks. */
  async #measure(when: "before" | "after", plc: Plc): Promise<void> {
    await within(this.#quiet(), "The hostile clients to be gone");
    const heap = await this.#heap();
    // The program is told of the end of a connection a little after its other side.
    const before = this.#figures.find(({ when }) => when === "before");
    const most = before?.descriptors ?? Infinity;
    for (let tries = 0; tries < 50 && this.#descriptors() > most; tries++) {
      await pause(100);
    }
    this.#note(when, plc, heap);
  }

  async #quiet(): Promise<void> {
    for (;;) {
      const { modbus, websocket } = await this.#health();
      const { connectionsOpen } = modbus;
      if (connectionsOpen === 1 && websocket.clients === 2) return;
      await pause(50);
    }
  }

  async #health(): Promise<
    { modbus: { connectionsOpen: number }; websocket: { clients: number } }
  > {
    const url = new URL("/health", this.#place.wsUrl.replace("ws:", "http:"));
    // One that is kept for later would count among the descriptors.
    using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
    return await (await fetch(url, { client })).json();
  }

  /** KiB that the main thread's objects take, when the garbage is collected. */
  async #heap(): Promise<number> {
    const count = ++this.#heaps;
    this.#program.kill("SIGUSR1");
    const lines = () =>
      this.#program.stdout.all.filter((line) => line.startsWith("heap "));
    while (lines().length < count) await pause(10);
    return Math.round(Number(lines()[count - 1]!.slice(5)) / 1024);
  }

  #descriptors(): number {
    return [...Deno.readDirSync(`/proc/${this.#program.pid}/fd`)].length;
  }

  #note(when: Figures["when"], plc: Plc, heap: number | undefined): void {
    const { times, late, wrong, lost, longestGap } = plc.takeFigures();
    times.sort((a, b) => a - b);
    const { pid } = this.#program;
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    const figures: Figures = {
      ...{ when, heap, late, wrong, lost, longestGap, kills: this.#kills },
      seconds: (performance.now() - this.#begin) / 1000,
      memory: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]),
      descriptors: this.#descriptors(),
      answers: times.length,
      p99: times[Math.floor(times.length * 0.99)] ?? 0,
      slowest: times.at(-1) ?? 0,
    };
    this.#figures.push(figures);
    this.#options.report(figures);
  }
}

/** Two well-behaved browsers: one with the client module, one that only listens, as the original's did. */
class Follower implements AsyncDisposable {
  readonly #client: ReturnType<typeof connect>;
  readonly #listener: WsClient;
  readonly #copies = [new BankModel(), new BankModel()] as const;
  readonly #listening: Promise<void>;

  private constructor(url: string, listener: WsClient) {
    this.#client = connect(url);
    this.#client.subscribe(undefined, ({ table, address, values }: Change) => {
      const type = `set${table.charAt(0).toUpperCase()}${table.slice(1)}`;
      apply(this.#copies[0], { type, address, value: values });
    });
    this.#listener = listener;
    this.#listening = this.#listen();
  }

  static async connect(url: string): Promise<Follower> {
    return new Follower(url, await WsClient.open(url));
  }

  /** Where the copies differ from what a Modbus client reads, once that has come to rest. */
  async compare(plc: Plc): Promise<string[]> {
    for (let tries = 0;; tries++) {
      const found: string[] = [];
      for (let table = 0; table < TABLES; table++) {
        const bank = await plc.readTable(table);
        for (const [i, copy] of this.#copies.entries()) {
          const wrong = bank.flatMap((value, at) =>
            value === copy.tables[table]![at] ? [] : [at]
          );
          if (wrong.length === 0) continue;
          const name = ["client module", "listener"][i];
          found.push(
            `${name}: ${wrong.length} of ${SIZE} of ${TYPES[table]} differ`,
          );
        }
      }
      // What is on its way takes a moment.
      if (found.length === 0 || tries === 20) return found;
      await pause(100);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client.close();
    await this.#listener.close();
    await this.#listening;
  }

  async #listen(): Promise<void> {
    try {
      for (;;) apply(this.#copies[1], await this.#listener.nextJson());
    } catch {
      // It is closed.
    }
  }
}
