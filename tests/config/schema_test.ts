import { assert, assertEquals } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import { ConfigError } from "../../src/config.ts";
import { parseConfigFile } from "../../src/config/file.ts";
import { configSchema } from "../../src/config/schema.ts";
import { CONFIG_FLAGS } from "../../src/flags.ts";

// deno-lint-ignore no-explicit-any
const SCHEMA = configSchema() as any;

const isConfig = new Ajv2020({ strict: true, allowUnionTypes: true })
  .compile(SCHEMA);

function isTaken(config: unknown): boolean {
  try {
    parseConfigFile("f", JSON.stringify(config));
    return true;
  } catch (error) {
    if (error instanceof ConfigError) return false;
    throw error;
  }
}

Deno.test({
  name: "configSchema() has every flag, with its help and its default",
  permissions: "none",
  fn() {
    const names = CONFIG_FLAGS.map(({ name }) => name);
    assertEquals(Object.keys(SCHEMA.properties), ["$schema", ...names]);
    for (const flag of CONFIG_FLAGS) {
      const property = SCHEMA.properties[flag.name];
      assertEquals(property.description, flag.help);
      if (flag.repeatable) assertEquals(property.default, []);
      else assertEquals(String(property.default ?? ""), flag.default);
    }
  },
});

Deno.test({
  name: "configSchema() takes its own defaults",
  permissions: "none",
  fn() {
    const defaults = Object.entries(SCHEMA.properties)
      .map((
        [name, property],
      ) => [name, (property as { default: unknown }).default])
      .filter(([, value]) => value !== undefined);
    const config = Object.fromEntries(defaults);
    assert(isConfig(config), JSON.stringify(isConfig.errors));
    assert(isTaken(config));
  },
});

/** Values of all kinds. What a text means beyond its form is not the schema's to say. */
const VALUES: readonly unknown[] = [
  ...[-1, 0, 0.05, 0.1, 1, 1.5, 127, 128, 1024, 65_535, 65_536, 1_000_000],
  ...[1_000_001, 2_147_483, 2_147_484, 1_073_741_824, 1_073_741_825],
  ...["", "1", "64K", "64k", "1M", "1G", "debug", "info", "json", "text"],
  ...["none", "all", "x", "INFO", true, false, null, {}, []],
];

/** Kinds of which the schema says all that there is to say. */
const EXACT = new Set(["PORT", "N", "SECONDS", "LEVEL", "FORMAT", "SIDE"]);

Deno.test("configSchema() and the program agree on", {
  permissions: "none",
}, async (t) => {
  for (const { name, value: kind, repeatable } of CONFIG_FLAGS) {
    await t.step(name, () => {
      for (const value of VALUES) {
        for (const given of repeatable ? [value, [value]] : [value]) {
          const config = { [name]: given };
          const shown = JSON.stringify(config);
          if (isTaken(config)) assert(isConfig(config), `taken: ${shown}`);
          else if (EXACT.has(kind)) {
            assertEquals(isConfig(config), false, `refused: ${shown}`);
          }
        }
      }
    });
  }
  await t.step("names", () => {
    assertEquals(isConfig({ "ws-prot": 1 }), false);
    assertEquals(isConfig({ $schema: "./s.json" }), true);
    assertEquals(isConfig([]), false);
  });
});
