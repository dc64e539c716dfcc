/**
 * The rounds: every case on every contender, in turns.
 * @module
 */
import { type Case, CASES } from "./cases.ts";
import type { BenchOptions } from "./options.ts";
import { faultsOf, report } from "./report.ts";
import { Results } from "./results.ts";
import { type Contender, Contenders } from "./servers.ts";

/** What a benchmark has given. */
export interface BenchOutcome {
  /** The report, in Markdown. */
  readonly report: string;
  /** The figures. */
  readonly results: Results;
  /** The cases that were measured. */
  readonly cases: readonly Case[];
  /** What went wrong with our program. */
  readonly faults: readonly string[];
}

/**
 * Starts the servers, measures, ends them.
 *
 * @param progress Is told what is going on.
 * @throws {TypeError} If no case has such a name.
 */
export async function bench(
  options: BenchOptions,
  progress: (text: string) => void,
): Promise<BenchOutcome> {
  const { rounds, seconds, only, peers, running } = options;
  const cases = CASES.filter(({ name }) =>
    only.length === 0 || only.some((begin) => name.startsWith(begin))
  );
  if (cases.length === 0) {
    const names = CASES.map(({ name }) => name).join(", ");
    throw new TypeError(`There is no such case: there are ${names}`);
  }
  progress(peers ? "installing and starting servers" : "starting our program");
  await using contenders = await Contenders.start(peers, running);
  const { all, peerRuntime } = contenders;
  const results = new Results();
  for (let round = 0; round < rounds; round++) {
    for (const one of cases) {
      progress(`round ${round + 1} of ${rounds}: ${one.name}`);
      for (const contender of rotated(all, round)) {
        if (!one.fits(contender)) continue;
        const outcome = await one.run(contender, seconds);
        results.add(one, contender.name, round, outcome);
      }
    }
  }
  const names = all.map(({ name }) => name);
  const lines = [await circumstances(options, peerRuntime)];
  const others = results.othersCores;
  if (others !== undefined) {
    lines.push(`Other programs used ${others.toFixed(2)} cores meanwhile.`);
  }
  return {
    report: report({ lines, contenders: names }, cases, results),
    results,
    cases,
    faults: faultsOf(cases, names.slice(0, 1), results),
  };
}

/** The contenders, beginning with another one in each round: who comes first has a colder machine. */
function rotated(all: readonly Contender[], round: number): Contender[] {
  const first = round % all.length;
  return [...all.slice(first), ...all.slice(0, first)];
}

async function circumstances(
  { rounds, seconds }: BenchOptions,
  peerRuntime: string | undefined,
): Promise<string> {
  const date = new Date().toISOString().slice(0, 10);
  const { os, arch } = Deno.build;
  const cpu = os === "linux"
    ? await Deno.readTextFile("/proc/cpuinfo").catch(() => "")
    : "";
  const model = /^model name\s*:\s*(.+)$/m.exec(cpu)?.[1];
  return [
    `Measured ${date}: ${rounds} rounds of ${seconds} s`,
    `${navigator.hardwareConcurrency} cores${model ? ` (${model})` : ""}`,
    `${os} ${arch} ${Deno.osRelease()}`,
    `Deno ${Deno.version.deno}`,
    ...(peerRuntime === undefined ? [] : [`peers on ${peerRuntime}`]),
  ].join("; ") + ".";
}
