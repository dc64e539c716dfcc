/**
 * A strip that stands for all of a table: where something is, where something
 * happens, what the grid shows of it.
 * @module
 */
import { Heat } from "../model/heat.js";
import { BIN_SIZE, BINS } from "../model/mirror.js";
import { TABLE_SIZE, TABLES } from "../model/tables.js";
import { find } from "./dom.js";
import { atMostEvery } from "./pace.js";

/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** Milliseconds between two pictures. */
const PERIOD = 100;

/** The strip, and the marks of the tables in which something happens. */
export class Overview {
  #strip = find("#overview", HTMLElement);
  #canvas = find("#overview canvas", HTMLCanvasElement);
  #marker = find("#overview .marker", HTMLElement);
  #heats = new Map(TABLES.map(({ name }) => [name, new Heat()]));
  #drawnAt = performance.now();
  #view;
  #live;
  #grid;
  /** Has it drawn soon. */
  draw = atMostEvery(PERIOD, () => this.#draw());

  /**
   * @param {View} view
   * @param {Live} live
   * @param {Grid} grid
   */
  constructor(view, live, grid) {
    this.#view = view;
    this.#live = live;
    this.#grid = grid;
    live.onChange(({ table, address, values, source, isShown }) => {
      if (!isShown) return;
      if (source !== "bank") {
        this.#heats.get(table)?.touch(address, values.length);
      }
      this.draw();
    });
    view.watch((changed) => {
      if (changed("unit")) {
        for (const heat of this.#heats.values()) heat.parts.fill(0);
      }
      this.draw();
    });
    new ResizeObserver(this.draw).observe(this.#canvas);
    this.#setUpPointer();
    this.#setUpKeys();
  }

  #setUpPointer() {
    const strip = this.#strip;
    const go = (/** @type {PointerEvent} */ event) => {
      if (event.buttons !== 1) return;
      const { left, width } = strip.getBoundingClientRect();
      this.#go((event.clientX - left) / width * TABLE_SIZE);
    };
    strip.addEventListener("pointerdown", (event) => {
      strip.setPointerCapture(event.pointerId);
      go(event);
    });
    strip.addEventListener("pointermove", go);
  }

  #setUpKeys() {
    this.#strip.addEventListener("keydown", (event) => {
      const { focus } = this.#view.now.selection;
      const to = {
        ArrowLeft: focus - BIN_SIZE,
        ArrowRight: focus + BIN_SIZE,
        Home: 0,
        End: TABLE_SIZE - 1,
      }[event.key];
      if (to === undefined) return;
      this.#go(to);
      event.preventDefault();
    });
  }

  /** @param {number} address Or some number near one. */
  #go(address) {
    const to = Math.max(0, Math.min(Math.round(address), TABLE_SIZE - 1));
    this.#view.goTo(to);
    this.#grid.reveal(to, "center");
  }

  #draw() {
    const now = performance.now();
    let isWarm = false;
    for (const [name, heat] of this.#heats) {
      const isActive = heat.cool(now - this.#drawnAt);
      isWarm ||= isActive;
      find(`#tab-${name}`, HTMLElement).dataset.active = String(isActive);
    }
    this.#drawnAt = now;
    const { table } = this.#view.now;
    const { nonZero } = this.#live.mirror.table(table);
    paint(this.#canvas, nonZero, this.#heats.get(table)?.parts ?? []);
    const { address, count } = this.#grid.visible;
    this.#marker.style.left = `${address / TABLE_SIZE * 100}%`;
    this.#marker.style.width = `${count / TABLE_SIZE * 100}%`;
    this.#strip.setAttribute("aria-valuenow", String(address));
    if (isWarm) this.draw();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} nonZero
 * @param {ArrayLike<number>} heat
 */
function paint(canvas, nonZero, heat) {
  const scale = devicePixelRatio;
  const width = Math.round(canvas.clientWidth * scale);
  const height = Math.round(canvas.clientHeight * scale);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) return;
  const style = getComputedStyle(canvas);
  const [bar, hot] = ["--bar", "--change"].map((name) =>
    style.getPropertyValue(name)
  );
  context.clearRect(0, 0, width, height);
  for (let i = 0; i < BINS; i++) {
    const left = Math.floor(i * width / BINS);
    const right = Math.max(
      left + 1,
      Math.floor((i + 1) * width / BINS) - (width > 3 * BINS ? 1 : 0),
    );
    const warmth = Number(heat[i]);
    if (warmth > 0) {
      context.globalAlpha = Math.min(1, 0.25 + warmth * 0.75);
      context.fillStyle = String(hot);
      context.fillRect(left, 0, right - left, height);
      context.globalAlpha = 1;
    }
    const count = Number(nonZero[i]);
    if (count === 0) continue;
    // One cell of 256 is to be seen, too.
    const share = 0.25 + 0.75 * Math.log2(1 + count) / Math.log2(1 + BIN_SIZE);
    context.fillStyle = String(bar);
    context.fillRect(left, height * (1 - share), right - left, height * share);
  }
}
