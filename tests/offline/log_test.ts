// The contract of the log, for whichever is in use: that of `@std/log`, or the
// stand-in of src/offline. Each test sets everything up anew: there is one log
// in a process.
import { assert, assertEquals } from "@std/assert";
import { BaseHandler, type LogRecord } from "@std/log/base-handler";
import { getLogger } from "@std/log/get-logger";
import { setup } from "@std/log/setup";

type Level = ConstructorParameters<typeof BaseHandler>[0];

/** Keeps what it is given, and notes what is done with it. */
class Kept extends BaseHandler {
  readonly lines: string[] = [];
  readonly events: string[] = [];

  constructor(level: Level, formatter?: (record: LogRecord) => string) {
    super(level, formatter === undefined ? {} : { formatter });
  }

  override log(line: string): void {
    this.lines.push(line);
  }

  override setup(): void {
    this.events.push("setup");
  }

  override destroy(): void {
    this.events.push("destroy");
  }
}

function logAll(name: string): void {
  const logger = getLogger(name);
  logger.debug("d");
  logger.info("i");
  logger.warn("w");
  logger.error("e");
}

/** Level of the handler, level of the logger, lines. */
const LEVELS: readonly (readonly [Level, Level, string])[] = [
  ["NOTSET", "DEBUG", "d i w e"],
  ["NOTSET", "INFO", "i w e"],
  ["NOTSET", "WARN", "w e"],
  ["NOTSET", "ERROR", "e"],
  ["NOTSET", "NOTSET", "d i w e"],
  ["WARN", "DEBUG", "w e"],
  ["DEBUG", "WARN", "w e"],
  ["ERROR", "NOTSET", "e"],
];

Deno.test("getLogger() leaves out", { permissions: "none" }, async (t) => {
  for (const [handler, logger, expected] of LEVELS) {
    await t.step(`what is below ${logger}, and below ${handler}`, () => {
      const kept = new Kept(handler, ({ msg }) => msg);
      setup({
        handlers: { kept },
        loggers: { main: { level: logger, handlers: ["kept"] } },
      });
      logAll("main");
      assertEquals(kept.lines.join(" "), expected);
    });
  }
});

Deno.test({
  name: "BaseHandler hands its formatter time, level and text as they are",
  permissions: "none",
  fn() {
    const records: LogRecord[] = [];
    const kept = new Kept("NOTSET", (record) => `${records.push(record)}`);
    setup({
      handlers: { kept },
      loggers: { main: { level: "DEBUG", handlers: ["kept"] } },
    });
    const before = Date.now();
    logAll("main");
    getLogger("main").info("a\nb %s \x1b[31m");
    const after = Date.now();
    assertEquals(kept.lines, ["1", "2", "3", "4", "5"]);
    const facts = records.map(({ msg, level, levelName }) =>
      [msg, level, levelName] as const
    );
    assertEquals(facts, [
      ["d", 10, "DEBUG"],
      ["i", 20, "INFO"],
      ["w", 30, "WARN"],
      ["e", 40, "ERROR"],
      ["a\nb %s \x1b[31m", 20, "INFO"],
    ]);
    for (const { datetime } of records) {
      const time = datetime.getTime();
      assert(
        time >= before && time <= after,
        `${time} was not during the test`,
      );
    }
  },
});

Deno.test({
  name: "BaseHandler writes level and text unless it is told how",
  permissions: "none",
  fn() {
    const kept = new Kept("NOTSET");
    setup({
      handlers: { kept },
      loggers: { main: { level: "DEBUG", handlers: ["kept"] } },
    });
    getLogger("main").warn("text");
    assertEquals(kept.lines, ["WARN text"]);
  },
});

Deno.test({
  name: "getLogger() hands on to each handler of the logger, and to no other",
  permissions: "none",
  fn() {
    const [a, b, c] = [
      new Kept("NOTSET"),
      new Kept("NOTSET"),
      new Kept("NOTSET"),
    ];
    setup({
      handlers: { a, b, c },
      loggers: {
        both: { level: "INFO", handlers: ["a", "b"] },
        last: { level: "INFO", handlers: ["c", "unknown"] },
      },
    });
    getLogger("both").info("x");
    getLogger("last").info("y");
    assertEquals([a.lines, b.lines, c.lines], [["INFO x"], ["INFO x"], [
      "INFO y",
    ]]);
  },
});

Deno.test({
  name: "getLogger() returns one logger for a name, which returns what it logs",
  permissions: "none",
  fn() {
    setup({ handlers: {}, loggers: { main: { level: "WARN", handlers: [] } } });
    const logger = getLogger("main");
    assert(getLogger("main") === logger);
    assertEquals(logger.info("left out"), "left out");
    assertEquals(logger.error("logged"), "logged");
  },
});

Deno.test({
  name: "getLogger() returns a logger without handlers for a name not set up",
  permissions: "none",
  fn() {
    const kept = new Kept("NOTSET");
    setup({
      handlers: { kept },
      loggers: { main: { level: "DEBUG", handlers: ["kept"] } },
    });
    assertEquals(getLogger("other").error("x"), "x");
    assertEquals(kept.lines, []);
  },
});

Deno.test({
  name: "setup() logs from INFO on unless a level is given",
  permissions: "none",
  fn() {
    const kept = new Kept("NOTSET", ({ msg }) => msg);
    setup({ handlers: { kept }, loggers: { main: { handlers: ["kept"] } } });
    logAll("main");
    assertEquals(kept.lines, ["i", "w", "e"]);
  },
});

Deno.test({
  name: "setup() sets its handlers up, and those before it down",
  permissions: "none",
  fn() {
    const [first, second] = [new Kept("NOTSET"), new Kept("NOTSET")];
    const config = (kept: Kept) => ({
      handlers: { kept },
      loggers: { main: { handlers: ["kept"] } },
    });
    setup(config(first));
    assertEquals(first.events, ["setup"]);
    setup(config(second));
    assertEquals([first.events, second.events], [["setup", "destroy"], [
      "setup",
    ]]);
    getLogger("main").info("x");
    assertEquals([first.lines, second.lines], [[], ["INFO x"]]);
  },
});
