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

/**
 * @param {View} view
 * @param {Live} live
 * @param {Grid} grid
 * @returns {() => void} Draws it anew.
 */
export function setUpOverview(view, live, grid) {
  const strip = find("#overview", HTMLElement);
  const canvas = find("#overview canvas", HTMLCanvasElement);
  const marker = find("#overview .marker", HTMLElement);
  const heats = new Map(TABLES.map(({ name }) => [name, new Heat()]));
  let drawnAt = performance.now();

  const draw = atMostEvery(PERIOD, () => {
    const now = performance.now();
    let isWarm = false;
    for (const [name, heat] of heats) {
      const isWarmToo = heat.cool(now - drawnAt);
      isWarm ||= isWarmToo;
      const tab = find(`#tab-${name}`, HTMLElement);
      tab.dataset.active = String(isWarmToo);
    }
    drawnAt = now;
    paint(
      canvas,
      live.mirror.table(view.now.table).nonZero,
      heats.get(view.now.table)?.parts ?? [],
    );
    const { address, count } = grid.visible;
    marker.style.left = `${address / TABLE_SIZE * 100}%`;
    marker.style.width = `${count / TABLE_SIZE * 100}%`;
    strip.setAttribute("aria-valuenow", String(address));
    if (isWarm) draw();
  });

  live.onChange(({ table, address, values, source, isShown }) => {
    if (!isShown) return;
    if (source !== "bank") heats.get(table)?.touch(address, values.length);
    draw();
  });
  view.watch((changed) => {
    if (changed("unit")) {
      for (const heat of heats.values()) heat.parts.fill(0);
    }
    draw();
  });
  new ResizeObserver(draw).observe(canvas);

  /** @param {number} address */
  const go = (address) => {
    const to = Math.max(0, Math.min(Math.round(address), TABLE_SIZE - 1));
    view.goTo(to);
    grid.reveal(to, "center");
  };
  const byPointer = (/** @type {PointerEvent} */ event) => {
    if (event.buttons !== 1) return;
    const { left, width } = strip.getBoundingClientRect();
    go((event.clientX - left) / width * TABLE_SIZE);
  };
  strip.addEventListener("pointerdown", (event) => {
    strip.setPointerCapture(event.pointerId);
    byPointer(event);
  });
  strip.addEventListener("pointermove", byPointer);
  strip.addEventListener("keydown", (event) => {
    const { focus } = view.now.selection;
    const to = {
      ArrowLeft: focus - BIN_SIZE,
      ArrowRight: focus + BIN_SIZE,
      Home: 0,
      End: TABLE_SIZE - 1,
    }[event.key];
    if (to === undefined) return;
    go(to);
    event.preventDefault();
  });
  return draw;
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
