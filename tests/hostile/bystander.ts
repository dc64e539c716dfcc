/**
 * Well-behaved clients beside an attacker: a Modbus client that writes, reads
 * back and compares all the time, and a browser that is told of each write.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { TestApp } from "../testing/app.ts";
import type { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { within } from "../testing/within.ts";
import type { WsClient } from "../testing/ws_client.ts";

/** The registers that nobody else writes: no attempt does. */
export const OWN = { address: 60_000, count: 10 } as const;

/** What is written the `round`th time. */
function valuesOf(round: number): number[] {
  return Array.from(
    { length: OWN.count },
    (_, i) => (round * 31 + i * 7) & 0xffff,
  );
}

/** Both clients. */
export class Bystanders implements AsyncDisposable {
  readonly #plc: ModbusClient;
  readonly #browser: WsClient;
  #round = 0;
  #told = 0;
  #stopped = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(plc: ModbusClient, browser: WsClient) {
    this.#plc = plc;
    this.#browser = browser;
  }

  /** Connects both; `token` lets the browser in where one is asked for. */
  static async join(app: TestApp, token?: string): Promise<Bystanders> {
    const headers = token === undefined
      ? undefined
      : { authorization: `Bearer ${token}` };
    const browser = await app.browser(headers);
    const { address, count } = OWN;
    const ranges = [{ table: "holdingRegisters", address, count }];
    await browser.ask({ type: "subscribe", ranges });
    return new Bystanders(await app.modbus(), browser);
  }

  /** Begins to write and read, until {@linkcode Bystanders.finish}. */
  begin(): void {
    this.#stopped = false;
    this.#running = this.#run();
    // It is looked at in the end.
    this.#running.catch(() => {});
  }

  /** Writes once more; rejects if anything was not as it should be since the beginning. */
  async finish(): Promise<void> {
    this.#stopped = true;
    await within(this.#running, "A well-behaved Modbus client");
    await this.#once();
    while (this.#told < this.#round) {
      const message = await within(this.#browser.nextJson(), "A notification");
      // Where units have cells of their own, it says whose these are.
      delete message.unit;
      assertEquals(message, {
        type: "setHoldingRegisters",
        address: OWN.address,
        value: valuesOf(++this.#told),
      });
    }
  }

  /** Closes both connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await this.#running.catch(() => {});
    this.#plc.close();
    await this.#browser.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) await this.#once();
  }

  async #once(): Promise<void> {
    const functions = functionsOf(this.#plc);
    const values = valuesOf(++this.#round);
    await functions.writeMultipleRegisters(OWN.address, values);
    const read = await functions.readHoldingRegisters(OWN.address, OWN.count);
    assertEquals(read, values);
  }
}
