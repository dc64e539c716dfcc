/**
 * Flags on the log.
 * @module
 */
import { oneOf } from "../flag_values.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../log.ts";
import type { Topic } from "./flag.ts";

/** Flags on the log. */
export const LOG: Topic = {
  title: "Log",
  flags: [
    {
      name: "log-level",
      value: "LEVEL",
      default: "info",
      help: LOG_LEVELS.join(", "),
      parse: oneOf(LOG_LEVELS),
    },
    {
      name: "log-format",
      value: "FORMAT",
      default: "text",
      help: LOG_FORMATS.join(" or "),
      parse: oneOf(LOG_FORMATS),
    },
  ],
};
