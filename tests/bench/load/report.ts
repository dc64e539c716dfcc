/**
 * Makes the report of the results. Pure.
 * @module
 */
import type { Case } from "./cases.ts";
import type { Results } from "./results.ts";
import { formatNumber, formatTable, type Table } from "./table.ts";

/** What the figures are of. */
export interface ReportHead {
  /** How it was measured, in one line each. */
  readonly lines: readonly string[];
  /** Names of the contenders, ours first. */
  readonly contenders: readonly string[];
}

/** The report, in Markdown. */
export function report(
  { lines, contenders }: ReportHead,
  cases: readonly Case[],
  results: Results,
): string {
  const faults = faultsOf(cases, contenders, results);
  return [
    lines.join("\n") + "\n",
    "Medians; in brackets, what ours is of it in the same round (median of the ratios).\n",
    formatTable(figureTable(cases, contenders, results)),
    "Processor time of the server, user and system, in µs for each request or delivery; in brackets, the cores that the load program used.\n",
    formatTable(cpuTable(cases, contenders, results)),
    faults.length === 0
      ? "Every response and every delivery was there, right, and in order.\n"
      : `What was wrong:\n\n${faults.map((fault) => `- ${fault}\n`).join("")}`,
  ].join("\n");
}

/** What went wrong, with case and contender. */
export function faultsOf(
  cases: readonly Case[],
  contenders: readonly string[],
  results: Results,
): string[] {
  return cases.flatMap(({ name }) =>
    contenders.flatMap((contender) =>
      results.faults(name, contender)
        .map((fault) => `${contender}, ${name}, ${fault}`)
    )
  );
}

function figureTable(
  cases: readonly Case[],
  contenders: readonly string[],
  results: Results,
): Table {
  const [ours] = contenders as [string];
  const rows = cases.flatMap(({ name, rows }) =>
    rows.map(({ title, unit, times }, row) => {
      const cells = contenders.map((contender) => {
        const figure = formatNumber(results.median(name, row, contender));
        const ratio = contender !== ours
          ? results.ratio(name, row, ours, contender)
          : times === undefined
          ? undefined
          : results.ratio(name, row, ours, ours, times);
        if (figure === "" || ratio === undefined) return figure;
        const what = contender === ours ? ` × ${times}` : "";
        return `${figure} (${formatNumber(ratio)}${what})`;
      });
      return [title, unit, ...cells];
    })
  );
  return [["", "unit", ...contenders], ...rows];
}

function cpuTable(
  cases: readonly Case[],
  contenders: readonly string[],
  results: Results,
): Table {
  const rows = cases.filter(({ per }) => per !== undefined).map((
    { name, per },
  ) => [
    `${name}, per ${per}`,
    ...contenders.map((contender) => {
      const cpu = formatNumber(results.cpuMicroseconds(name, contender));
      const load = formatNumber(results.loadCores(name, contender));
      return cpu === "" ? "" : `${cpu} (${load})`;
    }),
  ]);
  return [["", ...contenders], ...rows];
}
