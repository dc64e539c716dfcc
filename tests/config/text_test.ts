import { assertEquals } from "@std/assert";
import { settingsFrom, type Sources } from "../../src/config.ts";
import { parseConfigFile } from "../../src/config/file.ts";
import { configText } from "../../src/config/text.ts";
import { CONFIG_FLAGS, TOPICS } from "../../src/flags.ts";

const NOTHING: Sources = { given: {}, env: () => undefined, file: new Map() };

const SOURCES: Sources = {
  given: { "host": ["::1"], "allow-origin": ["https://a.example", "*"] },
  env: (name) => name === "MODBUS_WS_WS_PORT" ? "0080" : undefined,
  file: parseConfigFile(
    "a\u2028b",
    '{"modbus-port": 502,\n"token-file": "C:\\\\\u202e",\n"max-message": "64K"}',
  ),
};

/** The line of a flag. */
function line(text: string, name: string): string | undefined {
  return text.split("\n").find((line) => line.includes(`"${name}":`))?.trim();
}

Deno.test({
  name: "configText() says what is in force, and where it came from",
  permissions: "none",
  fn() {
    const text = configText(settingsFrom(SOURCES));
    const lines = [
      '"host": "::1", // --host',
      '"modbus-port": 502, // a\\u2028b:1',
      '"ws-port": 80, // MODBUS_WS_WS_PORT',
      '"allow-origin": ["https://a.example", "*"], // --allow-origin',
      '"max-message": "64K", // a\\u2028b:3',
      '"client-queue": "1M", // default',
      '"token-file": "C:\\\\\\u202e", // a\\u2028b:2',
      '// "tls-cert": not set',
      '"log-format": "text" // default',
    ];
    for (const expected of lines) {
      const [, name] = /"(.*?)"/.exec(expected)!;
      assertEquals(line(text, name!), expected);
    }
  },
});

Deno.test({
  name: "configText() has each flag once, by topic",
  permissions: "none",
  fn() {
    const text = configText(settingsFrom(NOTHING));
    const names = text.matchAll(/^ {2}(?:\/\/ )?"([\w-]+)":/gm);
    assertEquals(
      Array.from(names, ([, name]) => name!),
      CONFIG_FLAGS.map(({ name }) => name),
    );
    const titles = text.matchAll(/^ {2}\/\/ ([A-Z][^"]*)$/gm);
    assertEquals(
      Array.from(titles, ([, title]) => title!),
      TOPICS.map(({ title }) => title),
    );
  },
});

Deno.test({
  name: "configText() is a configuration file that gives the same",
  permissions: "none",
  fn() {
    for (const sources of [NOTHING, SOURCES]) {
      const settings = settingsFrom(sources);
      const file = parseConfigFile("f", configText(settings));
      const again = settingsFrom({ ...NOTHING, file });
      assertEquals(
        again.map(({ value }) => value),
        settings.map(({ value }) => value),
      );
    }
  },
});
