/**
 * Fuzzes the token file: lines right and wrong, against the README's words.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { TokenFileError, Tokens } from "../../src/access/tokens.ts";
import type { Random } from "../testing/random.ts";
import type { Outcomes, Target } from "./fuzz.ts";

/** Files of one round. */
const FILES = 200;

/** What tokens are made of. */
const LETTERS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~+-";

/** What they are not made of, secrets among it that no message may repeat. */
const ODD = [
  ...["ä", "/", "=", ",", '"', "\0", "😀", "\ud800", "\u202e", "\\"],
];

/** White space as it stands in files. */
const SPACES = [" ", "  ", "\t", " \t ", "\u00a0"];

/** What may become of a file. */
const TOKEN_OUTCOMES: readonly string[] = ["tokens", "refused"];

/** A file, and the role of each token in it; undefined: it is refused. */
interface Sample {
  readonly text: string;
  readonly roles: ReadonlyMap<string, string> | undefined;
}

function token(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick([...LETTERS])).join("");
}

function sample(random: Random): Sample {
  const roles = new Map<string, string>();
  const lines: string[] = [];
  let right = true;
  for (let n = random.int(6); n > 0; n--) {
    const kind = random.int(16);
    const role = random.pick(["viewer", "operator"]);
    const good = token(random, random.pick([16, 17, 64, 255, 256]));
    const space = random.pick(SPACES);
    switch (kind) {
      case 0: // No role, no token, too much.
        lines.push(random.pick([good, role, `${role} ${good} ${good}`]));
        right = false;
        break;
      case 1:
        lines.push(
          `${random.pick(["admin", "Viewer", "role", "__proto__"])} ${good}`,
        );
        right = false;
        break;
      case 2:
        lines.push(`${role} ${token(random, random.pick([1, 15, 257, 5000]))}`);
        right = false;
        break;
      case 3: {
        const at = random.int(good.length);
        const odd = random.pick(ODD);
        lines.push(`${role} ${good.slice(0, at)}${odd}${good.slice(at)}`);
        right = false;
        break;
      }
      case 4:
        lines.push(
          `${role} ${good}`,
          `${random.pick(["viewer", role])} ${good}`,
        );
        right = false;
        break;
      case 5:
        lines.push(
          random.pick(["", "  ", "# viewer", "#", `# ${role} ${good}`]),
        );
        break;
      default:
        lines.push(
          `${random.oneIn(4) ? space : ""}${role}${space}${good}${
            random.oneIn(4) ? space : ""
          }`,
        );
        roles.set(good, role);
    }
  }
  const end = random.pick(["\n", "\r\n"]);
  const start = random.oneIn(5) ? "\ufeff" : "";
  const text = start + lines.join(end) + random.pick(["", end]);
  return { text, roles: right && roles.size > 0 ? roles : undefined };
}

/** Texts that are near a token. */
function near(random: Random, right: string): string {
  const at = random.int(right.length);
  return random.pick([
    right.slice(0, -1),
    right + right.at(-1),
    right + "\0",
    right.slice(1),
    right.slice(0, at) + random.pick([...LETTERS, ...ODD]) +
    right.slice(at + 1),
    right.toUpperCase(),
    right + " ",
    right.repeat(300),
    "",
  ]);
}

function check({ text, roles }: Sample, random: Random): string {
  let tokens: Tokens;
  try {
    tokens = Tokens.parse(text);
  } catch (error) {
    if (!(error instanceof TokenFileError)) throw error;
    assert(roles === undefined, `Refused: ${JSON.stringify(text)}`);
    // One line, that gives nothing of the file away.
    assert(/^[\x20-\x7e]+$/.test(error.message), error.message);
    for (const word of text.split(/\s+/)) {
      const isSecret = word.length >= 8 && !/^(viewer|operator)/.test(word);
      assert(!isSecret || !error.message.includes(word), error.message);
    }
    return "refused";
  }
  assert(roles !== undefined, `Taken: ${JSON.stringify(text)}`);
  for (const [token, role] of roles) {
    assertEquals(tokens.roleOf(token), role);
    const other = near(random, token);
    assertEquals(tokens.roleOf(other), roles.get(other));
  }
  return "tokens";
}

/** The token file from text to roles. */
export const tokenFile: Target = {
  name: "tokens",
  unit: "files",
  outcomes: TOKEN_OUTCOMES,
  round(random: Random, outcomes: Outcomes) {
    for (let i = 0; i < FILES; i++) outcomes.add(check(sample(random), random));
  },
};
