// @ts-self-types="./client.d.ts"
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
const TABLE_OF = new Map(TABLES.map((table) => [setType(table), table]));

export class AdapterError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "AdapterError";
    this.code = code;
  }
}

export function connect(url, options = {}) {
  return new Client(url, options);
}

export class Client extends EventTarget {
  #url;
  #minDelay;
  #maxDelay;
  #silence;
  #state = "connecting";
  #socket;
  #timer;
  #failures = 0;
  #nextId = 1;
  /** Requests without an answer yet, by id. */
  #requests = new Map();
  /** Requests made before the first connection. */
  #early = [];
  #subscriptions = new Set();
  /** Id of the subscription that is not answered yet. */
  #pendingId;
  #epoch;
  /** The last write up to which everything was reported; undefined: start from the current values. */
  #seq;

  constructor(
    url,
    { minDelay = 250, maxDelay = 10_000, silence = 10_000 } = {},
  ) {
    super();
    this.#url = url;
    this.#minDelay = minDelay;
    this.#maxDelay = maxDelay;
    this.#silence = silence;
    this.#open();
  }

  get state() {
    return this.#state;
  }

  subscribe(ranges, onChange) {
    const subscription = { ranges, onChange };
    this.#subscriptions.add(subscription);
    this.#sendSubscription({ snapshot: true });
    return () => {
      if (this.#subscriptions.delete(subscription)) this.#sendSubscription({});
    };
  }

  async set(table, address, values) {
    await this.#request({ type: setType(table), address, value: values });
  }

  async get(table, address, count = 1) {
    const type = setType(table).replace("set", "get");
    const answer = await this.#request({ type, address, count });
    return answer.value;
  }

  close() {
    if (this.#state === "closed") return;
    this.#enter("closed");
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#fail("connection_lost", "The client was closed");
  }

  #open() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      if (socket !== this.#socket) return socket.close();
      const known = this.#seq !== undefined;
      const resume = known ? { epoch: this.#epoch, seq: this.#seq } : undefined;
      this.#sendSubscription({ snapshot: true, resume });
      for (const send of this.#early.splice(0)) send();
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#listen();
      const message = JSON.parse(data);
      for (const one of Array.isArray(message) ? message : [message]) {
        this.#receive(one);
      }
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#lost();
    };
    // What follows is a close event; without a listener Node would print the error.
    socket.onerror = () => {};
    this.#listen();
  }

  /** Gives a connection up and plans the next one. */
  #lost() {
    this.#socket = undefined;
    clearTimeout(this.#timer);
    if (this.#state === "closed") return;
    if (this.#state === "live") this.#enter("stale");
    this.#fail("connection_lost", "The connection was lost before the answer");
    const delay = Math.min(
      this.#minDelay * 2 ** this.#failures++,
      this.#maxDelay,
    );
    // Half of it at random, so that a thousand pages do not come back at once.
    const wait = delay * (0.5 + Math.random() / 2);
    this.#timer = setTimeout(() => this.#open(), wait);
  }

  /** Begins to wait for the next sign of life. */
  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send({ type: "ping" });
      this.#timer = setTimeout(() => {
        const socket = this.#socket;
        this.#lost();
        socket.close();
      }, this.#silence);
    }, this.#silence);
  }

  #receive(message) {
    const table = TABLE_OF.get(message.type);
    if (table !== undefined) return this.#report(table, message);
    if (message.type === "subscribed") return this.#begin(message);
    const request = this.#requests.get(message.id);
    if (request === undefined) return;
    this.#requests.delete(message.id);
    if (message.type === "error") {
      request.reject(new AdapterError(message.code, message.message));
    } else request.resolve(message);
  }

  /** Takes note of where the stream of changes begins. */
  #begin({ id, epoch, seq, more }) {
    if (id !== this.#pendingId) return;
    this.#pendingId = undefined;
    this.#failures = 0;
    this.#epoch = epoch;
    this.#arrive(more === true ? undefined : seq);
  }

  #report(table, { address, value, seq, time, source, resync, more }) {
    const change = { seq, time, source, resync: resync === true };
    for (const { ranges, onChange } of this.#subscriptions) {
      for (const part of cut(ranges, table, address, value)) {
        call(onChange, { ...part, ...change });
      }
    }
    // Before the answer to a subscription, messages are still those of the former one.
    if (more !== true && this.#pendingId === undefined) this.#arrive(seq);
  }

  /** Everything up to `seq` has been reported; undefined: values are still to come. */
  #arrive(seq) {
    this.#seq = seq;
    if (seq !== undefined && this.#state !== "closed") this.#enter("live");
  }

  #enter(state) {
    if (this.#state === state) return;
    this.#state = state;
    this.dispatchEvent(new Event(state));
  }

  /** Asks for all that anybody wants. */
  #sendSubscription(how) {
    const subscriptions = [...this.#subscriptions];
    const ranges = subscriptions.some(({ ranges }) => ranges === undefined)
      ? undefined
      : subscriptions.flatMap(({ ranges }) => ranges);
    const id = this.#nextId++;
    const options = { echo: true, batch: true, meta: true };
    const message = { type: "subscribe", id, ranges, ...options, ...how };
    if (!this.#send(message)) return;
    this.#pendingId = id;
    // Until the new cells have been reported there is no point to go on from.
    this.#seq = undefined;
  }

  #request(message) {
    return new Promise((resolve, reject) => {
      const send = () => {
        const id = this.#nextId++;
        if (this.#send({ ...message, id })) {
          this.#requests.set(id, { resolve, reject });
        } else {
          const text = "There is no connection to the adapter";
          reject(new AdapterError("not_connected", text));
        }
      };
      const waits = this.#state === "connecting" &&
        this.#socket?.readyState === WebSocket.CONNECTING;
      if (waits) this.#early.push(send);
      else send();
    });
  }

  #fail(code, text) {
    const requests = [...this.#requests.values()];
    this.#requests.clear();
    for (const { reject } of requests) reject(new AdapterError(code, text));
    for (const send of this.#early.splice(0)) send();
  }

  #send(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }
}

/** Calls a listener; what it throws is reported as that of any event listener. */
function call(listener, change) {
  try {
    listener(change);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** The parts of a change that lie in `ranges`, in their order; all of it when they are undefined. */
function cut(ranges, table, address, values) {
  if (ranges === undefined) return [{ table, address, values }];
  const end = address + values.length;
  return ranges.flatMap((range) => {
    const from = Math.max(address, range.address);
    const to = Math.min(end, range.address + range.count);
    if (range.table !== table || from >= to) return [];
    const part = values.slice(from - address, to - address);
    return [{ table, address: from, values: part }];
  });
}

function setType(table) {
  return `set${table[0].toUpperCase()}${table.slice(1)}`;
}
