/**
 * TCP segments in IP packets, as they could have been on the wire (RFC 9293,
 * RFC 791, RFC 8200).
 * @module
 */

/** One side of a connection. */
export interface Endpoint {
  /** The IP address: 4 bytes, or 16. */
  readonly address: Uint8Array;
  /** The TCP port. */
  readonly port: number;
}

/** Flags of a TCP segment. */
export const Flag = {
  /** The sender has no more data. */
  fin: 0x01,
  /** Begins a connection. */
  syn: 0x02,
  /** Data for the application. */
  push: 0x08,
  /** The acknowledgement number holds. */
  acknowledge: 0x10,
} as const;

/** What a segment says. */
export interface Segment {
  /** Who sends it. */
  readonly from: Endpoint;
  /** Who gets it; the address has the same length. */
  readonly to: Endpoint;
  /** Number of its first byte. */
  readonly sequence: number;
  /** Number of the next byte that the sender expects. */
  readonly acknowledgement: number;
  /** See {@linkcode Flag}. */
  readonly flags: number;
}

const IPV4_HEADER = 20;
const IPV6_HEADER = 40;
const TCP_HEADER = 20;
const PROTOCOL_TCP = 6;
const HOP_LIMIT = 64;
const WINDOW = 0xffff;

/** Bytes of the headers of a segment between addresses of that length. */
export function headersLength({ address }: Endpoint): number {
  return (address.length === 4 ? IPV4_HEADER : IPV6_HEADER) + TCP_HEADER;
}

/**
 * Writes a packet to `bytes` from `at`, where there is room for it.
 *
 * @returns Its length.
 */
export function putSegment(
  bytes: Uint8Array,
  at: number,
  segment: Segment,
  payload: Uint8Array,
): number {
  const { from, to } = segment;
  const length = headersLength(from) + payload.length;
  const tcpAt = at + headersLength(from) - TCP_HEADER;
  if (from.address.length === 4) putIpv4(bytes, at, length, from, to);
  else putIpv6(bytes, at, length - IPV6_HEADER, from, to);
  putTcp(bytes, tcpAt, segment);
  bytes.set(payload, tcpAt + TCP_HEADER);
  const tcpLength = TCP_HEADER + payload.length;
  const pseudo = sum(from.address, 0, from.address.length) +
    sum(to.address, 0, to.address.length) + PROTOCOL_TCP + tcpLength;
  put16(bytes, tcpAt + 16, checksum(pseudo + sum(bytes, tcpAt, tcpLength)));
  return length;
}

function putIpv4(
  bytes: Uint8Array,
  at: number,
  length: number,
  from: Endpoint,
  to: Endpoint,
): void {
  bytes.fill(0, at, at + IPV4_HEADER);
  bytes[at] = 0x40 | (IPV4_HEADER / 4);
  put16(bytes, at + 2, length);
  bytes[at + 6] = 0x40; // do not fragment
  bytes[at + 8] = HOP_LIMIT;
  bytes[at + 9] = PROTOCOL_TCP;
  bytes.set(from.address, at + 12);
  bytes.set(to.address, at + 16);
  put16(bytes, at + 10, checksum(sum(bytes, at, IPV4_HEADER)));
}

function putIpv6(
  bytes: Uint8Array,
  at: number,
  length: number,
  from: Endpoint,
  to: Endpoint,
): void {
  bytes.fill(0, at, at + 8);
  bytes[at] = 0x60;
  put16(bytes, at + 4, length);
  bytes[at + 6] = PROTOCOL_TCP;
  bytes[at + 7] = HOP_LIMIT;
  bytes.set(from.address, at + 8);
  bytes.set(to.address, at + 24);
}

/** The checksum is left 0. */
function putTcp(bytes: Uint8Array, at: number, segment: Segment): void {
  const { from, to, sequence, acknowledgement, flags } = segment;
  put16(bytes, at, from.port);
  put16(bytes, at + 2, to.port);
  put32(bytes, at + 4, sequence);
  put32(bytes, at + 8, acknowledgement);
  bytes[at + 12] = (TCP_HEADER / 4) << 4;
  bytes[at + 13] = flags;
  put16(bytes, at + 14, WINDOW);
  put32(bytes, at + 16, 0);
}

/** Sum of the 16-bit words, an odd last byte as the higher one. */
function sum(bytes: Uint8Array, at: number, length: number): number {
  let total = 0;
  const end = at + length;
  for (let i = at; i + 1 < end; i += 2) {
    total += (bytes[i]! << 8) | bytes[i + 1]!;
  }
  return length % 2 === 1 ? total + (bytes[end - 1]! << 8) : total;
}

/** The internet checksum (RFC 1071) of words with that sum. */
function checksum(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded & 0xffff) + (folded >>> 16);
  return ~folded & 0xffff;
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value;
}

function put32(bytes: Uint8Array, at: number, value: number): void {
  put16(bytes, at, value >>> 16);
  put16(bytes, at + 2, value);
}
