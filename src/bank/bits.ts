/**
 * Copies between packed bits and byte strings, as pure functions.
 * @module
 */

/** Up to here a loop is faster than making a view for `TypedArray.set`, and it allocates nothing. */
const LOOP_LIMIT = 512;

/** Copies `length` bytes from `source` at `from` to `target` at `to`. */
export function copyBytes(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  length: number,
): void {
  if (length > LOOP_LIMIT) {
    target.set(source.subarray(from, from + length), to);
    return;
  }
  for (let i = 0; i < length; i++) target[to + i] = source[from + i]!;
}

/**
 * Copies `count` bits, beginning with bit `bit` of `source` (bit 0 is the least
 * significant of byte 0), to whole bytes of `target` from byte `to`. The unused
 * bits of the last byte become 0, as on the Modbus wire.
 */
export function unpackBits(
  source: Uint8Array,
  bit: number,
  target: Uint8Array,
  to: number,
  count: number,
): void {
  const length = (count + 7) >>> 3;
  const from = bit >>> 3;
  const shift = bit & 7;
  if (shift === 0) {
    copyBytes(source, from, target, to, length);
  } else {
    for (let i = 0; i < length; i++) {
      target[to + i] = (source[from + i]! >>> shift) |
        (source[from + i + 1]! << (8 - shift));
    }
  }
  const used = count & 7;
  if (used !== 0) target[to + length - 1]! &= (1 << used) - 1;
}

/**
 * Copies `count` bits from whole bytes of `source`, from byte `from`, to
 * `target`, beginning with its bit `bit`. All other bits of `target` stay.
 */
export function packBits(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  bit: number,
  count: number,
): void {
  let done = 0;
  while (done < count) {
    const at = bit + done;
    const inByte = at & 7;
    const width = Math.min(8 - inByte, count - done);
    const shift = done & 7;
    let value = source[from + (done >>> 3)]! >>> shift;
    if (shift + width > 8) {
      value |= source[from + (done >>> 3) + 1]! << (8 - shift);
    }
    const mask = ((1 << width) - 1) << inByte;
    const old = target[at >>> 3]!;
    target[at >>> 3] = (old & ~mask) | ((value << inByte) & mask);
    done += width;
  }
}

/** Sets `count` bits of `target` from bit `bit` on to 1. */
export function setBits(target: Uint8Array, bit: number, count: number): void {
  const end = bit + count;
  let at = bit;
  while (at < end) {
    if ((at & 7) === 0 && end - at >= 8) {
      const bytes = (end - at) >>> 3;
      target.fill(0xff, at >>> 3, (at >>> 3) + bytes);
      at += bytes * 8;
    } else {
      target[at >>> 3]! |= 1 << (at & 7);
      at++;
    }
  }
}

/**
 * Calls `found` with start and length of every run of ones among the first
 * `count` bits of `source`, in ascending order.
 */
export function forEachRun(
  source: Uint8Array,
  count: number,
  found: (start: number, length: number) => void,
): void {
  let start = -1;
  for (let bit = 0; bit < count; bit++) {
    const byte = source[bit >>> 3]!;
    // Whole bytes without a boundary of a run are passed over at once.
    if ((bit & 7) === 0 && byte === (start < 0 ? 0 : 0xff)) {
      bit += 7;
      continue;
    }
    const on = (byte >>> (bit & 7)) & 1;
    if (on === 1 && start < 0) start = bit;
    if (on === 0 && start >= 0) {
      found(start, bit - start);
      start = -1;
    }
  }
  if (start >= 0) found(start, count - start);
}
