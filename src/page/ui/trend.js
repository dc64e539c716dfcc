/**
 * Curves over time.
 * @module
 */
import uPlot from "/uplot.js";
import { find, setText } from "./dom.js";

/** @import { Series } from "../model/series.js" */

/**
 * @typedef {object} Trace
 * @property {string} name
 * @property {number} color Of the palette, from 0.
 * @property {Series} series
 */

/** Colours of the palette, `--trace-0` and so on. */
export const COLORS = 8;

/** Points that stand for one pixel would be too many to draw four times a second. */
const PIXELS_PER_PART = 2;

/** A chart of the traces that it is given. */
export class Trend {
  #element = find("#trend", HTMLElement);
  #readout = find("#trend-readout", HTMLElement);
  /** @type {uPlot | undefined} */
  #plot;
  /** What the chart was made for. */
  #made = "";
  /** @type {readonly Trace[]} */
  #traces = [];

  /** Colours or sizes have changed. */
  reset() {
    this.#made = "";
  }

  /**
   * @param {readonly Trace[]} traces
   * @param {number} from In milliseconds since 1970.
   * @param {number} to
   * @param {boolean} isShared Whether all curves have one scale; otherwise each fills the height.
   */
  draw(traces, from, to, isShared) {
    const { clientWidth: width, clientHeight: height } = this.#element;
    if (width === 0 || height === 0) return;
    const key = JSON.stringify([
      traces.map(({ name, color }) => [name, color]),
      width,
      height,
      isShared,
    ]);
    this.#traces = traces;
    const parts = Math.max(10, Math.floor(width / PIXELS_PER_PART));
    const step = (to - from) / parts / 2;
    const times = Array.from(
      { length: 2 * parts },
      (_, i) => (from + (i + 0.5) * step) / 1000,
    );
    /** @type {uPlot.AlignedData} */
    const data = [
      times,
      ...traces.map(({ series }) => series.sample(from, to, parts)),
    ];
    if (this.#plot !== undefined && key === this.#made) {
      return this.#plot.setData(data);
    }
    this.#plot?.destroy();
    this.#plot = new uPlot(
      this.#options(width, height, isShared || traces.length === 1),
      data,
      this.#element,
    );
    this.#made = key;
  }

  /**
   * @param {number} width
   * @param {number} height
   * @param {boolean} isShared
   * @returns {uPlot.Options}
   */
  #options(width, height, isShared) {
    const style = getComputedStyle(this.#element);
    const color = (/** @type {string} */ name) =>
      style.getPropertyValue(name).trim();
    const font = `${
      Math.round(parseFloat(style.fontSize))
    }px ${style.fontFamily}`;
    const axis = {
      ...{ stroke: color("--dim"), font, ticks: { show: false } },
      grid: { stroke: color("--line"), width: 1 },
    };
    return {
      ...{ width, height, legend: { show: false } },
      padding: [8, 8, 0, 0],
      cursor: { y: false, drag: { x: false, y: false } },
      axes: [
        { ...axis, space: 80, size: 26, values: clockTimes },
        { ...axis, size: axisWidth, show: isShared, scale: "y" },
      ],
      scales: Object.fromEntries(this.#traces.map((_, i) => [
        isShared ? "y" : `y${i}`,
        { range: withMargin },
      ])),
      series: [
        {},
        ...this.#traces.map((trace, i) => ({
          scale: isShared ? "y" : `y${i}`,
          stroke: color(`--trace-${trace.color}`),
          ...{ width: 1.75, points: { show: false } },
        })),
      ],
      hooks: { setCursor: [(plot) => this.#tell(plot)] },
    };
  }

  /**
   * Says what the curves are where the pointer is.
   *
   * @param {uPlot} plot
   */
  #tell({ cursor: { idx }, data }) {
    if (idx === null || idx === undefined) return setText(this.#readout, "");
    const time = new Date(Number(data[0][idx]) * 1000).toTimeString().slice(
      0,
      8,
    );
    const values = this.#traces.map(({ name }, i) => {
      const value = data[i + 1]?.[idx];
      return `${name} ${
        value === null || value === undefined ? "–" : brief(value)
      }`;
    });
    setText(this.#readout, [time, ...values].join(" · "));
  }
}

/**
 * @param {number} value
 * @returns {string} With as many digits as make sense to people.
 */
export function brief(value) {
  return String(Number(value.toPrecision(5)));
}

/**
 * @param {uPlot} _plot
 * @param {number[]} times In seconds.
 * @returns {string[]}
 */
function clockTimes(_plot, times) {
  return times.map((time) => new Date(time * 1000).toTimeString().slice(0, 8));
}

/**
 * @param {uPlot} _plot
 * @param {string[]} labels
 * @returns {number} Room for the longest label.
 */
function axisWidth(_plot, labels) {
  const longest = Math.max(3, ...(labels ?? []).map((label) => label.length));
  return 14 + longest * 8;
}

/**
 * @param {uPlot} _plot
 * @param {number | null} low
 * @param {number | null} high
 * @returns {[number, number]} So that no curve runs along the edge.
 */
function withMargin(_plot, low, high) {
  if (low === null || high === null) return [0, 1];
  const margin = (high - low) * 0.08 || Math.abs(high) * 0.05 || 1;
  return [low - margin, high + margin];
}
