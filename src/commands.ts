/**
 * The commands of the program, other than to serve.
 * @module
 */
import type { Subcommand } from "./command.ts";
import { HEALTH } from "./metrics/health_command.ts";
import { EXPORT, IMPORT } from "./store/commands.ts";

/** All commands, in the order of the help. */
export const COMMANDS: readonly Subcommand[] = [HEALTH, EXPORT, IMPORT];
