// @ts-self-types="./client.d.ts"
// @ts-nocheck Its types are in client.d.ts, which a test holds against this file.
/**
 * A client of modbus-ws-adapter for browsers, Deno and Node 22 or later.
 * It has no dependencies; its types and documentation are in client.d.ts.
 * @module
 */

const TABLES = [
  "coils",
  "discreteInputs",
  "inputRegisters",
  "holdingRegisters",
];

/** Tables by the type of the message that tells of a change: `setCoils` and so on. */
const TABLE_OF = new Map(TABLES.map((table) => [typeOf("set", table), table]));

const TABLE_SIZE = 65_536;

/** Distance of the tables when all cells are numbered through: ranges of two tables never touch. */
const STRIDE = 2 * TABLE_SIZE;

/** Distance of the units: first the cells for which none is named, then unit 0 and so on. */
const UNIT_STRIDE = TABLES.length * STRIDE;

const EVERYTHING = tablesOf(undefined);

/** The subprotocol that a token is sent beside. */
const PROTOCOL = "modbus-ws";

/** What a token can be; with other characters a browser does not even try. */
const TOKEN = /^[A-Za-z0-9._~+-]+$/;

/** Most ranges that the server takes. */
const MAX_RANGES = 1024;

export class AdapterError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "AdapterError";
    this.code = code;
  }
}

export function connect(url, options) {
  return new Client(url, options);
}

export class Client extends EventTarget {
  #url;
  #options;
  #state = "connecting";
  /** Undefined between two attempts, and in the end. */
  #socket;
  /** Of the next attempt, or of the next look whether the server is there. */
  #timer;
  #failures = 0;
  #lastId = 0;
  /** Requests without an answer yet, by id; those that have a `text` are not sent yet. */
  #requests = new Map();
  /**
   * Each has the `id` of the message that first asked for it on this
   * connection, and has `begun` when its current values have been reported.
   */
  #subscriptions = new Set();
  /** Whether the server is to be told of other subscriptions. */
  #changed = false;
  /** Id of the last subscription that the server has answered. */
  #answered = 0;
  /** Whether missed changes are still to come. */
  #resuming = false;
  #epoch;
  /** The last write of that epoch up to which everything was reported to those that have begun. */
  #seq;
  /** The units that have cells of their own, if the server has said so. */
  #units;
  /** Whether the server takes no writes from this client; it says so when it answers a subscription. */
  #readOnly = false;
  /** Why it closed by itself. */
  #error;

  constructor(
    url,
    { minDelay = 250, maxDelay = 10_000, silence = 10_000, token } = {},
  ) {
    super();
    this.#url = url;
    this.#options = { minDelay, maxDelay, silence, token };
    this.#open();
  }

  get state() {
    return this.#state;
  }

  get units() {
    return this.#units;
  }

  get readOnly() {
    return this.#readOnly;
  }

  get error() {
    return this.#error;
  }

  subscribe(ranges, onChange) {
    const asked = ranges === undefined ? EVERYTHING : join(ranges.map(rangeOf));
    const subscription = {
      ranges: asked,
      cells: cellsOf(asked, this.#units),
      ...{ onChange, id: undefined, begun: false },
    };
    this.#subscriptions.add(subscription);
    this.#change();
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#change();
    };
  }

  async set(table, address, values, { unit } = {}) {
    const value = [...values];
    await this.#request({ type: typeOf("set", table), address, value, unit });
  }

  async get(table, address, count = 1, { unit } = {}) {
    const type = typeOf("get", table);
    const { value } = await this.#request({ type, address, count, unit });
    return value;
  }

  close() {
    if (this.#state !== "closed") this.#close("The client was closed");
  }

  #close(why) {
    this.#subscriptions.clear();
    this.#leave(why);
    this.#enter("closed");
  }

