/**
 * As much of WebSocket (RFC 6455) as a client needs that counts messages: far
 * cheaper than the runtime's, so that not the load program is measured. Pure.
 * @module
 */

/** What happens with what has arrived. */
export interface FrameSink {
  /** A message has come. */
  message(): void;
  /** It tells of a write, whose first three values are `high`, `low` and `tag`. */
  write(number: number, tag: number): void;
}

/** The key of every handshake: only a server's answer to it is checked. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** The answer to that key (RFC 6455, 1.3, has both as its example). */
export const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/** The request to become a WebSocket. */
export function handshake(port: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\n\r\n`,
  );
}

/** A text message of up to 125 bytes in one frame, with the mask 0. */
export function textFrame(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > 125) throw new RangeError("Cannot frame a long text");
  return Uint8Array.of(0x81, 0x80 | bytes.length, 0, 0, 0, 0, ...bytes);
}

/** Bytes of the frame at `start`, its header included; undefined while that is not known. */
export function frameLength(
  bytes: Uint8Array,
  start: number,
  end: number,
): number | undefined {
  if (end - start < 2) return undefined;
  const short = bytes[start + 1]! & 0x7f;
  if (short < 126) return 2 + short;
  const width = short === 126 ? 2 : 8;
  if (end - start < 2 + width) return undefined;
  let length = 0;
  for (let i = 0; i < width; i++) length = length * 256 + bytes[start + 2 + i]!;
  return 2 + width + length;
}

/**
 * Tells `sink` of all complete frames from `start` to `end`.
 *
 * @returns Where the first incomplete one begins.
 */
export function scanFrames(
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: FrameSink,
): number {
  for (;;) {
    const length = frameLength(bytes, start, end);
    if (length === undefined || start + length > end) return start;
    // Control frames have opcodes from 8.
    if ((bytes[start]! & 0x0f) < 8) {
      sink.message();
      scanWrites(bytes, start + 2, start + length, sink);
    }
    start += length;
  }
}

const [OPEN, COLON, COMMA] = [0x5b, 0x3a, 0x2c];

/** Finds `:[1,2,3` in JSON: the values of a notification, and nothing else has an array behind a key. */
function scanWrites(
  bytes: Uint8Array,
  start: number,
  end: number,
  sink: FrameSink,
): void {
  for (;;) {
    const at = bytes.indexOf(OPEN, start);
    if (at < 0 || at >= end) return;
    start = at + 1;
    if (bytes[at - 1] !== COLON) continue;
    let high = 0;
    let low = 0;
    let value = 0;
    let commas = 0;
    for (; start < end; start++) {
      const byte = bytes[start]!;
      if (byte >= 0x30 && byte <= 0x39) {
        value = value * 10 + byte - 0x30;
        continue;
      }
      if (byte !== COMMA) break;
      high = low;
      low = value;
      value = 0;
      commas++;
    }
    if (commas === 2) sink.write(high * 65_536 + low, value);
  }
}
