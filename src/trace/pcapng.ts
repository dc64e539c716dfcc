/**
 * The capture file format pcapng, as far as one section with one interface
 * needs it (draft-ietf-opsawg-pcapng). Little-endian.
 * @module
 */

const SECTION_HEADER = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION = 1;
const ENHANCED_PACKET = 6;

/** Lets a reader see the byte order. */
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Raw IP: a packet begins with its IPv4 or IPv6 header (LINKTYPE_RAW). */
const LINK_TYPE_RAW = 101;

/** Option that names the program that writes. */
const OPTION_USER_APPLICATION = 4;

const USER_APPLICATION = "modbus-ws-adapter";

/** Bytes of a packet block before its data. */
export const PACKET_HEADER = 28;

/** Bytes of a packet block around `length` bytes of data, padding included. */
export function packetOverhead(length: number): number {
  return PACKET_HEADER + (-length & 3) + 4;
}

/** What a file begins with: the section's header and its one interface, for packets of any length, with times in microseconds. */
export function pcapngHeader(): Uint8Array<ArrayBuffer> {
  const name = new TextEncoder().encode(USER_APPLICATION);
  const padded = name.length + (-name.length & 3);
  const section = 24 + 4 + padded + 4 + 4;
  const description = 20;
  const bytes = new Uint8Array(section + description);
  const view = new DataView(bytes.buffer);
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, i) => view.setUint32(at + 4 * i, value, true));
  // Version 1.0; the section's length is not known (−1).
  words(
    0,
    SECTION_HEADER,
    section,
    BYTE_ORDER_MAGIC,
    1,
    0xffffffff,
    0xffffffff,
  );
  words(24, OPTION_USER_APPLICATION | (name.length << 16));
  bytes.set(name, 28);
  words(section - 4, section);
  words(section, INTERFACE_DESCRIPTION, description, LINK_TYPE_RAW, 0);
  words(section + description - 4, description);
  return bytes;
}

/**
 * Writes a packet block around the `length` bytes of data that are, or will
 * be, at `at` + {@linkcode PACKET_HEADER}.
 *
 * @param time Microseconds since 1970.
 * @returns The length of the block.
 */
export function putPacket(
  view: DataView,
  at: number,
  length: number,
  time: number,
): number {
  const total = length + packetOverhead(length);
  view.setUint32(at, ENHANCED_PACKET, true);
  view.setUint32(at + 4, total, true);
  view.setUint32(at + 8, 0, true);
  view.setUint32(at + 12, Math.floor(time / 2 ** 32), true);
  view.setUint32(at + 16, time % 2 ** 32, true);
  view.setUint32(at + 20, length, true);
  view.setUint32(at + 24, length, true);
  for (let i = at + PACKET_HEADER + length; i < at + total - 4; i++) {
    view.setUint8(i, 0);
  }
  view.setUint32(at + total - 4, total, true);
  return total;
}
