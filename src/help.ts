/**
 * The text of `--help`.
 * @module
 */
import { envName } from "./config.ts";
import { CONFIG_FLAGS, SWITCHES } from "./flags.ts";

/** Characters in a line: a terminal's, where nobody has made it larger. */
const WIDTH = 80;

/** The help. */
export function helpText(version: string): string {
  const rows: [string, string][] = [
    ...CONFIG_FLAGS.map((flag): [string, string] => [
      `    --${flag.name} ${flag.value}`,
      flag.default === "" ? flag.help : `${flag.help} (${flag.default})`,
    ]),
    ...SWITCHES.map((flag): [string, string] => [
      `-${flag.short}, --${flag.name}`,
      flag.help,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, help]) =>
    wrap(help, WIDTH - width - 4).map((line, i) =>
      `  ${(i === 0 ? name : "").padEnd(width)}  ${line}`
    )
  );
  return `modbus-ws-adapter ${version}

A Modbus TCP server whose coils and registers web pages see change live, and
can change, over WebSocket.

Usage: modbus-ws-adapter [flags]

${lines.join("\n")}

Every flag with a value can also be given in the environment: --ws-port as
${envName("ws-port")}, and so on. A flag beats the environment.

Then open http://127.0.0.1:8765/ in a browser, and write with any Modbus client:
  mbpoll -m tcp -p 8502 -0 -1 -t 0 -r 3 127.0.0.1 -- 1 0 1
`;
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