  #open() {
    const { token: given } = this.#options;
    const token = typeof given === "function" ? given() : given;
    if (token !== undefined && !TOKEN.test(token)) {
      const error = new AdapterError("unauthorized", "This is not a token");
      // Behind the making of this client: its listeners are to be told.
      return queueMicrotask(() => this.#giveUp(error));
    }
    // A browser sends no other header that a page could choose.
    const socket = token === undefined
      ? new WebSocket(this.#url)
      : new WebSocket(this.#url, [PROTOCOL, `bearer.${token}`]);
    // What a socket says that was given up does not count.
    const on = (action) => (event) => {
      if (socket === this.#socket) action(event);
    };
    this.#socket = socket;
    socket.onopen = on(() => this.#start());
    socket.onmessage = on(({ data }) => this.#hear(data, socket));
    socket.onclose = on(({ code, reason }) =>
      this.#lose(`${code} ${reason}`.trim())
    );
    // Not everywhere a close event follows when a connection can't be made.
    socket.onerror = on(() => this.#lose("network error"));
    this.#listen();
  }

  /** Goes on where the last connection has ended, and sends what has waited. */
  #start() {
    const known = this.#seq !== undefined &&
      [...this.#subscriptions].every(({ begun }) => begun);
    this.#sendSubscriptions(
      known ? { epoch: this.#epoch, seq: this.#seq } : undefined,
    );
    for (const request of this.#requests.values()) {
      this.#socket.send(request.text);
      request.text = undefined;
    }
  }

  /** Gives a connection up and plans the next one. */
  #lose(reason) {
    const { minDelay, maxDelay } = this.#options;
    const delay = Math.min(minDelay * 2 ** this.#failures++, maxDelay);
    this.#leave(`The connection was lost: ${reason}`);
    // Half of it at random, so that a thousand pages do not come back at once.
    this.#wait(delay * (0.5 + Math.random() / 2), () => this.#open());
    if (this.#state === "live") this.#enter("stale");
  }

  /** Ends all that belongs to the connection. */
  #leave(why) {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    for (const subscription of this.#subscriptions) subscription.id = undefined;
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const { text, reject } of requests) {
      const code = text === undefined ? "connection_lost" : "not_connected";
      reject(new AdapterError(code, why));
    }
  }

  /** Begins to wait for the next sign of life. */
  #listen() {
    const { silence } = this.#options;
    this.#wait(silence, () => {
      this.#send({ type: "ping" });
      this.#wait(silence, () => this.#lose("the server is silent"));
    });
  }

  #wait(delay, action) {
    clearTimeout(this.#timer);
    // A timer that is to wait for longer than it can would not wait at all.
    this.#timer = setTimeout(action, Math.min(delay, 2 ** 31 - 1));
  }

  #hear(data, socket) {
    this.#listen();
    try {
      const message = JSON.parse(data);
      for (const one of Array.isArray(message) ? message : [message]) {
        // A listener may have closed the client.
        if (socket === this.#socket) this.#receive(one);
      }
    } catch ({ message }) {
      // A change may have been missed with it: begin anew.
      if (socket === this.#socket) this.#lose(`not understood: ${message}`);
    }
  }

  #receive(message) {
    const table = TABLE_OF.get(message.type);
    if (table !== undefined) return this.#report(table, message);
    if (message.type === "subscribed") return this.#begin(message);
    const { id, type } = message;
    const request = this.#requests.get(id);
    this.#requests.delete(id);
    if (type !== "error") return request?.resolve(message);
    const error = new AdapterError(message.code, message.message);
    // It would be the same with every new try.
    if (error.code === "unauthorized") return this.#giveUp(error);
    if (request !== undefined) request.reject(error);
    // Nobody waits for the answer to a subscription.
    else if (id > this.#answered) throwLater(error);
  }

  #giveUp(error) {
    if (this.#state === "closed") return;
    this.#error = error;
    this.#close(error.message);
  }

  /** Takes note of where the stream of changes begins. */
  #begin({ id, epoch, seq, resumed, more, readOnly, units }) {
    if (!Number.isInteger(seq)) throw new TypeError("no place to begin at");
    this.#answered = id;
    this.#readOnly = readOnly === true;
    this.#units = units;
    for (const subscription of this.#subscriptions) {
      subscription.cells = cellsOf(subscription.ranges, units);
    }
    this.#failures = 0;
    if (epoch !== this.#epoch) this.#seq = undefined;
    this.#epoch = epoch;
    this.#resuming = resumed === true;
    // Missed changes follow: the answer to the same once more stands behind them.
    if (this.#resuming) this.#sendSubscriptions();
    else if (more !== true) this.#arrive(seq);
  }

  #report(table, message) {
    const { address, value, seq, time, source, connection, unit } = message;
    const { resync, more } = message;
    // Until the first subscription the server tells of everything, without a number.
    if (seq === undefined) return;
    const count = Array.isArray(value) ? value.length : 0;
    const own = this.#units === undefined ? undefined : unit;
    const { start } = rangeOf({ table, address, count, unit: own });
    const change = { seq, time, source, connection, unit };
    for (const subscription of this.#subscriptions) {
      const { cells, onChange, id, begun } = subscription;
      if (!(id <= this.#answered)) continue;
      // Current values that another subscription has asked for may make up for changes, too.
      change.resync = resync === true || (source === "bank" && begun);
      for (const part of cut(cells, start, value)) {
        if (!this.#subscriptions.has(subscription)) break;
        call(onChange, { ...part, ...change });
      }
    }
    if (more !== true) this.#arrive(seq);
  }

  /** Everything up to `seq` has been reported. */
  #arrive(seq) {
    this.#seq = seq;
    for (const subscription of this.#subscriptions) {
      if (subscription.id <= this.#answered) subscription.begun = true;
    }
    if (!this.#resuming) this.#enter("live");
  }

  #enter(state) {
    if (this.#state === state || this.#state === "closed") return;
    this.#state = state;
    this.dispatchEvent(new Event(state));
  }

  /** Has the server told soon, once for all that is subscribed and ended until then. */
  #change() {
    this.#changed = true;
    queueMicrotask(() => this.#flush());
  }

  #flush() {
    if (this.#changed && this.#isOpen) this.#sendSubscriptions();
  }

  /** Asks for all that anybody wants; for current values when somebody has none. */
  #sendSubscriptions(resume) {
    const id = ++this.#lastId;
    const subscriptions = [...this.#subscriptions];
    const ranges = union(subscriptions);
    const snapshot = subscriptions.some(({ id }) => id === undefined);
    for (const subscription of subscriptions) subscription.id ??= id;
    this.#changed = false;
    const options = { echo: true, batch: true, meta: true };
    this.#send({ type: "subscribe", id, ranges, snapshot, resume, ...options });
  }

  #request(message) {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const text = JSON.stringify({ ...message, id });
      if (this.#isOpen) {
        // What was subscribed before a write is told of it.
        this.#flush();
        this.#socket.send(text);
        this.#requests.set(id, { resolve, reject });
      } else if (this.#state === "connecting" && this.#socket !== undefined) {
        this.#requests.set(id, { resolve, reject, text });
      } else {
        const why = "There is no connection to the adapter";
        reject(new AdapterError("not_connected", why));
      }
    });
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #send(message) {
    if (this.#isOpen) this.#socket.send(JSON.stringify(message));
  }
}

function typeOf(verb, table) {
  return `${verb}${table[0].toUpperCase()}${table.slice(1)}`;
}

/** Where cells begin and end when all are numbered through. */
function rangeOf({ table, address, count, unit }) {
  const first = unit === undefined ? 0 : (unit + 1) * UNIT_STRIDE;
  const start = first + TABLES.indexOf(table) * STRIDE + address;
  const fits = Number.isInteger(address) && Number.isInteger(count) &&
    address >= 0 && count >= 1 && address + count <= TABLE_SIZE;
  if (fits && start >= first) return { start, end: start + count };
  throw new RangeError(`There are no ${count} cells from ${table} ${address}`);
}

/** Every cell of a unit. */
function tablesOf(unit) {
  return TABLES.map((table) => {
    return rangeOf({ table, address: 0, count: TABLE_SIZE, unit });
  });
}

/** What is meant by ranges when these units have cells of their own; undefined: none has. */
function cellsOf(ranges, units) {
  if (units !== undefined && ranges === EVERYTHING) {
    return units.flatMap(tablesOf);
  }
  const first = units === undefined ? 0 : (units[0] + 1) * UNIT_STRIDE;
  return join(ranges.map(({ start, end }) => {
    const isNamed = start >= UNIT_STRIDE;
    if (units !== undefined && isNamed) return { start, end };
    const shift = first - start + start % UNIT_STRIDE;
    return { start: start + shift, end: end + shift };
  }));
}

/** The same cells in the fewest ranges. */
function join(ranges) {
  const joined = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || last.end < start) joined.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return joined;
}

/** What to ask the server for, so that everybody gets at least what is theirs. */
function union(subscriptions) {
  const all = subscriptions.map(({ ranges }) => ranges);
  const ranges = join(all.flat());
  if (all.includes(EVERYTHING) || ranges.length > MAX_RANGES) return undefined;
  return ranges.map(({ start, end }) => {
    const unit = Math.floor(start / UNIT_STRIDE) - 1;
    const place = { ...placeOf(start), count: end - start };
    return unit < 0 ? place : { ...place, unit };
  });
}

/** The parts that lie in `ranges` of values that begin at cell `first`. */
function cut(ranges, first, values) {
  return ranges.flatMap((range) => {
    const start = Math.max(range.start, first);
    const end = Math.min(range.end, first + values.length);
    if (start >= end) return [];
    const part = values.slice(start - first, end - first);
    return [{ ...placeOf(start), values: part }];
  });
}

function placeOf(cell) {
  const table = TABLES[Math.floor(cell / STRIDE) % TABLES.length];
  return { table, address: cell % STRIDE };
}

/** Calls a listener; what it throws is reported as that of any event listener. */
function call(listener, change) {
  try {
    listener(change);
  } catch (error) {
    throwLater(error);
  }
}

function throwLater(error) {
  queueMicrotask(() => {
    throw error;
  });
}
