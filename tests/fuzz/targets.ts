/**
 * All that can be fuzzed.
 * @module
 */
import { commandLine } from "./command_line.ts";
import { configFile } from "./config_file.ts";
import type { Target } from "./fuzz.ts";
import { modbusSocket } from "./modbus_socket.ts";
import { modbusStream } from "./modbus_stream.ts";
import { tokenFile } from "./tokens.ts";
import { wsSession } from "./ws_session.ts";
import { wsSocket } from "./ws_socket.ts";

/** The targets, in the order in which they run. */
export const TARGETS: readonly Target[] = [
  modbusStream,
  modbusSocket,
  wsSession,
  wsSocket,
  commandLine,
  configFile,
  tokenFile,
];
