/**
 * Framing: where in a stream of bytes one ADU ends (Implementation Guide
 * V1.0b, 3.1.3). What the PDU inside says is not looked at.
 * @module
 */
import { MAX_LENGTH, MBAP_PREFIX, MIN_LENGTH, PROTOCOL_ID } from "./limits.ts";

/** Big-endian 16-bit number at byte `at`. */
export function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

/** Writes `value` as a big-endian 16-bit number to byte `at`. */
export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

/** Outcomes of {@linkcode frameLength} that are no length. */
export const Frame = {
  /** The ADU is not complete: read more. */
  incomplete: 0,
  /** The protocol id is not that of MODBUS: the stream can't be followed. */
  badProtocolId: -1,
  /** The length is outside 2 to 254: the stream can't be followed. */
  badLength: -2,
} as const;

/**
 * Looks at the bytes from `start` (inclusive) to `end` (exclusive).
 *
 * @returns The length in bytes of the ADU that begins at `start` when it is
 * complete; otherwise a value of {@linkcode Frame}. A violation is told as
 * soon as the bytes that show it are there, so that nothing is awaited in vain.
 */
export function frameLength(
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const available = end - start;
  if (available >= 3 && bytes[start + 2] !== PROTOCOL_ID >>> 8) {
    return Frame.badProtocolId;
  }
  if (available >= 4 && uint16(bytes, start + 2) !== PROTOCOL_ID) {
    return Frame.badProtocolId;
  }
  if (available < MBAP_PREFIX) {
    return available === 5 && bytes[start + 4] !== 0
      ? Frame.badLength
      : Frame.incomplete;
  }
  const length = uint16(bytes, start + 4);
  if (length < MIN_LENGTH || length > MAX_LENGTH) return Frame.badLength;
  const total = MBAP_PREFIX + length;
  return total <= available ? total : Frame.incomplete;
}
