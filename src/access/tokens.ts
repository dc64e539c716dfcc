/**
 * Tokens: what clients show to be let in. Pure.
 * @module
 */
import { areEqual } from "./constant_time.ts";
import { type Role, ROLES } from "./role.ts";

/** Fewest characters of a token: one that can be guessed protects nothing. */
export const MIN_TOKEN_LENGTH = 16;

/** Most characters of a token. */
export const MAX_TOKEN_LENGTH = 256;

/** Most tokens. */
export const MAX_TOKENS = 1000;

/**
 * Characters that stand for themselves wherever a token may stand: behind
 * `Bearer` (RFC 6750, 2.1) and as a WebSocket subprotocol (RFC 9110, 5.6.2).
 */
const TOKEN = /^[A-Za-z0-9._~+-]+$/;

/** What is wrong with a token file. Never says what stands there: it may be a secret. */
export class TokenFileError extends Error {
  /** The message goes on after the file's name. */
  constructor(message: string) {
    super(message);
    this.name = "TokenFileError";
  }
}

interface Entry {
  readonly role: Role;
  readonly token: Uint8Array;
}

/** The tokens that let clients in. */
export class Tokens {
  readonly #entries: readonly Entry[];

  private constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  /**
   * Reads lines of `role token`; empty ones and those that begin with `#` are
   * left out.
   *
   * @throws {TokenFileError} If a line is something else, or there is no token.
   */
  static parse(text: string): Tokens {
    const entries: Entry[] = [];
    const lines = new Map<string, number>();
    // Editors on Windows begin a file with a byte order mark.
    for (const [i, line] of text.replace(/^\ufeff/, "").split("\n").entries()) {
      const words = line.trim().split(/\s+/);
      if (words[0] === "" || words[0]!.startsWith("#")) continue;
      const { role, token } = parseLine(words, i + 1);
      const before = lines.get(token);
      if (before !== undefined) {
        fail(i + 1, `has the token of line ${before} again`);
      }
      lines.set(token, i + 1);
      entries.push({ role, token: padded(token) });
    }
    if (entries.length === 0) {
      throw new TokenFileError(
        'has no token: it takes lines such as "operator" and a token behind it',
      );
    }
    if (entries.length > MAX_TOKENS) {
      throw new TokenFileError(
        `has ${entries.length} tokens: it takes up to ${MAX_TOKENS}`,
      );
    }
    return new Tokens(entries);
  }

  /**
   * The role of whoever shows that token; undefined: nobody's.
   *
   * Takes the same time however much of a token is right: every token is
   * compared, each to its end.
   */
  roleOf(token: string): Role | undefined {
    const given = padded(token);
    let role: Role | undefined;
    for (const entry of this.#entries) {
      if (areEqual(given, entry.token)) role = entry.role;
    }
    return role;
  }
}

function parseLine(
  words: readonly string[],
  line: number,
): { role: Role; token: string } {
  const [role = "", token = ""] = words;
  if (words.length !== 2) {
    fail(line, `has ${words.length} words: it takes a role and a token`);
  }
  if (!ROLES.includes(role as Role)) {
    fail(line, `does not begin with a role: it takes ${ROLES.join(" or ")}`);
  }
  const { length } = token;
  if (length < MIN_TOKEN_LENGTH || length > MAX_TOKEN_LENGTH) {
    fail(
      line,
      `has a token of ${length} characters: it takes ${MIN_TOKEN_LENGTH} to ${MAX_TOKEN_LENGTH}, such as "openssl rand -hex 32" prints`,
    );
  }
  if (!TOKEN.test(token)) {
    fail(
      line,
      "has a token with a character that is not allowed: it takes letters, digits and . _ ~ + -",
    );
  }
  return { role: role as Role, token };
}

/** The beginning of a text in bytes, zeros up to the longest token, and its length: always as many bytes. */
function padded(text: string): Uint8Array {
  const bytes = new Uint8Array(MAX_TOKEN_LENGTH + 2);
  new TextEncoder().encodeInto(text, bytes.subarray(0, MAX_TOKEN_LENGTH));
  const length = Math.min(text.length, 0xffff);
  bytes[MAX_TOKEN_LENGTH] = length >>> 8;
  bytes[MAX_TOKEN_LENGTH + 1] = length;
  return bytes;
}

function fail(line: number, what: string): never {
  throw new TokenFileError(`line ${line} ${what}`);
}
