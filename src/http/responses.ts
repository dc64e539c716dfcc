/**
 * HTTP responses, with the headers that all of them have.
 * @module
 */

/** Only what the page itself needs, and nothing from elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const COMMON_HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
} as const;

/** Lets a page of another origin read the response. */
export function shareWith(origin: string, response: Response): Response {
  response.headers.set("access-control-allow-origin", origin);
  response.headers.append("vary", "origin");
  return response;
}

/** A response with a text of the given media type, or its bytes. */
export function textResponse(
  text: string | Uint8Array<ArrayBuffer>,
  type: string,
): Response {
  const headers = { ...COMMON_HEADERS, "content-type": type };
  return new Response(text, { headers });
}

/** A response whose body comes bit by bit: neither the runtime nor a proxy is to gather it. */
export function streamResponse(
  stream: ReadableStream<Uint8Array<ArrayBuffer>> | null,
  type: string,
): Response {
  const headers = {
    ...COMMON_HEADERS,
    "content-type": type,
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  };
  return new Response(stream, { headers });
}

/** A response with a JSON body. */
export function jsonResponse(
  body: unknown,
  status = 200,
  type = "application/json",
): Response {
  const headers = { ...COMMON_HEADERS, "content-type": type };
  return new Response(JSON.stringify(body) + "\n", { status, headers });
}

/**
 * An error as problem details (RFC 9457).
 *
 * @param code What is wrong, for programs, as in the WebSocket protocol:
 * `not_found` has the type `/problems/not-found` and the title "Not found".
 * @param message What is wrong this time and what is allowed, for people.
 */
export function errorResponse(
  status: number,
  code: string,
  message: string,
): Response {
  const type = `/problems/${code.replaceAll("_", "-")}`;
  const words = code.replaceAll("_", " ").replace("json", "JSON");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const problem = { type, title, status, detail: message };
  return jsonResponse(problem, status, "application/problem+json");
}
