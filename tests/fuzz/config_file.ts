/**
 * Fuzzes the configuration file: what `--print-config` writes, damaged. What is
 * taken agrees with the schema; what is refused is told in one line, by its place.
 * @module
 */
import { assert } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ConfigError, settingsFrom } from "../../src/config.ts";
import { parseConfigFile } from "../../src/config/file.ts";
import { configSchema } from "../../src/config/schema.ts";
import { configText } from "../../src/config/text.ts";
import { CONFIG_FLAGS } from "../../src/flags.ts";
import type { Random } from "../testing/random.ts";
import type { Outcomes, Target } from "./fuzz.ts";

/** Files of one round. */
const FILES = 200;

/** What may become of a file. */
const CONFIG_OUTCOMES: readonly string[] = ["taken", "refused"];

const NOTHING = { given: {}, env: () => undefined, file: new Map() };

const DEFAULTS = configText(settingsFrom(NOTHING));

const isConfig = new Ajv2020({ strict: true, allowUnionTypes: true })
  .compile(configSchema());

/** Pieces that mean something in such a file, or look like it. */
const PIECES = [
  ...["{", "}", "[", "]", ",", ":", '"', "'", "//", "/*", "*/", "\\", "\n"],
  ...["\r\n", "\u2028", "\ufeff", "\0", "\ud800", "😀", "null", "true", "-1"],
  ...["1e999", "0x10", "1.5", "01", ".5", "NaN", '""', '"\\u202e"', "[[[[[["],
  ...['"__proto__": 1,', '"$schema": 1,', '"constructor": {},', '"*"'],
];

/** A value for a setting, right or wrong. */
const VALUES = [
  ...["0", "1", "502", "65535", "65536", "-1", "1.5", "1e3", "null", "true"],
  ...['""', '"x"', '"64K"', '"info"', '"all"', "[]", '["*"]', '["x", 1]'],
  ...["{}", '{"a": []}', '"a\\nb"', '"\\ud800"'],
];

/** A few settings, each once. */
function settings(random: Random): string {
  const names = new Set(
    Array.from({ length: random.int(4) }, () => random.pick(CONFIG_FLAGS).name),
  );
  const lines = [...names].map((name) => `"${name}": ${random.pick(VALUES)}`);
  return `{${lines.join(random.pick([",", ", // a\n", ",\r\n"]))}}`;
}

/** Damages a text in some places. */
function damaged(random: Random, text: string): string {
  for (let n = random.between(1, 4); n > 0; n--) {
    const at = random.int(text.length + 1);
    const end = at + random.pick([0, 0, 1, 2, 20]);
    text = text.slice(0, at) +
      (random.oneIn(3) ? "" : random.pick(PIECES)) + text.slice(end);
  }
  return text;
}

function tryFile(text: string): string {
  try {
    const found = parseConfigFile("f", text);
    const config = Object.fromEntries(
      Array.from(found, ([name, { texts }]) => [name, inSchema(name, texts)]),
    );
    assert(isConfig(config), `The schema does not take ${text}`);
    return "taken";
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { message } = error;
    // Nothing that makes lines or a writing direction of its own.
    const isLine = /^f:\d+:\d+: [^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;
    assert(isLine.test(message), message);
    return "refused";
  }
}

/** A setting as it stands in a file. */
function inSchema(name: string, texts: readonly string[]): unknown {
  const { repeatable, schema } = CONFIG_FLAGS.find((f) => f.name === name)!;
  const isText = (schema?.type ?? "string") === "string";
  const values = texts.map((text) =>
    !isText && /^[\d.]+$/.test(text) ? Number(text) : text
  );
  return repeatable ? values : values[0];
}

/** The configuration file, from text to settings. */
export const configFile: Target = {
  name: "config",
  unit: "files",
  outcomes: CONFIG_OUTCOMES,
  round(random: Random, outcomes: Outcomes) {
    for (let i = 0; i < FILES; i++) {
      const whole = random.oneIn(2) ? DEFAULTS : settings(random);
      outcomes.add(tryFile(random.oneIn(3) ? whole : damaged(random, whole)));
    }
  },
};
