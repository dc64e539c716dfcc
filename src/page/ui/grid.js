/**
 * The cells of a table. Only the rows that can be seen are in the document.
 * @module
 */
import { allRows, NonZeroRows } from "../model/rows.js";
import { TABLE_SIZE } from "../model/tables.js";
import { columnsFor, scrollToRow, visibleRows } from "../model/virtual.js";
import { find, make } from "./dom.js";
import { atMostEvery, onFrame } from "./pace.js";
import { RowView } from "./row_view.js";

/** @import { Range } from "/client.js" */
/** @import { RowList } from "../model/rows.js" */
/** @import { Live } from "./live.js" */
/** @import { View } from "./view.js" */

/** Milliseconds between two pictures of values that change. */
const CHANGES = 40;

/** Milliseconds between two looks at what is lit. */
const DUSK = 150;

/** Rows in the document beyond those that can be seen, on either side. */
const MARGIN = 3;

/** The grid: what it shows, and where. */
export class Grid {
  element = find("#grid", HTMLElement);
  columns = 10;
  rowHeight = 28;
  /** @type {RowList} */
  rows = allRows(10);
  #head = find("#grid-head", HTMLElement);
  #canvas = find("#grid-rows", HTMLElement);
  #empty = find("#grid-empty", HTMLElement);
  /** @type {RowView[]} */
  #pool = [];
  /** 1 where a cell of the table has changed since it was painted. */
  #changes = new Uint8Array(TABLE_SIZE);
  /** @type {NonZeroRows | undefined} */
  #filter;
  /** Known here, as asking the browser would have it lay out the page at once. */
  #scrollTop = 0;
  #height = 0;
  #view;
  #live;
  /** Called when other rows can be seen. */
  onScroll = () => {};
  /** Has the grid painted with the next frame. */
  repaint = onFrame(() => this.#paint());
  /** Has changes painted: nobody reads faster. */
  #repaintSoon = atMostEvery(CHANGES, this.repaint);
  /** Puts out what is lit. */
  #repaintLater = atMostEvery(DUSK, this.repaint);

  /**
   * @param {View} view
   * @param {Live} live
   */
  constructor(view, live) {
    this.#view = view;
    this.#live = live;
    this.element.addEventListener("scroll", () => {
      this.#scrollTop = this.element.scrollTop;
      this.repaint();
      this.onScroll();
    });
    new ResizeObserver(() => this.#measure()).observe(this.element);
    live.onChange(({ table, address, values, before, source, isShown }) => {
      if (!isShown || table !== view.now.table) return;
      if (source !== "bank") {
        values.forEach((value, i) => {
          if (Number(value) !== before[i]) this.#changes[address + i] = 1;
        });
      }
      if (this.#filter?.add(address, values)) this.#resize();
      this.#repaintSoon();
    });
    view.watch((changed) => {
      if (changed("unit", "table", "format", "notation", "isFiltered")) {
        this.#measure(true);
      }
      if (changed("selection")) this.repaint();
    });
  }

  /** Rows that fit, less one: what a page key moves by. */
  get page() {
    return Math.max(1, Math.floor(this.#height / this.rowHeight) - 1);
  }

  /** @returns {Range} The cells that can be seen. */
  get visible() {
    const { first, end } = visibleRows(this.#place, this.rows.length, 0);
    const { table } = this.#view.now;
    if (first >= end) return { table, address: 0, count: 1 };
    const address = this.rows.at(first) * this.columns;
    const last = Math.min(
      (this.rows.at(end - 1) + 1) * this.columns,
      TABLE_SIZE,
    );
    return { table, address, count: last - address };
  }

  /**
   * Makes a cell visible.
   *
   * @param {number} address
   * @param {"nearest" | "center"} where
   */
  reveal(address, where) {
    const place = this.rows.placeOf(Math.floor(address / this.columns));
    this.#scrollTo(scrollToRow(this.#place, place, where));
    // At once: it may be edited next.
    this.#paint();
  }

  /**
   * @param {number} address
   * @returns {HTMLElement | undefined} The cell, when it is in the document.
   */
  cell(address) {
    const row = Math.floor(address / this.columns);
    return this.#pool.find((view) => view.row === row)?.cell(address);
  }

  /**
   * @param {EventTarget | null} target
   * @returns {number | undefined} The address of the cell that it belongs to.
   */
  addressOf(target) {
    const cell = target instanceof Element ? target.closest(".cell") : null;
    return cell === null ? undefined : Number(cell.id.slice("cell-".length));
  }

  get #place() {
    const scrollTop = this.#scrollTop;
    return { scrollTop, height: this.#height, rowHeight: this.rowHeight };
  }

  /** @param {number} top In pixels. */
  #scrollTo(top) {
    this.element.scrollTop = top;
    this.#scrollTop = this.element.scrollTop;
  }

  /** Fits columns and rows into the room there is. */
  #measure(isOther = false) {
    const { format, notation } = this.#view.now;
    const { dataset } = this.element;
    dataset.kind = this.#view.table.isBit ? "bit" : format;
    dataset.notation = notation;
    const style = getComputedStyle(this.element);
    const px = (/** @type {string} */ name) =>
      parseFloat(style.getPropertyValue(name));
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.rowHeight = Math.round(px("--row-height") * rem);
    const room = this.element.clientWidth - px("--header-width") * rem;
    const columns = columnsFor(room, px("--cell-width") * rem);
    const top = this.visible.address;
    this.#height = this.element.clientHeight - this.#head.offsetHeight;
    const isWider = columns !== this.columns;
    this.columns = columns;
    if (isOther || isWider) this.#chooseRows();
    if (isWider || this.#pool.length === 0) this.#build();
    else if (isOther) { for (const row of this.#pool) row.retire(); }
    this.#grow();
    this.#resize();
    if (isWider && !isOther) {
      const place = this.rows.placeOf(Math.floor(top / columns));
      this.#scrollTo(place * this.rowHeight);
    }
    if (isOther) this.reveal(this.#view.now.selection.focus, "nearest");
    this.onScroll();
  }

  #chooseRows() {
    const { table, isFiltered } = this.#view.now;
    const { values } = this.#live.mirror.table(table);
    this.#changes.fill(0);
    this.#filter = isFiltered
      ? new NonZeroRows(values, this.columns)
      : undefined;
    this.rows = this.#filter ?? allRows(this.columns);
    this.element.setAttribute("aria-label", this.#view.table.title);
  }

  /** Begins with rows of other columns. */
  #build() {
    this.#pool = [];
    this.#canvas.replaceChildren();
    const heads = Array.from({ length: this.columns }, (_, i) => `+${i}`);
    this.#head.replaceChildren(
      ...["Address", ...heads].map((text, i) =>
        make("span", {
          ...{ role: "columnheader", className: i === 0 ? "row-header" : "" },
          "aria-colindex": i + 1,
        }, text)
      ),
    );
    this.element.style.setProperty("--columns", String(this.columns));
    const rows = allRows(this.columns).length;
    this.element.setAttribute("aria-rowcount", String(rows + 1));
    this.element.setAttribute("aria-colcount", String(this.columns + 1));
  }

  /** Has enough rows for what can be seen. Those that there are stay: one may be edited. */
  #grow() {
    const count = Math.ceil(this.#height / this.rowHeight) + 2 * MARGIN + 1;
    while (this.#pool.length < count) {
      const row = new RowView(this.columns);
      this.#pool.push(row);
      this.#canvas.append(row.element);
    }
  }

  /** There are other rows now; what can be seen stays where it is. */
  #resize() {
    const { rowHeight } = this;
    const seen = this.#pool.find(({ row, top }) =>
      row >= 0 && top >= this.#scrollTop
    );
    this.#canvas.style.height = `${this.rows.length * rowHeight}px`;
    this.#empty.hidden = this.rows.length > 0;
    if (seen !== undefined) {
      const shift = this.rows.placeOf(seen.row) * rowHeight - seen.top;
      if (shift !== 0) this.#scrollTo(this.#scrollTop + shift);
    }
    this.repaint();
  }

  #paint() {
    const { focus } = this.#view.now.selection;
    const mirror = this.#live.mirror.table(this.#view.now.table);
    const now = performance.now();
    let isLit = false;
    for (const [view, place] of this.#arrange()) {
      view.moveTo(place * this.rowHeight);
      isLit = view.paint(mirror, this.#view, this.#changes, now) || isLit;
    }
    if (isLit) this.#repaintLater();
    const active = this.cell(focus);
    if (active === undefined) {
      this.element.removeAttribute("aria-activedescendant");
    } else this.element.setAttribute("aria-activedescendant", active.id);
  }

  /**
   * Gives each row that can be seen one of the pool, if possible the one that
   * shows it already.
   *
   * @returns {Map<RowView, number>} Its place in the list of rows.
   */
  #arrange() {
    const { first, end } = visibleRows(this.#place, this.rows.length, MARGIN);
    const views = new Map(this.#pool.map((view) => [view.row, view]));
    const arranged = new Map();
    /** @type {number[]} */
    const missing = [];
    for (let place = first; place < end; place++) {
      const view = views.get(this.rows.at(place));
      if (view === undefined) missing.push(place);
      else arranged.set(view, place);
    }
    for (const view of this.#pool) {
      if (arranged.has(view)) continue;
      const place = missing.shift();
      if (place === undefined) view.retire();
      else {
        view.assign(this.rows.at(place), this.#view);
        arranged.set(view, place);
      }
    }
    return arranged;
  }
}
