/**
 * What the server says of itself: device identification and server id.
 * @module
 */
import { RUN_INDICATOR_ON } from "./limits.ts";

/** Object ids of the basic and regular device identification, in order (Application Protocol V1.1b3, 6.21). */
export interface DeviceIdentity {
  /** Object 00 hex. */
  readonly vendorName: string;
  /** Object 01 hex. */
  readonly productCode: string;
  /** Object 02 hex. */
  readonly majorMinorRevision: string;
  /** Object 03 hex. */
  readonly vendorUrl: string;
  /** Object 04 hex. */
  readonly productName: string;
  /** Object 05 hex. */
  readonly modelName: string;
  /** Object 06 hex. */
  readonly userApplicationName: string;
}

/** The identity in bytes, made once. */
export interface EncodedIdentity {
  /** Value of the object with the id that is its index. */
  readonly objects: readonly Uint8Array[];
  /** Server id, run indicator and additional data of function 11 hex (6.13). */
  readonly serverId: Uint8Array;
}

/** Longest object value: with it, one object and its headers fill a PDU of 253 bytes. */
const MAX_OBJECT = 244;

/**
 * Encodes an identity.
 *
 * @throws {RangeError} If a text is longer than 244 bytes or not ASCII.
 */
export function encodeIdentity(identity: DeviceIdentity): EncodedIdentity {
  const objects = [
    identity.vendorName,
    identity.productCode,
    identity.majorMinorRevision,
    identity.vendorUrl,
    identity.productName,
    identity.modelName,
    identity.userApplicationName,
  ].map(ascii);
  const name = ascii(`${identity.productCode} ${identity.majorMinorRevision}`);
  const serverId = new Uint8Array(2 + name.length);
  serverId[0] = 0x01;
  serverId[1] = RUN_INDICATOR_ON;
  serverId.set(name, 2);
  return { objects, serverId };
}

function ascii(text: string): Uint8Array {
  // deno-lint-ignore no-control-regex
  if (text.length > MAX_OBJECT || !/^[\x00-\x7f]*$/.test(text)) {
    throw new RangeError(
      `Cannot identify the device with "${text}": it takes up to ${MAX_OBJECT} ASCII characters`,
    );
  }
  return new TextEncoder().encode(text);
}
