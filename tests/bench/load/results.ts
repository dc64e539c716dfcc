/**
 * Collects what the rounds give. Pure.
 * @module
 */
import type { Case } from "./cases.ts";
import type { Outcome } from "./measure.ts";
import { median, ratios } from "./statistics.ts";

/** All outcomes of all cases, by contender and round. */
export class Results {
  readonly #outcomes = new Map<string, Outcome[]>();

  /** Adds what a round gave. */
  add({ name }: Case, contender: string, round: number, outcome: Outcome) {
    const key = keyOf(name, contender);
    const outcomes = this.#outcomes.get(key) ?? [];
    outcomes[round] = outcome;
    this.#outcomes.set(key, outcomes);
  }

  /** The median of a figure over the rounds; undefined when it was not measured. */
  median(name: string, row: number, contender: string): number | undefined {
    const figures = this.#figures(name, row, contender);
    return figures.length === 0
      ? undefined
      : median(figures.filter((figure) => figure !== undefined));
  }

  /** The median of the ratios of two contenders' figures in the same round; undefined when there is none. */
  ratio(
    name: string,
    row: number,
    contender: string,
    base: string,
    baseName = name,
  ): number | undefined {
    const found = ratios(
      this.#figures(name, row, contender),
      this.#figures(baseName, baseName === name ? row : 0, base),
    );
    return found.length === 0 ? undefined : median(found);
  }

  /** Microseconds of processor time for an operation, over all rounds; undefined where that is not known. */
  cpuMicroseconds(name: string, contender: string): number | undefined {
    return this.#quotient(name, contender, (cost) => cost.server * 1e6, (c) => {
      return c.operations;
    });
  }

  /** Cores that the load program has used, over all rounds; undefined where that is not known. */
  loadCores(name: string, contender: string): number | undefined {
    return this.#quotient(name, contender, (c) => c.load, (c) => c.elapsed);
  }

  /** What went wrong with a contender in a case, each with its round. */
  faults(name: string, contender: string): string[] {
    return this.#of(name, contender).flatMap((outcome, round) =>
      outcome.faults.map((fault) => `round ${round + 1}: ${fault}`)
    );
  }

  #of(name: string, contender: string): Outcome[] {
    return this.#outcomes.get(keyOf(name, contender)) ?? [];
  }

  #figures(
    name: string,
    row: number,
    contender: string,
  ): (number | undefined)[] {
    return this.#of(name, contender).map(({ figures }) => figures[row]);
  }

  #quotient(
    name: string,
    contender: string,
    over: (cost: NonNullable<Outcome["cost"]>) => number,
    under: (cost: NonNullable<Outcome["cost"]>) => number,
  ): number | undefined {
    let [sum, divisor] = [0, 0];
    for (const { cost } of this.#of(name, contender)) {
      if (cost === undefined) continue;
      sum += over(cost);
      divisor += under(cost);
    }
    return divisor > 0 && !Number.isNaN(sum) ? sum / divisor : undefined;
  }
}

function keyOf(name: string, contender: string): string {
  return JSON.stringify([name, contender]);
}
