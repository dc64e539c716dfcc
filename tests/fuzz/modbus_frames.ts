/**
 * Requests for a Modbus server, from right ones to noise.
 * @module
 */
import type { Random } from "../testing/random.ts";
import { fromHex } from "../testing/hex.ts";
import { allVectors } from "../testing/vectors.ts";

/** Function codes that mean something, and their neighbours. */
const CODES = [
  ...[1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 22, 23, 43],
  ...[1, 2, 3, 4, 5, 6, 15, 16, 22, 23],
] as const;

/** Addresses where mistakes are made; some overlap, so that reads meet writes. */
const ADDRESSES = [0, 1, 2, 7, 8, 9, 15, 16, 255, 256, 0x7fff, 0x8000, 0xfffe];

/** Golden requests, to be broken. */
const GOLDEN = allVectors().map(({ request }) => fromHex(request));

/** Most of what each function can do at once (Application Protocol V1.1b3, 6). */
const MOST = [2000, 125, 1968, 123, 121] as const;

/** Bytes for a server: most often one ADU, right or wrong. */
export function randomFrame(random: Random): Uint8Array {
  switch (random.int(200)) {
    case 0:
      return random.bytes(random.between(1, 40));
    case 1:
      return flipped(random, random.pick(GOLDEN));
    case 2:
      return random.pick(GOLDEN);
    case 3:
      return framed(random, [...random.bytes(random.between(1, 253))]);
    case 4:
      return flipped(random, framed(random, randomPdu(random)));
    case 5:
      return withHeader(random, framed(random, randomPdu(random)));
    case 6:
      return burst(random);
    default:
      return framed(random, randomPdu(random));
  }
}

/** The same small request many times, with large answers: more than what is answered at once. */
function burst(random: Random): Uint8Array {
  const code = random.between(1, 4);
  const pdu = [code, ...word(address(random)), 0, random.between(40, 125)];
  const frame = framed(random, pdu);
  const times = random.between(20, 200);
  const frames = new Uint8Array(times * frame.length);
  for (let i = 0; i < times; i++) frames.set(frame, i * frame.length);
  return frames;
}

/** A PDU in an ADU whose header is right. */
function framed(random: Random, pdu: readonly number[]): Uint8Array {
  const adu = new Uint8Array(7 + pdu.length);
  adu[0] = random.int(256);
  adu[1] = random.int(256);
  adu[5] = pdu.length + 1;
  adu[6] = random.oneIn(2) ? 1 : random.int(256);
  adu.set(pdu, 7);
  return adu;
}

/** An ADU whose protocol id or length is not what it should be. */
function withHeader(random: Random, adu: Uint8Array): Uint8Array {
  const at = random.pick([2, 3, 4, 5, 5, 5]);
  adu[at] = random.pick([0, 1, 2, 3, 254, 255, random.int(256)]);
  return adu;
}

function flipped(random: Random, bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  for (let flips = random.between(1, 3); flips > 0; flips--) {
    copy[random.int(copy.length)]! ^= 1 << random.int(8);
  }
  return copy;
}

/** A PDU of at most 253 bytes: right, or right but for a few places. */
function randomPdu(random: Random): number[] {
  const pdu = rightPdu(random, random.pick(CODES));
  if (!random.oneIn(6)) return pdu;
  switch (random.int(5)) {
    case 0:
      pdu.length = random.between(1, pdu.length);
      break;
    case 1:
      for (let more = random.between(1, 3); more > 0; more--) {
        if (pdu.length < 253) pdu.push(random.int(256));
      }
      break;
    case 2:
      pdu[0] = random.int(256);
      break;
    case 3:
      pdu[random.int(pdu.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
      break;
    default:
      pdu[random.int(pdu.length)] = random.int(256);
  }
  return pdu;
}

function rightPdu(random: Random, code: number): number[] {
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
      return [code, ...word(address(random)), ...word(quantity(random))];
    case 5:
      return [5, ...word(address(random)), random.pick([0, 0xff]), 0];
    case 6:
      return [6, ...word(address(random)), ...word(random.int(0x10000))];
    case 8: {
      const data = random.bytes(2 * random.pick([0, 1, 1, 2, 125]));
      return [8, 0, random.oneIn(9) ? random.int(20) : 0, ...data];
    }
    case 15: {
      const count = Math.min(quantity(random), 1976);
      const data = random.bytes(Math.ceil(count / 8));
      const head = [15, ...word(address(random)), ...word(count), data.length];
      return [...head, ...data];
    }
    case 16: {
      const count = Math.min(quantity(random), 123);
      const data = random.bytes(count * 2);
      const head = [16, ...word(address(random)), ...word(count), data.length];
      return [...head, ...data];
    }
    case 22: {
      const masks = random.bytes(4);
      return [22, ...word(address(random)), ...masks];
    }
    case 23: {
      const count = Math.min(quantity(random), 121);
      const data = random.bytes(count * 2);
      return [
        ...[23, ...word(address(random)), ...word(quantity(random))],
        ...[...word(address(random)), ...word(count), data.length],
        ...data,
      ];
    }
    case 43:
      return [43, 14, random.pick([1, 2, 3, 4, 0, 5]), random.int(9)];
    default:
      return [code];
  }
}

function address(random: Random): number {
  switch (random.int(4)) {
    case 0:
      return random.pick(ADDRESSES);
    case 1: // So that the largest quantities just fit, or just do not.
      return (0x10000 - random.pick(MOST) + random.int(3) - 1) & 0xffff;
    case 2:
      return random.int(300);
    default:
      return random.int(0x10000);
  }
}

function quantity(random: Random): number {
  switch (random.int(16)) {
    case 0:
      return random.pick(MOST) + random.int(3) - 1;
    case 1:
      return random.pick([0, 0xffff, 0x8000, 0x100]);
    case 2:
      return random.between(1, 2000);
    default:
      return random.between(1, 30);
  }
}

function word(value: number): [number, number] {
  return [value >> 8, value & 0xff];
}
