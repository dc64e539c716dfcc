/**
 * Where in a table things happen, for a strip that shows all of it.
 * @module
 */
import { BIN_SIZE, BINS } from "./mirror.js";

/** Milliseconds after which half of the heat is gone. */
const HALF_LIFE = 1500;

/** Heat below this is none. */
const COLD = 0.02;

/** Heat of each part of a table: 1 when it has just changed, then less and less. */
export class Heat {
  /** 0 to 1, by part. */
  parts = new Float32Array(BINS);

  /**
   * Cells have changed.
   *
   * @param {number} address
   * @param {number} count
   */
  touch(address, count) {
    const first = Math.floor(address / BIN_SIZE);
    const last = Math.floor((address + count - 1) / BIN_SIZE);
    this.parts.fill(1, first, last + 1);
  }

  /**
   * Time has gone by.
   *
   * @param {number} time In milliseconds.
   * @returns {boolean} Whether any heat is left.
   */
  cool(time) {
    const factor = 2 ** (-time / HALF_LIFE);
    let isWarm = false;
    for (let i = 0; i < BINS; i++) {
      const heat = Number(this.parts[i]) * factor;
      this.parts[i] = heat < COLD ? 0 : heat;
      isWarm ||= heat >= COLD;
    }
    return isWarm;
  }
}
