/**
 * The body of a request as text, within bounds.
 * @module
 */
import { nextTurn } from "../pause.ts";
import { fail, quote } from "../ws/fields.ts";
import { RequestError } from "./request_error.ts";

/** What a body may cost. */
export interface BodyLimits {
  /** Most bytes. */
  readonly size: number;
  /** Milliseconds in which it must be complete. */
  readonly timeout: number;
  /** The flag that says so, if one does. */
  readonly flag?: string;
}

/**
 * Refuses what is not JSON in UTF-8, before any of it is read. That type is
 * also what a form on a page of elsewhere can't send.
 *
 * @throws {RequestError} If it is something else, or packed.
 */
export function checkJsonType(headers: Headers): void {
  const type = headers.get("content-type");
  if (type === null || !JSON_TYPE.test(type)) {
    const given = type === null ? "none" : quote(type);
    const what = `Content-Type must be application/json in UTF-8, not ${given}`;
    throw new RequestError("unsupported_media_type", what);
  }
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") {
    const what = `Content-Encoding ${quote(coding)} is not understood here`;
    throw new RequestError("unsupported_media_type", what);
  }
}

/** Bytes that are decoded at once. */
const PIECE = 1 << 20;

const JSON_TYPE =
  /^application\/json[ \t]*(;[ \t]*charset=("?)utf-8\2)?[ \t]*$/i;

/**
 * Reads a body; as soon as it is larger than it may be, no more of it.
 *
 * @throws {RequestError} If it is too large, takes too long or breaks off.
 * @throws {ProtocolError} If it is not UTF-8.
 */
export async function readText(
  { headers, body }: Pick<Request, "headers" | "body">,
  limits: BodyLimits,
): Promise<string> {
  const { size, timeout } = limits;
  if (Number(headers.get("content-length")) > size) throw tooLarge(limits);
  if (body === null) return "";
  const reader = body.getReader();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, timeout);
  try {
    const chunks = await readAll(reader, limits);
    if (late) {
      const what = `The body was not complete within ${timeout} ms`;
      throw new RequestError("body_timeout", what);
    }
    return await decode(chunks);
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limits: BodyLimits,
): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(brokeOff);
    if (done) return chunks;
    length += value.length;
    if (length > limits.size) {
      reader.cancel().catch(() => {});
      throw tooLarge(limits);
    }
    chunks.push(value);
  }
}

/** The client is gone: that is not worth a line in the log. */
function brokeOff(): never {
  throw new RequestError("body_incomplete", "The body broke off");
}

function tooLarge({ size, flag }: BodyLimits): RequestError {
  const source = flag === undefined ? "" : ` (${flag})`;
  const what = `A body has up to ${size} bytes${source}`;
  return new RequestError("body_too_large", what);
}

/** What is large is decoded piece by piece, so that others have their turn. */
async function decode(chunks: readonly Uint8Array[]): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    let text = "";
    let length = 0;
    for (const chunk of chunks) {
      text += decoder.decode(chunk, { stream: true });
      length += chunk.length;
      if (length < PIECE) continue;
      length = 0;
      await nextTurn();
    }
    return text + decoder.decode();
  } catch {
    fail("invalid_json", "The body is not JSON: it is not UTF-8");
  }
}
