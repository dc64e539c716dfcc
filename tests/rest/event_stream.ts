/**
 * A client that reads server-sent events (WHATWG HTML, 9.2.6) piece by piece.
 * @module
 */
import { checkReceived } from "../testing/schema.ts";
import { within } from "../testing/within.ts";
import { checkSchema } from "./contract.ts";

/** What stands between two empty lines. */
export interface ServerEvent {
  /** Its name; undefined: it has none. */
  readonly event: string | undefined;
  /** Its id. */
  readonly id: string | undefined;
  /** Its data, parsed. */
  // deno-lint-ignore no-explicit-any
  readonly data: any;
}

/** A stream that is open. */
export class EventStream implements AsyncDisposable {
  /** The answer. */
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<string>;
  readonly #abort: AbortController;
  #text = "";

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#reader = response.body!.pipeThrough(new TextDecoderStream())
      .getReader();
    this.#abort = abort;
  }

  /** Opens it; `headers` go with the request, which `client` makes. */
  static async open(
    url: string,
    headers: Record<string, string> = {},
    client?: Deno.HttpClient,
  ): Promise<EventStream> {
    const abort = new AbortController();
    const { signal } = abort;
    const init = { headers, signal, ...(client && { client }) };
    return new EventStream(await fetch(url, init), abort);
  }

  /** The lines up to the next empty one; undefined at the end. */
  async block(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end >= 0) {
        const block = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        return block;
      }
      const { done, value } = await within(this.#reader.read(), "an event");
      if (done) return undefined;
      this.#text += value;
    }
  }

  /** The next event, which is looked at; comments and `retry` are passed over. */
  async next(): Promise<ServerEvent> {
    for (;;) {
      const block = await this.block();
      if (block === undefined) throw new Error("The stream has ended");
      const field = (name: string) =>
        new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1];
      const text = field("data");
      if (text === undefined) continue;
      checkReceived(text);
      const [event, id, data] = [field("event"), field("id"), JSON.parse(text)];
      if (event === undefined) {
        checkSchema({ $ref: "#/components/schemas/Change" }, data);
      }
      return { event, id, data };
    }
  }

  /** Lets go of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.#reader.cancel().catch(() => {});
  }
}
