/**
 * What the user looks at. All parts of the page hear when it changes.
 * @module
 */
import { tableOf } from "../model/tables.js";

/** @import { UrlState } from "../model/url_state.js" */
/** @import { Scope } from "../model/interest.js" */
/** @import { Order } from "../model/interpret.js" */
/** @import { Selection } from "../model/selection.js" */

/**
 * @typedef {Omit<UrlState, "address"> & { readonly selection: Selection,
 *   readonly scope: Scope, readonly order: Order }} Choices
 */

/** The choices, and who is told of new ones. */
export class View {
  /** @type {Choices} */
  #choices = {
    unit: undefined,
    ...{ table: "holdingRegisters", selection: { anchor: 0, focus: 0 } },
    ...{ notation: "zero", format: "unsigned", isFiltered: false },
    ...{ scope: "bank", order: "ABCD", watch: [] },
  };
  /** @type {((changed: (...keys: (keyof Choices)[]) => boolean) => void)[]} */
  #listeners = [];

  /** The choices. */
  get now() {
    return this.#choices;
  }

  /** The table that is shown. */
  get table() {
    return tableOf(this.#choices.table);
  }

  /**
   * @param {(changed: (...keys: (keyof Choices)[]) => boolean) => void} listener
   * Is called at once, too; `changed` says whether one of these is new.
   */
  watch(listener) {
    this.#listeners.push(listener);
    listener(() => true);
  }

  /** @param {Partial<Choices>} choices */
  change(choices) {
    const before = this.#choices;
    this.#choices = { ...before, ...choices };
    for (const listener of this.#listeners) {
      listener((...keys) =>
        keys.some((key) => before[key] !== this.#choices[key])
      );
    }
  }

  /**
   * Selects one cell, in this table or another, of this unit or another.
   *
   * @param {number} address
   * @param {Choices["table"]} [table]
   * @param {Choices["unit"]} [unit]
   */
  goTo(address, table = this.#choices.table, unit = this.#choices.unit) {
    const selection = { anchor: address, focus: address };
    this.change({ unit, table, selection });
  }
}
