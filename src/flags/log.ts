/**
 * Flags on the log.
 * @module
 */
import { choice } from "../flag_values.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log.ts";
import type { Topic } from "./flag.ts";

/** Flags on the log. */
export const LOG: Topic = {
  title: "Log",
  flags: [
    {
      name: "log-level",
      ...choice("LEVEL", LOG_LEVELS),
      default: "info",
      help: LOG_LEVELS.join(", "),
    },
    {
      name: "log-format",
      ...choice("FORMAT", LOG_FORMATS),
      default: "text",
      help: LOG_FORMATS.join(" or "),
    },
  ],
};
