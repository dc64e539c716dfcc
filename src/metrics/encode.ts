/**
 * Metrics to text: OpenMetrics 1.0 and the older Prometheus text format 0.0.4.
 *
 * https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 * @module
 */
import type { Family, Labels, NumberFamily } from "./family.ts";

/** Media type of {@linkcode encodeOpenMetrics}. */
export const OPEN_METRICS_TYPE =
  "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Media type of {@linkcode encodePrometheus}. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** What the name of a sample has behind that of its family. */
const SUFFIX = { counter: "_total", gauge: "", info: "_info" } as const;

/** Writes families as OpenMetrics text. */
export function encodeOpenMetrics(families: readonly Family[]): string {
  const lines = families.flatMap((family) => {
    const { name, type, unit, help } = family;
    return [
      `# TYPE ${name} ${type}`,
      ...unit === undefined ? [] : [`# UNIT ${name} ${unit}`],
      `# HELP ${name} ${escapeText(help)}`,
      ...samplesOf(family, canonical),
    ];
  });
  return [...lines, "# EOF", ""].join("\n");
}

/** Writes families as Prometheus text: there names are those of the samples, and no type is `info`. */
export function encodePrometheus(families: readonly Family[]): string {
  const lines = families.flatMap((family) => {
    const { type, help } = family;
    const name = type === "histogram" ? family.name : sampleName(family);
    return [
      `# HELP ${name} ${escapeLines(help)}`,
      `# TYPE ${name} ${type === "info" ? "gauge" : type}`,
      ...samplesOf(family, formatNumber),
    ];
  });
  return [...lines, ""].join("\n");
}

function sampleName({ name, type }: NumberFamily): string {
  return name + SUFFIX[type];
}

/** The lines of the samples; bounds of buckets as `bound` writes them. */
function samplesOf(
  family: Family,
  bound: (value: number) => string,
): string[] {
  if (family.type !== "histogram") {
    return family.samples.map(({ labels = {}, value }) =>
      sample(sampleName(family), labels, value)
    );
  }
  const { name, histogram: { bounds, counts, sum } } = family;
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    const le = bound(bounds[index] ?? Infinity);
    return sample(`${name}_bucket`, { le }, total);
  });
  return [
    ...buckets,
    sample(`${name}_sum`, {}, sum),
    sample(`${name}_count`, {}, total),
  ];
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) =>
    `${label}="${escapeText(text)}"`
  );
  const set = pairs.length === 0 ? "" : `{${pairs.join()}}`;
  return `${name}${set} ${formatNumber(value)}`;
}

function formatNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? "+Inf" : "-Inf";
}

/** A number as OpenMetrics wants it in `le`: always a float. */
function canonical(value: number): string {
  const text = formatNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function escapeText(text: string): string {
  return escapeLines(text).replaceAll('"', '\\"');
}

function escapeLines(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
