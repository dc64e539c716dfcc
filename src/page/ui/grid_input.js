/**
 * Pointer and keys on the grid.
 * @module
 */
import { clipped, moved, rangeOf } from "../model/selection.js";

/** @import { Editor } from "./editor.js" */
/** @import { Grid } from "./grid.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/**
 * @param {View} view
 * @param {Live} live
 * @param {Grid} grid
 * @param {Editor} editor
 */
export function setUpGridInput(view, live, grid, editor) {
  const { element } = grid;
  /** @param {number} focus @param {boolean} extend */
  const select = (focus, extend) => {
    const { anchor } = view.now.selection;
    const selection = extend
      ? clipped({ anchor, focus }, grid.rows, grid.columns)
      : { anchor: focus, focus };
    view.change({ selection });
  };
  usePointer(view, grid, editor, select);

  element.addEventListener("keydown", (event) => {
    if (event.target !== element || event.altKey) return;
    const { key, shiftKey } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    const to = moved(view.now.selection.focus, { key, ctrl }, grid);
    if (to !== undefined) {
      select(to, shiftKey);
      grid.reveal(view.now.selection.focus, "nearest");
    } else if (ctrl) return;
    else if (!edit(key)) return;
    event.preventDefault();
  });

  /** @param {string} key @returns {boolean} Whether it means anything. */
  function edit(key) {
    const { isBit } = view.table;
    grid.reveal(view.now.selection.focus, "nearest");
    if (key === "Escape") select(view.now.selection.focus, false);
    else if (key === "Delete") editor.fill(0);
    else if (isBit && (key === "Enter" || key === " ")) editor.toggle();
    else if (isBit && /^[01]$/.test(key)) editor.fill(Number(key));
    else if (!isBit && (key === "Enter" || key === "F2")) editor.open();
    else if (!isBit && /^[\d+-]$/.test(key)) editor.open(key);
    else return false;
    return true;
  }

  element.addEventListener("copy", (event) => {
    if (editor.isOpen) return;
    const { table, selection } = view.now;
    const { address, count } = rangeOf(selection);
    const values = live.mirror.read(table, address, count);
    event.clipboardData?.setData("text/plain", values?.join("\t") ?? "");
    event.preventDefault();
  });
  element.addEventListener("paste", (event) => {
    if (editor.isOpen) return;
    editor.paste(event.clipboardData?.getData("text/plain") ?? "");
    event.preventDefault();
  });
}

/**
 * A click toggles a bit, and edits a register that was selected before; a drag,
 * or a click with Shift, selects several.
 *
 * @param {View} view
 * @param {Grid} grid
 * @param {Editor} editor
 * @param {(focus: number, extend: boolean) => void} select
 */
function usePointer(view, grid, editor, select) {
  const { element } = grid;
  /** @type {number | undefined} Where the button went down. */
  let from;
  let wasSelected = false;
  let isDrag = false;

  element.addEventListener("pointerdown", (event) => {
    const address = grid.addressOf(event.target);
    if (address === undefined || event.button !== 0) return;
    const { selection } = view.now;
    wasSelected = selection.anchor === address && selection.focus === address &&
      document.activeElement === element;
    from = address;
    isDrag = event.shiftKey;
    // A finger that goes down may be about to scroll.
    if (event.pointerType === "mouse" || isDrag) {
      select(address, event.shiftKey);
    }
  });
  element.addEventListener("pointermove", (event) => {
    if (from === undefined || event.pointerType !== "mouse") return;
    const address = grid.addressOf(event.target);
    if (address === undefined || address === view.now.selection.focus) return;
    isDrag = true;
    select(address, true);
  });
  addEventListener("pointerup", () => from = undefined);
  addEventListener("pointercancel", () => from = undefined);

  element.addEventListener("click", (event) => {
    const address = grid.addressOf(event.target);
    if (address === undefined || editor.isOpen) return;
    if (isDrag) isDrag = false;
    else {
      if (view.now.selection.focus !== address) select(address, false);
      if (view.table.isBit) editor.toggle();
      else if (wasSelected) editor.open();
    }
    if (!editor.isOpen) element.focus({ preventScroll: true });
  });
  element.addEventListener("dblclick", (event) => {
    const address = grid.addressOf(event.target);
    if (address === undefined || view.table.isBit || editor.isOpen) return;
    editor.open();
  });
}
