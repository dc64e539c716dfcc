/**
 * What a client is told that does nothing but listen, as the original's do.
 * @module
 */
import { WsClient } from "./ws_client.ts";

/** Input registers that no test writes: marks go there. */
const MARK_ADDRESS = 0x8000;

/** A silent WebSocket client, and a second one that makes marks in the order of the writes. */
export class Witness implements AsyncDisposable {
  readonly #listener: WsClient;
  readonly #marker: WsClient;
  #marks = 0;

  private constructor(listener: WsClient, marker: WsClient) {
    this.#listener = listener;
    this.#marker = marker;
  }

  /** Connects. */
  static async join(url: string): Promise<Witness> {
    const listener = await WsClient.open(url);
    const marker = await WsClient.open(url);
    // An answer to the second client: by then the first one is in, without having said a word.
    await marker.drain();
    return new Witness(listener, marker);
  }

  /**
   * The notifications since the last call, of all writes that were done before
   * this one. It ends whether there are any or not: a mark is written behind
   * them, and notifications come in the order of the writes.
   */
  async told(): Promise<string[]> {
    const value = [0x4d41, 0x524b, ++this.#marks & 0xffff];
    const mark = { type: "setInputRegisters", address: MARK_ADDRESS, value };
    this.#marker.send(mark);
    const texts: string[] = [];
    for (;;) {
      const text = await this.#listener.next();
      if (text === JSON.stringify(mark)) return texts;
      texts.push(text);
    }
  }

  /** Closes both connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener.close();
    await this.#marker.close();
  }
}
