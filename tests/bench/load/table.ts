/**
 * Tables as text, which is Markdown as well. Pure.
 * @module
 */

/** A table: the first row is its head; the first column is set left, the others right. */
export type Table = readonly (readonly string[])[];

/** The table in Markdown, its columns padded so that it can be read as it is. */
export function formatTable(table: Table): string {
  const widths = table[0]!.map((_, column) =>
    Math.max(3, ...table.map((row) => [...row[column] ?? ""].length))
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const [head, ...rows] = table.map((row) =>
    line(widths.map((width, column) => {
      const text = row[column] ?? "";
      const padding = " ".repeat(width - [...text].length);
      return column === 0 ? text + padding : padding + text;
    }))
  );
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":"
  );
  return [head, line(rule), ...rows].join("\n") + "\n";
}

/** A number with three digits that count, and groups of thousands: 147000, as `147,000`. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString("en-US", { maximumFractionDigits: 10 });
}
