/**
 * The link to the adapter, and what is known of the bank through it.
 * @module
 */
import { connect } from "/client.js";
import { covers, same } from "../model/interest.js";
import { Mirror } from "../model/mirror.js";
import { session } from "./storage.js";

/** @import { Change, Client, Range, State, TableName } from "/client.js" */

/**
 * A change, and what else is known of it.
 *
 * @typedef {Change & { readonly before: readonly (number | undefined)[],
 *   readonly owner: number | undefined, readonly isShown: boolean }} Heard
 * `before`: the values until then, undefined where not known. `owner`: the unit
 * whose cells these are; undefined: the first, or all. `isShown`: whether that
 * is the unit that is shown.
 */

/** Hears of changes, writes, and says whether what is shown is true. */
export class Live extends EventTarget {
  /** @type {number | undefined} The unit that is shown, as the user has chosen it. */
  unit;
  /** When the last message came, in milliseconds since 1970; 0 before the first. */
  heardAt = 0;
  /** @type {Client} */
  #client;
  /** @type {readonly Range[]} */
  #ranges = [];
  #end = () => {};
  /** @type {((heard: Heard) => void)[]} */
  #listeners = [];
  /** @type {Map<number | undefined, Mirror>} By unit. */
  #mirrors = new Map();
  /** How far the adapter's clock is ahead. */
  #ahead = 0;

  constructor() {
    super();
    this.#client = this.#connect();
  }

  /** @returns {State} */
  get state() {
    return this.#client.state;
  }

  /** Whether the values are what the bank holds. */
  get isLive() {
    return this.state === "live";
  }

  /** The unit ids that have cells of their own; undefined: all share the same, or it is not known yet. */
  get units() {
    return this.#client.units;
  }

  /** The values of the unit that is shown. */
  get mirror() {
    return this.mirrorOf(this.unit);
  }

  /**
   * @param {number | undefined} unit
   * @returns {Mirror} Its values.
   */
  mirrorOf(unit) {
    const owner = this.ownerOf(unit);
    const mirror = this.#mirrors.get(owner) ?? new Mirror();
    this.#mirrors.set(owner, mirror);
    return mirror;
  }

  /** Why there will be no further try, if so. */
  get error() {
    return this.#client.error;
  }

  /** Whether the adapter takes no writes from this page. */
  get isReadOnly() {
    return this.#client.readOnly;
  }

  /** Why nothing can be written now; undefined when it can. */
  get obstacle() {
    if (!this.isLive) return "Not connected: nothing can be written now";
    if (this.isReadOnly) return "Read only: this page may look, not write";
    return undefined;
  }

  /** The time on the adapter's clock, in milliseconds since 1970. */
  get now() {
    return Date.now() + this.#ahead;
  }

  /**
   * @param {(heard: Heard) => void} listener Is told of every change that the page follows, after the mirror has it.
   */
  onChange(listener) {
    this.#listeners.push(listener);
  }

  /**
   * Follows other cells, if need be.
   *
   * @param {readonly Range[]} want What to follow.
   * @param {readonly Range[]} need What of it can't be done without now.
   * @param {boolean} isOther Whether it is about something else than before, and not just a little further on.
   */
  follow(want, need, isOther) {
    const owned = (/** @type {readonly Range[]} */ ranges) =>
      ranges.filter(({ unit }) => this.#serves(unit))
        .map((range) => ({ ...range, unit: this.ownerOf(range.unit) }));
    this.#followOwned(owned(want), owned(need), isOther);
  }

  /**
   * @param {readonly Range[]} want
   * @param {readonly Range[]} need
   * @param {boolean} isOther
   */
  #followOwned(want, need, isOther) {
    const enough = isOther
      ? same(this.#ranges, want)
      : covers(this.#ranges, need);
    if (!enough) this.#subscribe(want);
  }

  /**
   * Writes cells of the unit that is shown.
   *
   * @param {TableName} table
   * @param {number} address
   * @param {readonly (number | boolean)[]} values
   * @throws {Error} With a message for the user.
   */
  async write(table, address, values) {
    const { obstacle } = this;
    if (obstacle !== undefined) throw new Error(obstacle);
    const unit = this.ownerOf(this.unit);
    await this.#client.set(table, address, values, { unit });
  }

  /**
   * Connects anew, with a token.
   *
   * @param {string} token
   */
  enter(token) {
    session.token = token;
    this.#client.close();
    this.#client = this.#connect();
    this.#subscribe(this.#ranges);
    this.#tell();
  }

  /**
   * @param {string} path Of something that the adapter serves as JSON.
   * @returns {Promise<any>} Undefined when there is no such thing for this page.
   */
  async fetch(path) {
    const { token } = session;
    const headers = token === undefined
      ? {}
      : { authorization: `Bearer ${token}` };
    const response = await fetch(path, { headers });
    return response.ok ? await response.json() : undefined;
  }

  #connect() {
    const url = new URL("/", location.href.replace(/^http/, "ws"));
    const client = connect(url, { token: session.token, maxDelay: 3000 });
    for (const state of ["live", "stale", "closed"]) {
      client.addEventListener(state, () => {
        if (client === this.#client) this.#tell();
      });
    }
    return client;
  }

  #tell() {
    this.dispatchEvent(new Event("state"));
  }

  /** @param {readonly Range[]} ranges */
  #subscribe(ranges) {
    const endOld = this.#end;
    this.#end = this.#client.subscribe(ranges, (change) => this.#hear(change));
    endOld();
    this.#ranges = ranges;
    for (const [owner, mirror] of this.#mirrors) {
      mirror.keep(ranges.filter(({ unit }) => unit === owner));
    }
  }

  /** @param {Change} change */
  #hear(change) {
    this.heardAt = Date.now();
    const ahead = change.time - this.heardAt;
    // The message that came fastest knows best; a clock that was set knows better.
    if (ahead > this.#ahead || ahead < this.#ahead - 5000) this.#ahead = ahead;
    const owner = this.ownerOf(change.unit);
    const before = this.mirrorOf(owner).apply(change);
    const isShown = owner === this.ownerOf(this.unit);
    const heard = { ...change, before, owner, isShown };
    for (const listener of this.#listeners) listener(heard);
  }

  /**
   * @param {number | undefined} unit
   * @returns {boolean} Whether there is such a unit.
   */
  #serves(unit) {
    return unit === undefined || this.units?.includes(unit) !== false;
  }

  /**
   * @param {number | undefined} unit
   * @returns {number | undefined} The same, but undefined for the first one, and where all share the same cells.
   */
  ownerOf(unit) {
    const { units } = this;
    return units === undefined || unit === units[0] ? undefined : unit;
  }
}
