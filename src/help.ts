/**
 * The text of `--help`.
 * @module
 */
import type { Subcommand } from "./command.ts";
import { envName } from "./config.ts";
import {
  CONFIG_FLAGS,
  CONFIG_SWITCHES,
  FILE_FLAG,
  SWITCHES,
  TOPICS,
} from "./flags.ts";
import type { Flag, Switch } from "./flags/flag.ts";

/** Characters in a line: a terminal's, where nobody has made it larger. */
const WIDTH = 80;

/** Most characters of the first column: what it means stands below a longer name. */
const NAMES = 28;

/** A line of a list: a name, and what it means. */
type Row = readonly [name: string, help: string];

/** The help of the program. */
export function helpText(
  version: string,
  subcommands: readonly Subcommand[] = [],
): string {
  const topics = TOPICS.map(({ title, flags }) => ({
    title,
    rows: flags.map(flagRow),
  }));
  const others = [
    flagRow(FILE_FLAG),
    ...[...CONFIG_SWITCHES, ...SWITCHES].map(switchRow),
  ];
  const usage = subcommands.map((subcommand): Row => [
    usageOf(subcommand),
    subcommand.help,
  ]);
  const width = widest([...topics.flatMap(({ rows }) => rows), ...others]);
  const flags = topics.map(({ title, rows }) =>
    `${title}:\n${list(rows, width)}`
  );
  const commands = subcommands.length === 0 ? "" : `
Commands, each with its own --help:
${list(usage, widest(usage))}
`;
  return `modbus-ws-adapter ${version}

A Modbus TCP server whose coils and registers web pages see change live, and
can change, over WebSocket.

Usage: modbus-ws-adapter [flags]
${commands}
${flags.join("\n\n")}

Other:
${list(others, width)}

Every flag with a value can also be given in the environment: --ws-port as
${envName("ws-port")}, and so on. A flag beats the environment, which beats
the file, which beats the default.

When it says "ready", open http://127.0.0.1:8765/ in a browser, and write with
any Modbus client:
  mbpoll -m tcp -p 8502 -0 -1 -t 0 -r 3 127.0.0.1 -- 1 0 1
`;
}

/** The help of a command. */
export function subcommandHelpText(subcommand: Subcommand): string {
  const flags = subcommand.flags.map((name) =>
    flagRow(CONFIG_FLAGS.find((flag) => flag.name === name)!)
  );
  const rows = [...flags, flagRow(FILE_FLAG), ...SWITCHES.map(switchRow)];
  return `Usage: modbus-ws-adapter ${usageOf(subcommand)} [flags]

${sentence(subcommand.help)}

${list(rows, widest(rows))}
`;
}

function usageOf({ name, operands }: Subcommand): string {
  return [name, ...operands].join(" ");
}

function sentence(help: string): string {
  const text = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return wrap(text, WIDTH).join("\n");
}

function flagRow({ name, value, help, ...flag }: Flag): Row {
  const end = flag.default === "" ? "" : ` (${flag.default})`;
  return [`    --${name} ${value}`, help + end];
}

function switchRow({ name, short, help }: Switch): Row {
  return [`${short ? `-${short},` : "   "} --${name}`, help];
}

function widest(rows: readonly Row[]): number {
  const lengths = rows.map(([name]) => name.length);
  return Math.max(...lengths.filter((length) => length <= NAMES));
}

/** Two columns, the first as wide as `width`; a longer name has a line of its own. */
function list(rows: readonly Row[], width: number): string {
  return rows.flatMap(([name, help]) => {
    const lines = wrap(help, WIDTH - width - 4);
    if (name.length > width) lines.unshift("");
    return lines.map((line, i) =>
      `  ${(i === 0 ? name : "").padEnd(width)}  ${line}`.trimEnd()
    );
  }).join("\n");
}

/** Lines of whole words, of up to `width` characters where the words allow it. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}
