/**
 * Soaks for as long as you like, and prints figures before, during and after:
 *
 *     deno task soak [--minutes N] [--seed S]
 *
 * Ends with 1 when a promise was broken. Linux.
 * @module
 */
import { answerHelp, Flags } from "../testing/flags.ts";
import { brokenPromises } from "./promises.ts";
import { type Figures, soak } from "./soak.ts";

// deno-lint-ignore no-console
const print = console.log;

const HELP = `deno task soak [flags]
  --minutes N          how long (10)
  --seed S             of what clients do; any unless given
`;

const HEAD =
  "when    seconds  RSS KiB  heap KiB  fds  answers  p99 ms  max ms  late  wrong  lost  gap ms  kills";

function line(figures: Figures): string {
  const { when, seconds, memory, heap, descriptors, answers } = figures;
  const { p99, slowest, late, wrong, lost, longestGap, kills } = figures;
  const cells: (readonly [value: unknown, width: number])[] = [
    ...[[seconds.toFixed(0), 7], [memory, 7], [heap ?? "", 8]] as const,
    ...[[descriptors, 3], [answers, 7], [p99.toFixed(1), 6]] as const,
    ...[[slowest.toFixed(1), 6], [late, 4], [wrong.length, 5]] as const,
    ...[[lost, 4], [longestGap.toFixed(0), 6], [kills, 5]] as const,
  ];
  const texts = cells.map(([value, width]) => `${value}`.padStart(width));
  return [when.padEnd(6), ...texts].join("  ");
}

if (import.meta.main) {
  answerHelp(Deno.args, HELP);
  const flags = new Flags(Deno.args, ["minutes", "seed"]);
  const minutes = flags.number("minutes") ?? 10;
  const seed = flags.number("seed") ?? Date.now() % 1_000_000;
  print(`seed ${seed}`);
  print(HEAD);
  const soaked = await soak({
    ...{ seed, time: minutes * 60_000, warmUp: 20_000 },
    ...{ killEvery: 20_000, reportEvery: 30_000, parallel: 20 },
    longest: 6000,
    report: (figures) => print(line(figures)),
  });
  print(`visits: ${JSON.stringify(soaked.visits)}`);
  const broken = brokenPromises(soaked);
  for (const promise of broken) print(`BROKEN: ${promise}`);
  if (broken.length === 0) print("all promises kept");
  Deno.exit(broken.length === 0 ? 0 : 1);
}
