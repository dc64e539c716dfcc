/**
 * The link to the adapter, and what is known of the bank through it.
 * @module
 */
import { connect } from "/client.js";
import { covers, same } from "../model/interest.js";
import { Mirror } from "../model/mirror.js";
import { session } from "./storage.js";

/** @import { Change, Client, Range, State, TableName } from "/client.js" */

/** @typedef {(change: Change, before: (number | undefined)[]) => void} OnChange */

/** Hears of changes, writes, and says whether what is shown is true. */
export class Live extends EventTarget {
  /** The values. */
  mirror = new Mirror();
  /** When the last message came, in milliseconds since 1970; 0 before the first. */
  heardAt = 0;
  /** @type {Client} */
  #client;
  /** @type {readonly Range[]} */
  #ranges = [];
  #end = () => {};
  /** @type {OnChange[]} */
  #listeners = [];
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
   * @param {OnChange} listener Is told of every change that the page follows, after the mirror has it.
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
    const enough = isOther
      ? same(this.#ranges, want)
      : covers(this.#ranges, need);
    if (!enough) this.#subscribe(want);
  }

  /**
   * @param {TableName} table
   * @param {number} address
   * @param {readonly (number | boolean)[]} values
   * @throws {Error} With a message for the user.
   */
  async write(table, address, values) {
    const { obstacle } = this;
    if (obstacle !== undefined) throw new Error(obstacle);
    await this.#client.set(table, address, values);
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
    this.mirror.keep(ranges);
  }

  /** @param {Change} change */
  #hear(change) {
    this.heardAt = Date.now();
    const ahead = change.time - this.heardAt;
    // The message that came fastest knows best; a clock that was set knows better.
    if (ahead > this.#ahead || ahead < this.#ahead - 5000) this.#ahead = ahead;
    const before = this.mirror.apply(change);
    for (const listener of this.#listeners) listener(change, before);
  }
}
