/**
 * A WebSocket client for tests, whose messages can be awaited one by one.
 * @module
 */

/** Looks at what goes over the wire, and throws when it should not. */
export interface WireCheck {
  /** Looks at a text that the client sends. */
  sent(text: string): void;
  /** Looks at a text that the server has sent. */
  received(text: string): void;
}

const NO_CHECK: WireCheck = { sent() {}, received() {} };

/** A connected WebSocket client. */
export class WsClient implements AsyncDisposable {
  /** What has arrived and was not yet taken by `next`. */
  readonly inbox: string[] = [];
  /** Resolves when the connection is closed. */
  readonly closed: Promise<CloseEvent>;
  readonly #socket: WebSocket;
  readonly #waiting: PromiseWithResolvers<string>[] = [];
  readonly #check: WireCheck;
  /** What the check has found. */
  #wrong: unknown;

  private constructor(socket: WebSocket, check: WireCheck) {
    this.#socket = socket;
    this.#check = check;
    const { promise, resolve } = Promise.withResolvers<CloseEvent>();
    this.closed = promise;
    socket.onclose = (event) => {
      for (const { reject } of this.#waiting.splice(0)) {
        reject(new Error(`The server closed the connection: ${event.code}`));
      }
      resolve(event);
    };
    socket.onmessage = ({ data }) => {
      try {
        check.received(data);
      } catch (error) {
        this.#wrong ??= error;
      }
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.inbox.push(data);
      else if (this.#wrong !== undefined) waiting.reject(this.#wrong);
      else waiting.resolve(data);
    };
  }

  /**
   * Connects. Rejects when the server does not accept.
   *
   * @param check Looks at all that goes over the wire. What it finds is thrown by `next` and `close`.
   * @param http Makes the connection.
   */
  static open(
    url: string,
    headers: Record<string, string> = {},
    check: WireCheck = NO_CHECK,
    http?: Deno.HttpClient,
  ): Promise<WsClient> {
    const { promise, resolve, reject } = Promise.withResolvers<WsClient>();
    const socket = new WebSocket(url, {
      headers,
      ...(http && { client: http }),
    });
    const client = new WsClient(socket, check);
    socket.onopen = () => resolve(client);
    socket.onerror = (event) => {
      reject(new Error((event as ErrorEvent).message));
    };
    return promise;
  }

  /** The next message, as text. */
  next(): Promise<string> {
    if (this.#wrong !== undefined) return Promise.reject(this.#wrong);
    const text = this.inbox.shift();
    if (text !== undefined) return Promise.resolve(text);
    const waiting = Promise.withResolvers<string>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** The next message, parsed. */
  // deno-lint-ignore no-explicit-any
  async nextJson(): Promise<any> {
    return JSON.parse(await this.next());
  }

  /** Sends text as it is, anything else as JSON. */
  send(message: unknown): void {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    this.#check.sent(text);
    this.#socket.send(text);
  }

  /** Sends binary data. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#socket.send(bytes);
  }

  /** Sends a message and receives the next one. */
  // deno-lint-ignore no-explicit-any
  ask(message: unknown): Promise<any> {
    this.send(message);
    return this.nextJson();
  }

  /**
   * All messages that were on their way to this client: those before the
   * answer to a ping.
   */
  async drain(): Promise<string[]> {
    const id = crypto.randomUUID();
    this.send({ type: "ping", id });
    const texts: string[] = [];
    for (;;) {
      const text = await this.next();
      if (text === JSON.stringify({ type: "pong", id })) return texts;
      texts.push(text);
    }
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
    if (this.#wrong !== undefined) throw this.#wrong;
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
