/**
 * Series as a table for spreadsheets (RFC 4180).
 * @module
 */

/**
 * @typedef {object} Column
 * @property {string} name
 * @property {Iterable<readonly [time: number, value: number]>} entries In order of time.
 */

/**
 * A row for each time at which something changed, with all values that held
 * then. Empty: not known.
 *
 * @param {readonly Column[]} columns
 * @returns {string}
 */
export function toCsv(columns) {
  const events = columns.flatMap(({ entries }, column) =>
    Array.from(entries, ([time, value]) => ({ time, column, value }))
  ).sort((a, b) => a.time - b.time);
  const held = columns.map(() => "");
  /** @type {string[]} */
  const lines = [["time", ...columns.map(({ name }) => field(name))].join(",")];
  events.forEach(({ time, column, value }, i) => {
    held[column] = Number.isNaN(value) ? "" : String(value);
    if (events[i + 1]?.time === time) return;
    lines.push([new Date(time).toISOString(), ...held].join(","));
  });
  return lines.map((line) => line + "\r\n").join("");
}

/**
 * @param {string} text
 * @returns {string}
 */
function field(text) {
  // A spreadsheet takes these for a formula.
  const safe = /^[=+\-@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
