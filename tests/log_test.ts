import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  escapeControls,
  type Log,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
  openLog,
} from "../src/log.ts";

/** Opens a log and keeps its lines. */
function kept(level: LogLevel, format: LogFormat): [Log, string[]] {
  const lines: string[] = [];
  return [openLog(level, format, (line) => lines.push(line)), lines];
}

Deno.test("openLog() leaves out", { permissions: "none" }, async (t) => {
  for (
    const [level, expected] of [
      ["debug", ["debug", "info", "warn", "error"]],
      ["info", ["info", "warn", "error"]],
      ["warn", ["warn", "error"]],
      ["error", ["error"]],
    ] as const
  ) {
    await t.step(`what is below ${level}`, () => {
      const [log, lines] = kept(level, "json");
      for (const each of LOG_LEVELS) log(each, "x");
      assertEquals(lines.map((line) => JSON.parse(line).level), [
        ...expected,
      ]);
    });
  }
});

Deno.test({
  name: "openLog() writes text lines of time, level and message",
  permissions: "none",
  fn() {
    const [log, lines] = kept("debug", "text");
    const before = new Date().toISOString();
    for (const level of LOG_LEVELS) log(level, 'a "b" \\ ä 😀');
    const after = new Date().toISOString();
    const [times, rest] = [
      lines.map((line) => line.slice(0, 24)),
      lines.map((line) => line.slice(24)),
    ];
    assertEquals(rest, [
      ' DEBUG a "b" \\ ä 😀',
      ' INFO  a "b" \\ ä 😀',
      ' WARN  a "b" \\ ä 😀',
      ' ERROR a "b" \\ ä 😀',
    ]);
    for (const time of times) {
      assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert(
        time >= before && time <= after,
        `${time} was not during the test`,
      );
    }
  },
});

Deno.test({
  name: "openLog() writes JSON lines of time, level and message",
  permissions: "none",
  fn() {
    const [log, lines] = kept("debug", "json");
    for (const level of LOG_LEVELS) log(level, 'a "b" \\ ä 😀');
    const records = lines.map((line) => JSON.parse(line));
    assertEquals(records.map(({ time: _, ...rest }) => rest), [
      { level: "debug", message: 'a "b" \\ ä 😀' },
      { level: "info", message: 'a "b" \\ ä 😀' },
      { level: "warn", message: 'a "b" \\ ä 😀' },
      { level: "error", message: 'a "b" \\ ä 😀' },
    ]);
    for (const { time } of records) {
      assertEquals(new Date(time).toISOString(), time);
    }
  },
});

Deno.test({
  name: "openLog() replaces the log that was open",
  permissions: "none",
  fn() {
    const [, first] = kept("debug", "text");
    const [log, second] = kept("warn", "json");
    log("info", "x");
    log("warn", "y");
    assertEquals(first, []);
    assertEquals(second.map((line) => JSON.parse(line).message), ["y"]);
  },
});

/** What must not reach a terminal or a log as it is, and what is written instead. */
const HOSTILE: readonly (readonly [why: string, text: string, safe: string])[] =
  [
    ["a line feed", "a\nb", "a\\nb"],
    [
      "a forged line",
      "x\n2026-01-01T00:00:00.000Z ERROR forged",
      "x\\n2026-01-01T00:00:00.000Z ERROR forged",
    ],
    ["carriage return", "a\rb", "a\\rb"],
    ["both", "a\r\nb", "a\\r\\nb"],
    ["a tab", "a\tb", "a\\tb"],
    [
      "a stack trace",
      "Error: x\n    at f (a.ts:1:2)\n    at g",
      "Error: x\\n    at f (a.ts:1:2)\\n    at g",
    ],
    ["colour", "\x1b[31mred\x1b[0m", "\\u001b[31mred\\u001b[0m"],
    ["clearing the screen", "\x1b[2J\x1b[H", "\\u001b[2J\\u001b[H"],
    ["a window title", "\x1b]0;title\x07", "\\u001b]0;title\\u0007"],
    ["an 8-bit control sequence", "\x9b31m", "\\u009b31m"],
    ["next line", "a\x85b", "a\\u0085b"],
    ["line separator", "a\u2028b", "a\\u2028b"],
    ["paragraph separator", "a\u2029b", "a\\u2029b"],
    ["vertical tab and form feed", "a\vb\fc", "a\\u000bb\\u000cc"],
    ["NUL, backspace, delete", "a\0b\bc\x7f", "a\\u0000b\\u0008c\\u007f"],
    ["right-to-left override", "a\u202eb", "a\\u202eb"],
    ["isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
    ["zero width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"],
    ["a tag beyond 16 bits", "a\u{e0041}b", "a\\udb40\\udc41b"],
    ["nothing of all that", 'größe 😀 "x" \\n', 'größe 😀 "x" \\n'],
  ];

Deno.test("escapeControls()", { permissions: "none" }, async (t) => {
  for (const [why, text, safe] of HOSTILE) {
    await t.step(`of ${why}`, () => {
      assertEquals(escapeControls(text), safe);
    });
  }
});

for (const format of LOG_FORMATS) {
  const name = `openLog() writes one line, as ${format}, with`;
  Deno.test(name, { permissions: "none" }, async (t) => {
    for (const [why, text, safe] of HOSTILE) {
      await t.step(why, () => {
        const [log, lines] = kept("info", format);
        log("warn", text);
        assertEquals(lines.length, 1);
        const [line = ""] = lines;
        if (format === "text") assertEquals(line.slice(25), `WARN  ${safe}`);
        // The reader of a JSON line gets the message back as it was.
        else assertEquals(JSON.parse(line).message, text);
        // deno-lint-ignore no-control-regex
        const unsafe = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
        assertEquals(unsafe.test(line), false, JSON.stringify(line));
      });
    }
  });
}

Deno.test({
  name: "openLog() writes JSON that gives back any message",
  permissions: "none",
  fn() {
    const [log, lines] = kept("info", "json");
    for (let at = 0; at < 0x10000; at += 0x400) {
      const units = Array.from({ length: 0x400 }, (_, i) => at + i);
      const text = String.fromCharCode(...units);
      log("info", text);
      assertEquals(JSON.parse(lines.pop()!).message, text);
    }
  },
});
