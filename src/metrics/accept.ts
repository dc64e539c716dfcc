/**
 * Which of the two formats a client wants (RFC 9110, 12.5.1).
 * @module
 */

/**
 * Whether OpenMetrics is what this `Accept` asks for: it is, unless it likes
 * plain text better, as older scrapers do, or HTML, as browsers do, which show
 * plain text and would save anything else as a file.
 */
export function prefersOpenMetrics(accept: string | null): boolean {
  if (accept === null || accept.trim() === "") return true;
  const ranges = accept.toLowerCase().split(",").map(parseRange);
  const openMetrics = Math.max(
    ...["1.0.0", "0.0.1"].map((version) =>
      qualityOf(ranges, "application/openmetrics-text", version)
    ),
  );
  const html = ranges.find(({ type }) => type === "text/html")?.quality ?? 0;
  const text = Math.max(qualityOf(ranges, "text/plain", "0.0.4"), html);
  return openMetrics > 0 && openMetrics >= text;
}

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((p) => p.trim());
  const value = (name: string) =>
    parameters.find((p) => p.startsWith(`${name}=`))?.slice(name.length + 1);
  const quality = Number(value("q") ?? 1);
  const version = value("version")?.replaceAll('"', "");
  return { type, version, quality: Number.isNaN(quality) ? 0 : quality };
}

/** The quality of the most specific range that fits, 0 when none does. */
function qualityOf(
  ranges: readonly MediaRange[],
  type: string,
  version: string,
): number {
  const group = type.replace(/\/.*/, "/*");
  for (const name of [type, group, "*/*"]) {
    const fitting = ranges.filter((range) =>
      range.type === name &&
      (range.version === undefined || range.version === version)
    );
    if (fitting.length > 0) {
      return Math.max(...fitting.map(({ quality }) => quality));
    }
  }
  return 0;
}
