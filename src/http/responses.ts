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

/** A response with a text of the given media type. */
export function textResponse(text: string, type: string): Response {
  const headers = { ...COMMON_HEADERS, "content-type": type };
  return new Response(text, { headers });
}

/** A response with a JSON body. */
export function jsonResponse(body: unknown, status = 200): Response {
  const headers = { ...COMMON_HEADERS, "content-type": "application/json" };
  return new Response(JSON.stringify(body) + "\n", { status, headers });
}

/** An error as JSON: a code for programs, a message for people. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
): Response {
  return jsonResponse({ error: { code, message } }, status);
}
