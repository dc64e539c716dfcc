/**
 * Keeps the subscription on what can be seen and what is watched.
 * @module
 */
import { wanted } from "../model/interest.js";
import { TABLE_SIZE } from "../model/tables.js";
import { cellsOf } from "../model/watch.js";
import { whenQuiet } from "./pace.js";

/** @import { Range } from "/client.js" */
/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** Milliseconds without scrolling after which other cells are asked for. */
const REST = 120;

/**
 * @param {View} view
 * @param {Live} live
 * @param {Grid} grid
 */
export function setUpFollowing(view, live, grid) {
  const follow = (/** @type {boolean} */ isOther) => {
    const { scope, isFiltered } = view.now;
    const watched = view.now.watch.map(cellsOf);
    const visible = { ...grid.visible, unit: view.now.unit };
    const need = wanted({ scope, isFiltered, watched, view: visible });
    const want = wanted({ scope, isFiltered, watched, view: around(visible) });
    live.follow(want, need, isOther);
  };
  const followSoon = whenQuiet(REST, () => follow(false));
  grid.onScroll = followSoon;
  // Now it is known which units there are.
  live.addEventListener("state", () => {
    if (live.isLive) follow(true);
  });
  view.watch((changed) => {
    if (changed("scope", "isFiltered", "watch", "table", "unit")) follow(true);
  });
}

/**
 * @param {Range} range
 * @returns {Range} With as much before and behind it, so that not every step asks anew.
 */
function around({ unit, table, address, count }) {
  const first = Math.max(0, address - count);
  const end = Math.min(TABLE_SIZE, address + 2 * count);
  return { unit, table, address: first, count: end - first };
}
