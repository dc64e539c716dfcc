import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  MAX_TOKEN_LENGTH,
  MAX_TOKENS,
  MIN_TOKEN_LENGTH,
  TokenFileError,
  Tokens,
} from "../../src/access/tokens.ts";

const VIEWER = "0123456789abcdef";
const OPERATOR = "AZaz09._~+-operator";

Deno.test({
  name: "Tokens gives each token its role, and others none",
  permissions: "none",
  fn() {
    const tokens = Tokens.parse(`viewer ${VIEWER}\noperator ${OPERATOR}\n`);
    assertEquals(tokens.roleOf(VIEWER), "viewer");
    assertEquals(tokens.roleOf(OPERATOR), "operator");
  },
});

/** Near misses of `VIEWER`. */
const WRONG: readonly [what: string, token: string][] = [
  ["nothing", ""],
  ["its beginning", VIEWER.slice(0, -1)],
  ["more than it", VIEWER + "0"],
  ["a zero byte behind it", VIEWER + "\0"],
  ["another first character", "1" + VIEWER.slice(1)],
  ["another last character", VIEWER.slice(0, -1) + "e"],
  ["capitals", VIEWER.toUpperCase()],
  ["a blank before it", " " + VIEWER],
  ["a line end behind it", VIEWER + "\n"],
  ["its role and it", "viewer " + VIEWER],
  ["a comment's text", "#0123456789abcdef"],
  ["full-width digits", "０１２３４５６７８９abcdef"],
  ["a million characters", VIEWER.repeat(62_500)],
  ["lone surrogates", "\ud800".repeat(16)],
];

for (const [what, token] of WRONG) {
  Deno.test({
    name: `Tokens: ${what} is no token`,
    permissions: "none",
    fn() {
      const file = `# ${VIEWER}x\nviewer ${VIEWER}\noperator ${OPERATOR}`;
      assertEquals(Tokens.parse(file).roleOf(token), undefined);
    },
  });
}

/** Files that are fine, with how many tokens. */
const FINE: readonly [what: string, text: string][] = [
  ["no line end at the end", `viewer ${VIEWER}`],
  ["Windows line ends", `# plant 7\r\nviewer ${VIEWER}\r\n`],
  ["a byte order mark", `\ufeffviewer ${VIEWER}\n`],
  ["comments and empty lines", `\n#x\n  # y z\n \t\nviewer ${VIEWER}\n\n`],
  ["blanks around the words", `\t viewer \t ${VIEWER} \n`],
];

for (const [what, text] of FINE) {
  Deno.test({
    name: `Tokens.parse() takes ${what}`,
    permissions: "none",
    fn: () => assertEquals(Tokens.parse(text).roleOf(VIEWER), "viewer"),
  });
}

Deno.test({
  name:
    "Tokens.parse() takes tokens of both lengths at the limit, and as many as there may be",
  permissions: "none",
  fn() {
    const longest = "l".repeat(MAX_TOKEN_LENGTH);
    const shortest = "s".repeat(MIN_TOKEN_LENGTH);
    const others = Array.from(
      { length: MAX_TOKENS - 2 },
      (_, i) => `viewer ${VIEWER}${i}`,
    );
    const tokens = Tokens.parse(
      [`viewer ${longest}`, ...others, `operator ${shortest}`].join("\n"),
    );
    assertEquals(tokens.roleOf(longest), "viewer");
    assertEquals(tokens.roleOf(longest + "l"), undefined);
    assertEquals(tokens.roleOf(shortest), "operator");
    assertEquals(tokens.roleOf(`${VIEWER}${MAX_TOKENS - 3}`), "viewer");
  },
});

/** A secret that no message may repeat. */
const SECRET = "s3cret-s3cret-s3cret";

/** Files that are not fine, and what is said of them. */
const FLAWS: readonly [what: string, text: string, message: string][] = [
  ["nothing", "", "has no token"],
  ["comments alone", `# viewer ${SECRET}\n`, "has no token"],
  [
    "a token without a role",
    `# x\n\n${SECRET}\n`,
    "line 3 has 1 words: it takes a role and a token",
  ],
  [
    "a role without a token",
    "viewer",
    "line 1 has 1 words: it takes a role and a token",
  ],
  [
    "a third word",
    `viewer ${VIEWER}\nviewer ${SECRET} # the office\n`,
    "line 2 has 5 words: it takes a role and a token",
  ],
  [
    "the words in the wrong order",
    `${SECRET} viewer`,
    "line 1 does not begin with a role: it takes viewer or operator",
  ],
  [
    "an unknown role",
    `admin ${SECRET}`,
    "line 1 does not begin with a role: it takes viewer or operator",
  ],
  [
    "a role in capitals",
    `Viewer ${SECRET}`,
    "line 1 does not begin with a role: it takes viewer or operator",
  ],
  [
    "a colon between",
    `viewer:${SECRET}`,
    "line 1 has 1 words: it takes a role and a token",
  ],
  [
    "a token that is too short",
    `viewer ${SECRET.slice(0, 15)}`,
    "line 1 has a token of 15 characters: it takes 16 to 256",
  ],
  [
    "a token that is too long",
    `viewer ${SECRET.repeat(13)}`,
    "line 1 has a token of 260 characters: it takes 16 to 256",
  ],
  [
    "base64 with a slash, which no subprotocol may have",
    `viewer ${SECRET}/+==`,
    "line 1 has a token with a character that is not allowed",
  ],
  [
    "a letter of another alphabet",
    `viewer ${SECRET}é`,
    "line 1 has a token with a character that is not allowed",
  ],
  [
    "a zero byte",
    `viewer ${SECRET}\0`,
    "line 1 has a token with a character that is not allowed",
  ],
  [
    "UTF-16",
    Array.from(`viewer ${SECRET}`, (letter) => `${letter}\0`).join(""),
    "line 1 does not begin with a role",
  ],
  [
    "a token twice",
    `viewer ${SECRET}\n\noperator ${SECRET}\n`,
    "line 3 has the token of line 1 again",
  ],
  [
    "too many tokens",
    Array.from({ length: MAX_TOKENS + 1 }, (_, i) => `viewer ${SECRET}${i}`)
      .join("\n"),
    "has 1001 tokens: it takes up to 1000",
  ],
];

for (const [what, text, message] of FLAWS) {
  Deno.test({
    name: `Tokens.parse() refuses ${what}`,
    permissions: "none",
    fn() {
      const error = assertThrows(
        () => Tokens.parse(text),
        TokenFileError,
        message,
      );
      assert(!error.message.includes(SECRET.slice(0, 6)), error.message);
    },
  });
}
