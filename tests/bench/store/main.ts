/**
 * What retentive memory costs: writes without a store, with relaxed and with
 * strict durability, in turns: `deno task bench:store --rounds 5 --seconds 3`.
 *
 * The data file is in the folder of temporary files: set TMPDIR to a folder of
 * the disk that is meant.
 * @module
 */
import { parseArgs } from "node:util";
import { DataFolder } from "../../store/data_folder.ts";
import { answerHelp } from "../../testing/flags.ts";
import { Program } from "../../testing/program.ts";
import { measureModbus } from "../load/measure.ts";
import type { Server } from "../load/servers.ts";
import { median } from "../load/statistics.ts";
import { formatNumber, formatTable } from "../load/table.ts";

// deno-lint-ignore no-console
const print = console.log;

/** What is measured beside each other: flags, with the file of each added. */
const CONTENDERS: readonly { name: string; flags: readonly string[] }[] = [
  { name: "no store", flags: [] },
  { name: "relaxed", flags: ["--durability=relaxed"] },
  { name: "strict", flags: ["--durability=strict"] },
];

const LOADS = [1, 64];

const FIGURES = ["requests/s", "p50 µs", "p99 µs"];

answerHelp(
  Deno.args,
  `deno task bench:store [flags]
  --rounds N           how often each case is measured (5)
  --seconds S          for each measurement (3)
`,
);

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

await using stack = new AsyncDisposableStack();
const servers = new Map<string, Server>();
for (const { name, flags } of CONTENDERS) {
  const folder = stack.use(new DataFolder());
  const data = flags.length === 0 ? [] : [`--data=${folder.file}`];
  const program = stack.use(await Program.serving([...flags, ...data]));
  servers.set(name, {
    pid: program.pid,
    modbusPort: program.modbusAddr.port,
    wsPort: 0,
    [Symbol.asyncDispose]: async () => {},
  });
}

/** Figures of each load and contender: a list for each round. */
const measured = new Map<string, number[][]>();
const faults: string[] = [];
let others = 0;
for (let round = 0; round < rounds; round++) {
  for (const connections of LOADS) {
    for (let i = 0; i < CONTENDERS.length; i++) {
      const { name } = CONTENDERS[(i + round) % CONTENDERS.length]!;
      const shape = { functionCode: 16, address: 500, quantity: 20 } as const;
      const outcome = await measureModbus(
        servers.get(name)!,
        { ...shape, connections, depth: 1 },
        seconds,
        ({ latency }, elapsed) => [
          latency.count / elapsed,
          latency.percentile(0.5) * 1000,
          latency.percentile(0.99) * 1000,
        ],
      );
      measured.getOrInsertComputed(`${connections} ${name}`, () => [])
        .push([...outcome.figures]);
      faults.push(...outcome.faults.map((fault) => `${name}: ${fault}`));
      const { cost } = outcome;
      if (cost !== undefined) others += cost.others / cost.elapsed;
    }
  }
}

const table = [
  ["FC16 × 20", ...CONTENDERS.map(({ name }) => name), "relaxed / no store"],
  ...LOADS.flatMap((connections) =>
    FIGURES.map((figure, i) => {
      const all = CONTENDERS.map(({ name }) =>
        measured.get(`${connections} ${name}`)!.map((figures) => figures[i]!)
      );
      const ratio = median(all[1]!.map((value, k) => value / all[0]![k]!));
      return [
        `${connections} connection${connections > 1 ? "s" : ""}, ${figure}`,
        ...all.map((values) => formatNumber(median(values))),
        formatNumber(ratio),
      ];
    })
  ),
];
print(
  `Medians of ${rounds} rounds of ${seconds} s, in turns; the ratio is the median of those of each round.`,
);
const runs = rounds * LOADS.length * CONTENDERS.length;
print(`Other programs used ${(others / runs).toFixed(2)} cores meanwhile.\n`);
print(formatTable(table));
for (const fault of faults) print(fault);
if (faults.length > 0) Deno.exit(1);
