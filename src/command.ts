/**
 * What a command of the program is, other than to serve.
 * @module
 */
import type { Config } from "./config.ts";

/** What a command was called with. */
export interface Call {
  /** Its operands, in order: as many as `Subcommand.operands` allows. */
  readonly operands: readonly string[];
  /** Flags, environment and defaults, as the server would get them. */
  readonly config: Config;
  /** Writes a line to stdout. */
  readonly print: (line: string) => void;
  /** Writes a line to stderr. */
  readonly printError: (line: string) => void;
}

/** A command, such as `modbus-ws-adapter NAME [flags] OPERAND`. */
export interface Subcommand {
  /** The word that calls it. */
  readonly name: string;
  /** What follows it, in order, such as `FILE`; in brackets what may be left out. */
  readonly operands: readonly string[];
  /** What it does, without a full stop: a line of the help. */
  readonly help: string;
  /** Names of the `CONFIG_FLAGS` that it takes. */
  readonly flags: readonly string[];
  /** Does it. Returns the exit code: 0, or 1 after `printError` has said what is wrong. */
  readonly run: (call: Call) => Promise<number>;
}
