/**
 * Collects what the rounds give. Pure.
 * @module
 */
import type { Case } from "./cases.ts";
import type { Cost, Outcome } from "./measure.ts";
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
    const costs = costsOf(this.#of(name, contender));
    return quotient(costs, "server", "operations", 1e6);
  }

  /** Cores that the load program has used, over all rounds; undefined where that is not known. */
  loadCores(name: string, contender: string): number | undefined {
    return quotient(costsOf(this.#of(name, contender)), "load", "elapsed");
  }

  /** Cores that others have used, over everything; undefined where that is not known. */
  get othersCores(): number | undefined {
    const outcomes = [...this.#outcomes.values()].flat();
    return quotient(costsOf(outcomes), "others", "elapsed");
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
}

function costsOf(outcomes: readonly Outcome[]): Cost[] {
  return outcomes.flatMap(({ cost }) => cost ?? []);
}

function quotient(
  costs: readonly Cost[],
  over: keyof Cost,
  under: keyof Cost,
  factor = 1,
): number | undefined {
  const sum = (key: keyof Cost) => costs.reduce((n, cost) => n + cost[key], 0);
  const value = sum(over) / sum(under) * factor;
  return Number.isNaN(value) ? undefined : value;
}

function keyOf(name: string, contender: string): string {
  return JSON.stringify([name, contender]);
}
