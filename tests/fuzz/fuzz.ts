/**
 * What all fuzzers share: rounds that depend on their seed alone, and a closed
 * list of outcomes.
 * @module
 */
import { Random } from "../testing/random.ts";

/** How often each outcome came. */
export class Outcomes {
  /** By name, in the order of the list. */
  readonly counts: Map<string, number>;

  /** Nothing yet; `known` is all that may come. */
  constructor(known: readonly string[]) {
    this.counts = new Map(known.map((name) => [name, 0]));
  }

  /** Counts one. Throws if it is none that may come: that is a find. */
  add(name: string, amount = 1): void {
    const before = this.counts.get(name);
    if (before === undefined) throw new Error(`An outcome of its own: ${name}`);
    this.counts.set(name, before + amount);
  }

  /** How many there were in all. */
  get total(): number {
    return this.counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** Those that have not come. */
  get missing(): string[] {
    return [...this.counts].filter(([, count]) => count === 0)
      .map(([name]) => name);
  }
}

/** Something to be fuzzed. */
export interface Target {
  /** Its name on the command line. */
  readonly name: string;
  /** What its outcomes count. */
  readonly unit: string;
  /** All outcomes that there may be. */
  readonly outcomes: readonly string[];
  /** One round: nothing in it depends on anything but `random`. Throws at a find. */
  round(random: Random, outcomes: Outcomes): void | Promise<void>;
}

/** What the rounds have come to. */
export interface Fuzzed {
  /** How many rounds there were. */
  readonly rounds: number;
  /** Their outcomes. */
  readonly outcomes: Outcomes;
}

/** A round that ended as none may. */
export class Find extends Error {
  /** The find of `target` with that seed, and what was found. */
  constructor(readonly target: string, readonly seed: number, cause: unknown) {
    super(
      `A find; again: deno task fuzz --target ${target} --seed ${seed} --rounds 1`,
      { cause },
    );
    this.name = "Find";
  }
}

/**
 * Runs rounds with the seeds `seed`, `seed + 1`, and so on.
 *
 * @param goOn Is asked before each round.
 * @throws {Find} At the first one.
 */
export async function fuzz(
  target: Target,
  seed: number,
  goOn: (sofar: Fuzzed) => boolean,
): Promise<Fuzzed> {
  const outcomes = new Outcomes(target.outcomes);
  let rounds = 0;
  for (; goOn({ rounds, outcomes }); rounds++) {
    try {
      await target.round(new Random(seed + rounds), outcomes);
    } catch (error) {
      throw new Find(target.name, seed + rounds, error);
    }
  }
  return { rounds, outcomes };
}
