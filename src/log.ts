/**
 * The program's log: lines on stderr, as text or as JSON. One record is one line.
 * @module
 */
import { BaseHandler, type LogRecord } from "@std/log/base-handler";
import { getLogger } from "@std/log/get-logger";
import { setup } from "@std/log/setup";

/** Levels of the log, from the most to the least talkative. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** How serious a line of the log is. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Forms of the log's lines. */
export const LOG_FORMATS = ["text", "json"] as const;

/** Form of the log's lines. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Takes a line for the log. */
export type Log = (level: LogLevel, message: string) => void;

const LOGGER = "modbus-ws-adapter";

/** Control characters that people know by a letter. */
const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

class LineHandler extends BaseHandler {
  readonly #print: (line: string) => void;

  constructor(format: LogFormat, print: (line: string) => void) {
    const formatter = format === "json" ? jsonLine : textLine;
    super("NOTSET", { formatter });
    this.#print = print;
  }

  override log(line: string): void {
    this.#print(line);
  }
}

/**
 * Sets up the log of this process.
 *
 * @param level Lines below this level are left out.
 * @param format The form of the lines.
 * @param print Prints one line.
 */
export function openLog(
  level: LogLevel,
  format: LogFormat,
  print: (line: string) => void,
): Log {
  setup({
    handlers: { lines: new LineHandler(format, print) },
    loggers: {
      [LOGGER]: { level: levelName(level), handlers: ["lines"] },
    },
  });
  const logger = getLogger(LOGGER);
  return (level, message) => {
    logger[level](message);
  };
}

function levelName(level: LogLevel): Uppercase<LogLevel> {
  return level.toUpperCase() as Uppercase<LogLevel>;
}

function textLine({ datetime, levelName, msg }: LogRecord): string {
  const text = escapeControls(msg);
  return `${datetime.toISOString()} ${levelName.padEnd(5)} ${text}`;
}

function jsonLine({ datetime, levelName, msg }: LogRecord): string {
  return escapeControls(JSON.stringify({
    time: datetime.toISOString(),
    level: levelName.toLowerCase(),
    message: msg,
  }));
}

/**
 * Makes one line of a text, with the escapes of JSON: what a client has sent
 * must not make lines, colours or a writing direction of its own.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) =>
    NAMED_ESCAPES[c] ??
      c.replace(/[^]/g, (unit) =>
        `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));
}
