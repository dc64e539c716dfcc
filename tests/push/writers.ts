/**
 * Clients that write random values as fast as they get their answers.
 * @module
 */
import { assertEquals } from "@std/assert";
import type { TestApp } from "../testing/app.ts";
import type { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import { Random } from "../testing/random.ts";
import type { WsClient } from "../testing/ws_client.ts";

/** Most cells of one write. */
const MOST = 20;

/** Names of the tables as they stand in message types. */
const SUFFIXES = [
  "Coils",
  "DiscreteInputs",
  "InputRegisters",
  "HoldingRegisters",
];

/** Two Modbus and two WebSocket clients that write until they are stopped. */
export class Writers {
  readonly #cells: number;
  #stopped = false;
  readonly #done: Promise<unknown>;

  private constructor(
    plcs: readonly ModbusClient[],
    browsers: readonly WsClient[],
    seed: number,
    cells: number,
  ) {
    this.#cells = cells;
    this.#done = Promise.all([
      ...plcs.map((plc, i) => this.#modbus(plc, new Random(seed + i))),
      ...browsers.map((one, i) => this.#webSocket(one, new Random(seed - i))),
    ]);
    // When a test fails, the server stops under them; `stop` tells the rest.
    this.#done.catch(() => {});
  }

  /**
   * Starts them.
   *
   * @param cells How many cells of each table they write, from address 0 on.
   */
  static async start(
    app: TestApp,
    seed: number,
    cells: number,
  ): Promise<Writers> {
    const plcs = [await app.modbus(), await app.modbus()];
    const browsers = [await app.browser(), await app.browser()];
    // They are not to be told of what the others write: nobody reads that here.
    for (const browser of browsers) {
      await browser.ask({ type: "subscribe", ranges: [] });
    }
    return new Writers(plcs, browsers, seed, cells);
  }

  /** Stops them; resolves when the last of their writes is answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  async #modbus(plc: ModbusClient, random: Random): Promise<void> {
    using _ = plc;
    const functions = functionsOf(plc);
    while (!this.#stopped) {
      const { address, count } = this.#place(random);
      if (random.oneIn(2)) {
        const values = Array.from({ length: count }, () => random.oneIn(2));
        await functions.writeMultipleCoils(address, values);
      } else {
        const values = Array.from({ length: count }, () => random.int(65_536));
        await functions.writeMultipleRegisters(address, values);
      }
    }
  }

  async #webSocket(browser: WsClient, random: Random): Promise<void> {
    await using _ = browser;
    for (let id = 0; !this.#stopped; id++) {
      const table = random.int(4);
      const { address, count } = this.#place(random);
      const most = table < 2 ? 2 : 65_536;
      const value = Array.from({ length: count }, () => random.int(most));
      const type = `set${SUFFIXES[table]}`;
      const answer = await browser.ask({ type, address, value, id });
      assertEquals(answer, { type: "ok", id });
    }
  }

  #place(random: Random): { address: number; count: number } {
    const count = random.between(1, MOST);
    return { address: random.int(this.#cells - count + 1), count };
  }
}
