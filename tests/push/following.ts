/**
 * When everything that was written is told, without waiting in vain.
 * @module
 */
import type { TestApp } from "../testing/app.ts";
import type { ModbusClient } from "../testing/modbus_client.ts";
import { PROTOCOL } from "../testing/schema.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";

/** A holding register that no test wants. */
const MARK = 0xfffe;

/** A client that sees everything, and makes marks. */
export class Following implements AsyncDisposable {
  readonly #app: TestApp;
  readonly #plc: ModbusClient;
  readonly #witness: WsClient;
  #marks = 0;

  private constructor(app: TestApp, plc: ModbusClient, witness: WsClient) {
    this.#app = app;
    this.#plc = plc;
    this.#witness = witness;
  }

  /** Connects to a program that runs in this process. */
  static async start(app: TestApp): Promise<Following> {
    return new Following(app, await app.modbus(), await app.browser());
  }

  /** A client whose messages are checked against the schema. */
  client(): Promise<WsClient> {
    return this.#app.browser({}, PROTOCOL);
  }

  /** A client with a subscription. */
  async subscriber(how: Readonly<Record<string, unknown>>): Promise<WsClient> {
    const client = await this.client();
    await client.ask({ type: "subscribe", ...how });
    return client;
  }

  /**
   * What each client was told and has not looked at, of all that was written
   * before. A change is told to all clients before the next one, so with that
   * of a mark theirs are sent; what they are asked then is answered behind it.
   */
  async told(...clients: readonly WsClient[]): Promise<string[][]> {
    const mark = ++this.#marks & 0xffff;
    const pdu = [6, MARK >> 8, MARK & 0xff, mark >> 8, mark & 0xff];
    await this.#plc.request(Uint8Array.from(pdu));
    const text =
      `{"type":"setHoldingRegisters","address":${MARK},"value":[${mark}]}`;
    while (await within(this.#witness.next(), "the mark") !== text);
    const drained = clients.map(async (client) =>
      (await client.drain()).filter((one) => one !== text)
    );
    return await within(Promise.all(drained), "the clients");
  }

  /** Closes its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#plc.close();
    await this.#witness.close();
  }
}
