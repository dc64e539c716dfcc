/**
 * All that can be fuzzed.
 * @module
 */
import { commandLine } from "./command_line.ts";
import type { Target } from "./fuzz.ts";
import { modbusStream } from "./modbus_stream.ts";
import { tokenFile } from "./tokens.ts";
import { wsSession } from "./ws_session.ts";

/** The targets, in the order in which they run. */
export const TARGETS: readonly Target[] = [
  modbusStream,
  wsSession,
  commandLine,
  tokenFile,
];
