/**
 * Server-sent events (WHATWG HTML, 9.2) behind the interface that the hub knows.
 * @module
 */
import type { ResumePoint } from "../ws/messages.ts";
import { CloseCode, type Socket } from "../ws/socket.ts";

/** Milliseconds after which a browser whose connection is lost comes back. */
const RETRY = 1000;

/** A client that gets what a session sends as the body of an answer that does not end. */
export class EventSocket implements Socket {
  /** Address and port of the client, for the log. */
  readonly peer: string;
  /** What the client gets. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #epoch: string;
  readonly #encoder = new TextEncoder();
  #waiting = `retry: ${RETRY}\n\n`;
  #closing: number | undefined;
  #closed = false;
  #cancelled = false;
  #news = Promise.withResolvers<void>();

  /**
   * A stream for a client.
   *
   * @param epoch The run of the program, which stands in the events' ids.
   */
  constructor(peer: string, epoch: string) {
    this.peer = peer;
    this.#epoch = epoch;
    // The runtime asks for more when it has got rid of what it has.
    this.stream = new ReadableStream({
      pull: (controller) => this.#pull(controller),
      cancel: () => {
        this.#cancelled = true;
        this.#end(false);
      },
    }, { highWaterMark: 0 });
  }

  /** Characters given to `send` that the runtime has not taken yet. */
  get buffered(): number {
    return this.#waiting.length;
  }

  /** Sends a message as an event. */
  send(text: string): void {
    this.#push(encodeEvent(text, this.#epoch));
  }

  /** Sends a sign of life to a client for which nothing waits. */
  beat(): void {
    if (this.#waiting === "") this.#push(":\n\n");
  }

  /** The code that the server has closed it with; undefined: it has not. */
  get closing(): number | undefined {
    return this.#closing;
  }

  /** Ends the stream, behind what waits unless the client is too slow for that. */
  close(code: number): void {
    this.#closing ??= code;
    this.#end(code !== CloseCode.tryAgainLater);
  }

  #push(text: string): void {
    if (this.#closed) return;
    this.#waiting += text;
    this.#news.resolve();
  }

  #end(deliver: boolean): void {
    this.#closed = true;
    if (!deliver) this.#waiting = "";
    this.#news.resolve();
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    if (this.#waiting === "" && !this.#closed) {
      this.#news = Promise.withResolvers();
      await this.#news.promise;
    }
    if (this.#cancelled) return;
    const text = this.#waiting;
    this.#waiting = "";
    if (text !== "") controller.enqueue(this.#encoder.encode(text));
    else controller.close();
  }
}

/**
 * A message of the JSON protocol as an event. A notification has no name, so
 * that it reaches `onmessage`; any other is named as its type. The id says up to
 * where the client has everything: what others follow for that has none.
 */
export function encodeEvent(text: string, epoch: string): string {
  const isNotification = text.startsWith('{"type":"set');
  const name = isNotification ? "" : `event: ${JSON.parse(text).type}\n`;
  // Behind the values, of which there may be many.
  const end = text.slice(text.lastIndexOf('"seq":'));
  const seq = /^"seq":(\d+)/.exec(end)?.[1];
  const id = seq === undefined || end.includes('"more":true')
    ? ""
    : `id: ${epoch}:${seq}\n`;
  return `${name}${id}data: ${text}\n\n`;
}

/** The place in the stream of changes that an event's id names; no epoch of any run, when it names none. */
export function parseEventId(id: string): ResumePoint {
  const [, epoch = "", seq] = /^(.{1,64}):(\d{1,15})$/.exec(id) ?? [];
  return { epoch, seq: Number(seq ?? 0) };
}
