/**
 * Sets of IP addresses in CIDR notation (RFC 4632, RFC 4291 2.3). Pure functions.
 * @module
 */

/** An IP address as a number. One that IPv6 maps from IPv4 is the IPv4 one. */
export interface IpAddress {
  /** 32 for IPv4, 128 for IPv6. */
  readonly bits: 32 | 128;
  /** The address, most significant byte first. */
  readonly value: bigint;
}

/** The addresses that begin with the same bits. */
export interface Cidr extends IpAddress {
  /** How many bits they have in common. */
  readonly prefix: number;
}

/** `::ffff:0:0/96`, where IPv6 has the IPv4 addresses (RFC 4291, 2.5.5.2). */
const MAPPED = 0xffffn;
const MAPPED_PREFIX = 96;

/** An address as the system or a person writes it, without brackets; undefined when it is none. */
export function parseIp(text: string): IpAddress | undefined {
  const address = parseUnmapped(text);
  return address === undefined ? undefined : unmapped(address);
}

/**
 * An address, which stands for itself, or a range such as `192.168.1.0/24`.
 *
 * @throws {RangeError} If it is neither, or has bits behind its prefix, which
 * is more often a slip than meant. The message goes on after a name.
 */
export function parseCidr(text: string): Cidr {
  const [, host = "", length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ??
    [];
  const address = parseUnmapped(host);
  const prefix = Number(length ?? address?.bits);
  if (address === undefined || prefix > address.bits) {
    throw new RangeError(
      `"${text}" is not an address or range: it takes forms such as 10.0.0.7, 192.168.1.0/24 or fd00::/8`,
    );
  }
  const { bits, value } = address;
  const free = BigInt(bits - prefix);
  const first = value >> free << free;
  if (first !== value) {
    throw new RangeError(
      `"${text}" has bits behind its prefix: the range around it is ${
        formatIp({ bits, value: first })
      }/${prefix}`,
    );
  }
  const { bits: family, value: network } = unmapped(address);
  const shorter = family === bits ? 0 : MAPPED_PREFIX;
  return { bits: family, value: network, prefix: prefix - shorter };
}

/** Addresses that were listed, one by one or by range. */
export class AddressSet {
  readonly #ranges: readonly Cidr[];

  /**
   * The addresses of all `ranges`, in the forms that {@linkcode parseCidr} takes.
   *
   * @throws {RangeError} If one can't be understood.
   */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.map(parseCidr);
  }

  /** Whether an address, as the system writes it, is in the set. What is no address is not. */
  has(address: string): boolean {
    const ip = parseIp(address);
    return ip !== undefined && this.#ranges.some((range) => isIn(ip, range));
  }
}

/** IPv4 is not in a range of IPv6, not even in `::/0`: who means both names both. */
function isIn({ bits, value }: IpAddress, range: Cidr): boolean {
  const free = BigInt(range.bits - range.prefix);
  return bits === range.bits && value >> free === range.value >> free;
}

function parseUnmapped(text: string): IpAddress | undefined {
  // Without a zone, such as %eth0, which says only by which way it came.
  const plain = text.replace(/^(fe80:[^%]*)%.+$/i, "$1");
  return plain.includes(":") ? parseV6(plain) : parseV4(plain);
}

function unmapped({ bits, value }: IpAddress): IpAddress {
  return bits === 128 && value >> 32n === MAPPED
    ? { bits: 32, value: value & 0xffff_ffffn }
    : { bits, value };
}

/** Four decimal numbers; none with a leading zero, which some read as octal. */
function parseV4(text: string): IpAddress | undefined {
  const parts = text.split(".");
  const isV4 = parts.length === 4 &&
    parts.every((part) =>
      /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256
    );
  if (!isV4) return undefined;
  return {
    bits: 32,
    value: parts.reduce((sum, part) => sum << 8n | BigInt(part), 0n),
  };
}

/** Any form of RFC 4291, 2.2: the URL parser knows them and writes them in one. */
function parseV6(text: string): IpAddress | undefined {
  if (!/^[\da-f:.]+$/i.test(text)) return undefined;
  const hostname = URL.parse(`http://[${text}]/`)?.hostname;
  if (hostname === undefined) return undefined;
  const [head = "", tail = ""] = hostname.slice(1, -1).split("::");
  const groups = (half: string) => half === "" ? [] : half.split(":");
  const zeros = 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array(zeros).fill("0"), ...groups(tail)];
  return {
    bits: 128,
    value: all.reduce((sum, group) => sum << 16n | BigInt(`0x${group}`), 0n),
  };
}

function formatIp({ bits, value }: IpAddress): string {
  const size = bits === 32 ? 8n : 16n;
  const parts: string[] = [];
  for (let shift = BigInt(bits) - size; shift >= 0n; shift -= size) {
    const part = (value >> shift) & ((1n << size) - 1n);
    parts.push(part.toString(bits === 32 ? 10 : 16));
  }
  if (bits === 32) return parts.join(".");
  return new URL(`http://[${parts.join(":")}]/`).hostname.slice(1, -1);
}
