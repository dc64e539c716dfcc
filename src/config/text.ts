/**
 * What is in force, as a configuration file.
 * @module
 */
import type { Setting } from "../config.ts";
import { TOPICS } from "../flags.ts";
import type { Flag } from "../flags/flag.ts";
import { escapeControls } from "../log.ts";

/**
 * Every setting with where it came from, as a configuration file that gives the
 * same. There is nothing in it to keep secret: tokens and keys stand in files of
 * their own, of which it has the names.
 */
export function configText(settings: readonly Setting[]): string {
  const last = settings.findLast(isSet);
  const topics = TOPICS.map(({ title, flags }) => {
    const lines = settings.filter(({ flag }) => flags.includes(flag))
      .map((setting) => lineOf(setting, setting !== last));
    return `  // ${title}\n${lines.join("\n")}`;
  });
  return `{\n${topics.join("\n\n")}\n}\n`;
}

/** A flag without a default may be without a value. */
function isSet({ flag, texts }: Setting): boolean {
  return flag.repeatable === true || texts.length > 0;
}

function lineOf(setting: Setting, comma: boolean): string {
  const { flag, texts, origin } = setting;
  const name = JSON.stringify(flag.name);
  if (!isSet(setting)) return `  // ${name}: not set`;
  const values = texts.map((text) => asJson(flag, text));
  const value = flag.repeatable ? `[${values.join(", ")}]` : values[0];
  const end = escapeControls(origin ?? "default");
  return `  ${name}: ${value}${comma ? "," : ""} // ${end}`;
}

function asJson({ schema }: Flag, text: string): string {
  const types: readonly string[] = [schema?.type ?? "string"].flat();
  const isNumber = /^[\d.]+$/.test(text) && types.some((t) => t !== "string");
  return isNumber ? String(Number(text)) : escapeControls(JSON.stringify(text));
}
