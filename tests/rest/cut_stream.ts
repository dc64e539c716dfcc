/**
 * A client of server-sent events whose connection ends at any byte.
 * @module
 */
import { within } from "../testing/within.ts";

/** The text of a body as far as it has come: chunks (RFC 9112, 7.1) behind a head. */
function bodyOf(text: string): string {
  const start = text.indexOf("\r\n\r\n");
  if (start < 0) return "";
  let body = "";
  for (let at = start + 4;;) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) return body;
    const length = Number.parseInt(text.slice(at, end), 16);
    body += text.slice(end + 2, end + 2 + length);
    at = end + 2 + length + 2;
  }
}

/** Splits what has come into whole events; the rest of one does not count. */
function eventsOf(body: string): string[] {
  return body.split("\n\n").slice(0, -1);
}

/**
 * Reads events until the connection is cut, or `take` says that it is enough.
 *
 * @param lastEventId What the last one had for an id; undefined: there was none.
 * @param most Bytes after which the client cuts the connection.
 * @param take Gets each event, once.
 */
export async function readEvents(
  url: URL,
  lastEventId: string | undefined,
  most: number,
  take: (event: string) => boolean,
): Promise<void> {
  const { hostname, port, pathname, search, host } = url;
  using conn = await Deno.connect({ hostname, port: Number(port) });
  const id = lastEventId === undefined
    ? ""
    : `Last-Event-ID: ${lastEventId}\r\n`;
  await conn.write(new TextEncoder().encode(
    `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\n${id}\r\n`,
  ));
  // All of it is ASCII: bytes are characters.
  const decoder = new TextDecoder("latin1");
  const bytes = new Uint8Array(1 << 16);
  let text = "";
  let taken = 0;
  while (text.length < most) {
    const room = bytes.subarray(0, Math.min(bytes.length, most - text.length));
    const length = await within(conn.read(room), "more of the stream");
    if (length === null) return;
    text += decoder.decode(room.subarray(0, length));
    for (const event of eventsOf(bodyOf(text)).slice(taken)) {
      taken++;
      if (take(event)) return;
    }
  }
}
