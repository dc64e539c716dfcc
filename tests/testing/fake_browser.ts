/**
 * Time and sockets as the test wants them, for code that uses the globals.
 * @module
 */

/** A timer that is to fire. */
interface Timer {
  /** When. */
  at: number;
  /** What it does. */
  action: () => void;
}

/** A socket without a network; the test plays the server and the line. */
export class FakeWebSocket {
  /** As with the real one. */
  static readonly OPEN = 1;
  /** As with the real one. */
  readyState = 0;
  /** What was sent, parsed. */
  // deno-lint-ignore no-explicit-any
  readonly sent: any[] = [];
  /** Listeners. */
  onopen: ((event: unknown) => void) | undefined;
  /** Listeners. */
  onmessage: ((event: { data: unknown }) => void) | undefined;
  /** Listeners. */
  onclose: ((event: { code: number; reason: string }) => void) | undefined;
  /** Listeners. */
  onerror: ((event: unknown) => void) | undefined;

  /** A socket that is connecting. */
  constructor(
    readonly url: string | URL,
    readonly protocols: readonly string[] = [],
  ) {}

  /** Sends a text; throws as the real one. */
  send(text: string): void {
    if (this.readyState === 0) throw new Error("InvalidStateError");
    this.sent.push(JSON.parse(text));
  }

  /** Begins to close: the line is silent, and nothing comes of it. */
  close(): void {
    if (this.readyState < 2) this.readyState = 2;
  }

  /** The connection is made. */
  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }

  /** The server says something. */
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The connection is gone. */
  lose(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}

/** Replaces the global timers and `WebSocket` until it is disposed of. */
export class FakeBrowser implements Disposable {
  /** All sockets, in the order of their making. */
  readonly sockets: FakeWebSocket[] = [];
  /** What `Math.random` gives. */
  random = 0;
  readonly #timers = new Map<number, Timer>();
  readonly #restore: () => void;
  #now = 0;
  #nextId = 1;

  /** Replaces them. */
  constructor() {
    const { setTimeout, clearTimeout, WebSocket } = globalThis;
    const { random } = Math;
    this.#restore = () => {
      Object.assign(globalThis, { setTimeout, clearTimeout, WebSocket });
      Math.random = random;
    };
    const { sockets } = this;
    Math.random = () => this.random;
    Object.assign(globalThis, {
      setTimeout: (action: () => void, delay: number) => {
        // As a browser's: what does not fit into 31 bits does not wait.
        const wait = delay > 2 ** 31 - 1 ? 1 : delay;
        this.#timers.set(this.#nextId, { at: this.#now + wait, action });
        return this.#nextId++;
      },
      clearTimeout: (id: number) => this.#timers.delete(id),
      WebSocket: class extends FakeWebSocket {
        constructor(url: string | URL, protocols?: readonly string[]) {
          super(url, protocols);
          sockets.push(this);
        }
      },
    });
  }

  /** The socket that was made last. */
  get socket(): FakeWebSocket {
    return this.sockets.at(-1)!;
  }

  /** In how many milliseconds each timer fires, the next one first. */
  get waits(): number[] {
    return [...this.#timers.values()].map(({ at }) => at - this.#now)
      .toSorted((a, b) => a - b);
  }

  /** Lets time go by, and fires what is due. */
  pass(time: number): void {
    const end = this.#now + time;
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end)
        .toSorted(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      const [id, { at, action }] = due;
      this.#timers.delete(id);
      this.#now = at;
      action();
    }
    this.#now = end;
  }

  /** Puts the real ones back. */
  [Symbol.dispose](): void {
    this.#restore();
  }
}
