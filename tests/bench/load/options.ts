/**
 * The command line of the load benchmark. Pure.
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { RunningPeer } from "./servers.ts";

/** What to measure, and how long. */
export interface BenchOptions {
  /** How often each case is measured. */
  readonly rounds: number;
  /** Seconds for each measurement. */
  readonly seconds: number;
  /** Names of the cases to measure, or their beginnings; empty: all. */
  readonly only: readonly string[];
  /** Whether to start the peers. */
  readonly peers: boolean;
  /** Servers that are running already. */
  readonly running: readonly RunningPeer[];
  /** File that gets the report in Markdown. */
  readonly markdown?: string | undefined;
}

/** What `--help` prints. */
export const HELP = `deno task bench:load [flags]
  --only NAME          only the cases whose name begins so; may be repeated
  --rounds N           how often each case is measured (5)
  --seconds S          for each measurement (0.4)
  --ours               start no peers
  --peer NAME=MODBUSPORT:WSPORT:PID
                       measure this running server, too; WSPORT 0: it has none
  --markdown FILE      write the report to this file as well
`;

/**
 * Understands the arguments.
 *
 * @throws {TypeError} If one is unknown or can't be used.
 */
export function parseOptions(args: readonly string[]): BenchOptions | "help" {
  const parsed = parseArgs([...args], {
    boolean: ["help", "ours"],
    string: ["rounds", "seconds", "only", "peer", "markdown"],
    collect: ["only", "peer"],
    alias: { h: "help" },
    unknown: (argument) => {
      throw new TypeError(`Unknown argument: ${argument}`);
    },
  });
  if (parsed.help) return "help";
  return {
    rounds: Math.ceil(number("rounds", parsed.rounds ?? "5", 100)),
    seconds: number("seconds", parsed.seconds ?? "0.4", 60),
    only: parsed.only as string[],
    peers: !parsed.ours,
    running: (parsed.peer as string[]).map(runningPeer),
    markdown: parsed.markdown,
  };
}

function number(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new TypeError(
    `--${name} takes a number above 0 and up to ${most}, not "${text}"`,
  );
}

function runningPeer(text: string): RunningPeer {
  const match = /^(.+)=(\d+):(\d+):(\d+)$/.exec(text);
  if (match === null) {
    throw new TypeError(
      `--peer takes NAME=MODBUSPORT:WSPORT:PID, not "${text}"`,
    );
  }
  const [modbusPort, wsPort, pid] = match.slice(2).map(Number);
  return {
    name: match[1]!,
    modbusPort: modbusPort!,
    wsPort: wsPort!,
    pid: pid!,
  };
}
