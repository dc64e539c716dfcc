/**
 * Fuzzes for as long as you like:
 *
 *     deno task fuzz [--seconds N] [--seed S] [--target NAME] [--rounds N]
 *
 * Ends with 1 at the first find, and says how to see it again.
 * @module
 */
import { answerHelp, Flags } from "../testing/flags.ts";
import { Find, fuzz, type Fuzzed, type Target } from "./fuzz.ts";
import { TARGETS } from "./targets.ts";

/** Milliseconds between two looks at the progress: one line on a terminal, a line each in a log. */
const PROGRESS = Deno.stderr.isTerminal() ? 1000 : 30_000;

const NAMES = TARGETS.map(({ name }) => name);

const HELP = `deno task fuzz [flags]
  --seconds N          for all targets together (10)
  --seed S             of the first round; any unless given
  --target NAME        one of ${NAMES.join(", ")}
  --rounds N           most rounds of each target; no hurry then
`;

/** What was asked for. */
interface Options {
  /** What to fuzz. */
  readonly targets: readonly Target[];
  /** Seed of the first round of each. */
  readonly seed: number;
  /** Milliseconds for each target. */
  readonly time: number;
  /** Most rounds of each. */
  readonly rounds: number;
}

function readOptions(args: readonly string[]): Options {
  const flags = new Flags(args, ["seconds", "seed", "target", "rounds"]);
  const target = flags.oneOf("target", NAMES);
  const targets = TARGETS.filter(({ name }) => name === (target ?? name));
  const rounds = flags.number("rounds");
  // With a number of rounds there is no hurry.
  const seconds = flags.number("seconds") ??
    (rounds === undefined ? 10 : Infinity);
  return {
    targets,
    seed: flags.number("seed") ?? randomSeed(),
    time: seconds * 1000 / targets.length,
    rounds: rounds ?? Infinity,
  };
}

/** Far from the next one: each round adds 1. */
function randomSeed(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0]! * 1_000_000;
}

/** Progress goes to stderr, the summary to stdout. */
function say(line: string): void {
  const end = Deno.stderr.isTerminal() ? "\r" : "\n";
  Deno.stderr.writeSync(new TextEncoder().encode(line + end));
}

async function run(target: Target, options: Options): Promise<void> {
  const start = performance.now();
  let told = start;
  const figures = ({ rounds, outcomes }: Fuzzed) => {
    const seconds = (performance.now() - start) / 1000;
    return `${target.name}: ${
      outcomes.total.toLocaleString("en")
    } ${target.unit} in ${rounds} rounds, ${seconds.toFixed(1)} s`;
  };
  const done = await fuzz(target, options.seed, (sofar) => {
    const now = performance.now();
    if (now - told > PROGRESS) {
      told = now;
      say(figures(sofar));
    }
    return now - start < options.time && sofar.rounds < options.rounds;
  });
  print(figures(done));
  for (const [name, count] of done.outcomes.counts) {
    print(`${count.toLocaleString("en").padStart(15)}  ${name}`);
  }
}

// deno-lint-ignore no-console
const print = console.log;

if (import.meta.main) {
  answerHelp(Deno.args, HELP);
  try {
    const options = readOptions(Deno.args);
    print(`seed ${options.seed}`);
    for (const target of options.targets) await run(target, options);
    print("no finds");
  } catch (error) {
    if (error instanceof TypeError) {
      print(error.message);
      Deno.exit(2);
    }
    if (!(error instanceof Find)) throw error;
    print(`\n${error.message}\n${Deno.inspect(error.cause)}`);
    Deno.exit(1);
  }
}
