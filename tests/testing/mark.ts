/**
 * What clients have been told, without waiting in vain: notifications come in
 * the order of the writes, so all that belong to earlier writes are there when
 * that of a mark is.
 * @module
 */
import { ModbusClient } from "./modbus_client.ts";
import { within } from "./within.ts";
import { WsClient } from "./ws_client.ts";

/** A running program, as far as clients need to know it. */
export interface Reachable {
  /** URL of its WebSocket. */
  readonly wsUrl: string;
  /** Where it serves Modbus. */
  readonly modbusAddr: { hostname: string; port: number };
}

/** A holding register that no test writes. */
const MARK = 0x8000;

let marks = 0;

/**
 * The notifications that each of the clients has not looked at yet, of all
 * writes that were done before this call.
 */
export async function toldTo(
  plc: ModbusClient,
  ...clients: readonly Pick<WsClient, "next">[]
): Promise<string[][]> {
  const mark = ++marks & 0xffff;
  const address = [MARK >> 8, MARK & 0xff];
  await plc.request(Uint8Array.of(6, ...address, mark >> 8, mark & 0xff));
  const notification =
    `{"type":"setHoldingRegisters","address":${MARK},"value":[${mark}]}`;
  const told = clients.map((client) => upTo(notification, client));
  return await within(Promise.all(told), "The notification of a mark");
}

async function upTo(
  last: string,
  client: Pick<WsClient, "next">,
): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const text = await client.next();
    if (text === last) return texts;
    texts.push(text);
  }
}

/** A client that does nothing but listen, as the original's did. */
export class Witness implements AsyncDisposable {
  readonly #listener: WsClient;
  readonly #plc: ModbusClient;

  private constructor(listener: WsClient, plc: ModbusClient) {
    this.#listener = listener;
    this.#plc = plc;
  }

  /** Connects to a running program. */
  static async join(
    { wsUrl, modbusAddr }: Reachable,
  ): Promise<Witness> {
    const listener = await WsClient.open(wsUrl);
    return new Witness(listener, await ModbusClient.connect(modbusAddr));
  }

  /** The notifications since the last call, of all writes that were done before this one. */
  async told(): Promise<string[]> {
    const [texts] = await toldTo(this.#plc, this.#listener);
    return texts!;
  }

  /** Closes its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#plc.close();
    await this.#listener.close();
  }
}
