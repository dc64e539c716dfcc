/**
 * The requests of the load and what answers them rightly. Pure, and made
 * without the program's own codec: it is what is measured.
 * @module
 */

/** Unit id of every request. */
const UNIT_ID = 1;

/** Bytes before the PDU. */
const HEADER = 7;

/** Bytes before the values of a request to write. */
export const VALUES_AT: number = HEADER + 6;

/** Function codes that the load uses. */
export type FunctionCode = 1 | 3 | 16;

/** One kind of request: what it reads or writes. */
export interface RequestKind {
  /** 1: read coils, 3: read holding registers, 16: write holding registers. */
  readonly functionCode: FunctionCode;
  /** First cell. */
  readonly address: number;
  /** How many cells. */
  readonly quantity: number;
}

/** A request with transaction id 0; values to write are 0. */
export function buildRequest(
  { functionCode, address, quantity }: RequestKind,
): Uint8Array<ArrayBuffer> {
  const values = functionCode === 16 ? 1 + quantity * 2 : 0;
  const bytes = new Uint8Array(HEADER + 5 + values);
  const view = new DataView(bytes.buffer);
  view.setUint16(4, bytes.length - 6);
  view.setUint8(6, UNIT_ID);
  view.setUint8(7, functionCode);
  view.setUint16(8, address);
  view.setUint16(10, quantity);
  if (functionCode === 16) view.setUint8(12, quantity * 2);
  return bytes;
}

/** Bytes of the right response. */
export function responseLength(
  { functionCode, quantity }: RequestKind,
): number {
  switch (functionCode) {
    case 1:
      return HEADER + 2 + Math.ceil(quantity / 8);
    case 3:
      return HEADER + 2 + quantity * 2;
    case 16:
      return HEADER + 5;
  }
}

/** Bytes of the ADU that begins at `at`, as its header says; it needs six bytes. */
export function aduLength(bytes: Uint8Array, at: number): number {
  return 6 + ((bytes[at + 4]! << 8) | bytes[at + 5]!);
}

/**
 * Whether the ADU at `at`, of `length` bytes, answers a request rightly, whatever
 * its transaction id.
 *
 * @param request The request: what a write echoes stands there.
 * @param expected What {@linkcode responseLength} says.
 */
export function isRightResponse(
  bytes: Uint8Array,
  at: number,
  length: number,
  request: Uint8Array,
  expected: number,
): boolean {
  const functionCode = request[7]!;
  if (
    length !== expected || bytes[at + 2] !== 0 || bytes[at + 3] !== 0 ||
    bytes[at + 6] !== UNIT_ID || bytes[at + 7] !== functionCode
  ) {
    return false;
  }
  if (functionCode !== 16) return bytes[at + 8] === length - HEADER - 2;
  return bytes[at + 8] === request[8] && bytes[at + 9] === request[9] &&
    bytes[at + 10] === request[10] && bytes[at + 11] === request[11];
}
