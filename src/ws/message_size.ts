/**
 * How large a message is on the wire.
 * @module
 */

/** Most bytes that a UTF-16 code unit takes in UTF-8. */
const MAX_UNIT = 3;

/** Whether data that has arrived, text or bytes, had more than `most` bytes. */
export function isLongerThan(most: number, data: unknown): boolean {
  if (data instanceof ArrayBuffer) return data.byteLength > most;
  if (typeof data !== "string" || data.length * MAX_UNIT <= most) return false;
  return data.length > most || new TextEncoder().encode(data).length > most;
}
