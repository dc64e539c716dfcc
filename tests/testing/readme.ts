/**
 * The README, as the tests of its examples read it.
 * @module
 */
import text from "../../README.md" with { type: "text" };

/** The whole text. */
export const README: string = text;

/** An example: what stands between two lines of three backticks. */
export interface Example {
  /** Its language; empty: none. */
  readonly language: string;
  /** Its lines. */
  readonly text: string;
  /** The heading that it stands under. */
  readonly heading: string;
  /** The line that it begins in. */
  readonly line: number;
}

/** All examples, in their order. */
export const EXAMPLES: readonly Example[] = Array.from(
  text.matchAll(/^```(\w*)\n([^]*?)^```$/gm),
  ({ 1: language, 2: body, index }) => {
    const before = text.slice(0, index);
    // A comment in an example looks like a heading.
    const prose = before.replace(/^```[^]*?^```$/gm, "");
    const heading = prose.match(/^#+ .*$/gm)?.at(-1) ?? "";
    return {
      ...{ language: language!, text: body! },
      heading: heading.replace(/^#+ /, ""),
      line: before.split("\n").length,
    };
  },
);

/** The examples of a language under a heading. */
export function examplesUnder(
  heading: string,
  language: string,
): readonly string[] {
  return EXAMPLES.filter((example) =>
    example.heading === heading && example.language === language
  ).map(({ text }) => text);
}

/** The commands of an example for a shell, each in one line, without comments. */
export function commandsOf(text: string): readonly string[] {
  return text.replaceAll("\\\n", " ").split("\n")
    .map((line) => line.replace(/\s+# .*$/, "").trim()).filter(Boolean);
}

/** The words of a command, as far as the README quotes, without where it writes to or reads from. */
export function wordsOf(command: string): readonly string[] {
  return [
    ...command.replace(/ [<>] \S+$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g),
  ]
    .map(([, double, single, plain]) => double ?? single ?? plain!);
}
