/**
 * Stands in for the parts of `@std/log` that this project uses, where JSR
 * can't be reached.
 * @module
 */

/** Name of a level. */
export type LevelName = "NOTSET" | "DEBUG" | "INFO" | "WARN" | "ERROR";

const LEVELS: Readonly<Record<LevelName, number>> = {
  NOTSET: 0,
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  ERROR: 40,
};

/** A line to be logged. */
export interface LogRecord {
  /** The text. */
  readonly msg: string;
  /** When it was logged. */
  readonly datetime: Date;
  /** The level's number. */
  readonly level: number;
  /** The level's name. */
  readonly levelName: string;
}

/** Turns a record into a line. */
export type FormatterFunction = (record: LogRecord) => string;

/** Formats records and hands on the lines. */
export abstract class BaseHandler {
  /** Turns a record into a line. */
  formatter: FormatterFunction;
  readonly #level: number;

  /** A handler for records of at least `levelName`. */
  constructor(
    levelName: LevelName,
    options: { formatter?: FormatterFunction } = {},
  ) {
    this.#level = LEVELS[levelName];
    this.formatter = options.formatter ??
      (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  /** Formats a record and logs it. */
  handle(record: LogRecord): void {
    if (record.level >= this.#level) this.log(this.formatter(record));
  }

  /** Takes a line. */
  abstract log(line: string): void;

  /** Called when the handler is set up. */
  setup(): void {}

  /** Called when the handler is replaced. */
  destroy(): void {}
}

/** Hands records on to handlers. */
export class Logger {
  readonly #level: number;
  readonly #handlers: readonly BaseHandler[];

  /** A logger for records of at least `levelName`. */
  constructor(levelName: LevelName, handlers: readonly BaseHandler[]) {
    this.#level = LEVELS[levelName];
    this.#handlers = handlers;
  }

  /** Logs at level DEBUG. */
  debug(msg: string): string {
    return this.#log("DEBUG", msg);
  }

  /** Logs at level INFO. */
  info(msg: string): string {
    return this.#log("INFO", msg);
  }

  /** Logs at level WARN. */
  warn(msg: string): string {
    return this.#log("WARN", msg);
  }

  /** Logs at level ERROR. */
  error(msg: string): string {
    return this.#log("ERROR", msg);
  }

  #log(levelName: LevelName, msg: string): string {
    const level = LEVELS[levelName];
    if (level >= this.#level) {
      const record = { msg, datetime: new Date(), level, levelName };
      for (const handler of this.#handlers) handler.handle(record);
    }
    return msg;
  }
}

/** Handlers and loggers by name. */
export interface LogConfig {
  /** Handlers by name. */
  handlers?: Record<string, BaseHandler>;
  /** Loggers by name: their level and the names of their handlers. */
  loggers?: Record<string, { level?: LevelName; handlers?: string[] }>;
}

const loggers = new Map<string, Logger>();
let current: Record<string, BaseHandler> = {};

/** Replaces all handlers and loggers. */
export function setup(
  { handlers = {}, loggers: wanted = {} }: LogConfig,
): void {
  for (const handler of Object.values(current)) handler.destroy();
  current = handlers;
  for (const handler of Object.values(current)) handler.setup();
  loggers.clear();
  for (
    const [name, { level = "INFO", handlers: names = [] }] of Object.entries(
      wanted,
    )
  ) {
    const chosen = names.flatMap((name) => handlers[name] ?? []);
    loggers.set(name, new Logger(level, chosen));
  }
}

/** The logger of that name; one without handlers when it is not set up. */
export function getLogger(name: string): Logger {
  let logger = loggers.get(name);
  if (logger === undefined) {
    logger = new Logger("NOTSET", []);
    loggers.set(name, logger);
  }
  return logger;
}
