/**
 * The JSON Schema of configuration files: with it an editor completes, explains
 * and checks them.
 * @module
 */
import { CONFIG_FLAGS } from "../flags.ts";
import type { Flag } from "../flags/flag.ts";

/** The schema, made of the table of flags. */
export function configSchema(): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Configuration of modbus-ws-adapter",
    type: "object",
    // Of this schema, for editors.
    properties: Object.fromEntries([
      ["$schema", { type: "string" }],
      ...CONFIG_FLAGS.map((flag) => [flag.name, propertyOf(flag)]),
    ]),
    additionalProperties: false,
  };
}

function propertyOf({ help, repeatable, schema, ...flag }: Flag) {
  const value = schema ?? { type: "string", minLength: 1 };
  if (repeatable) {
    return { description: help, type: "array", items: value, default: [] };
  }
  if (flag.default === "") return { description: help, ...value };
  const isText = [value.type].flat().includes("string");
  const preset = isText ? flag.default : Number(flag.default);
  return { description: help, ...value, default: preset };
}
