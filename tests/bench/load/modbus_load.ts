/**
 * Modbus load: connections that each keep a fixed number of requests in flight.
 * @module
 */
import {
  LoadConnection,
  LoadCounters,
  type LoadShape,
} from "./load_connection.ts";

/** How long the last answers may take once no more requests are sent, in milliseconds. */
const PATIENCE = 5000;

/** Connections under load. */
export class ModbusLoad {
  /** What they have seen. */
  readonly counters: LoadCounters = new LoadCounters();
  readonly #connections: LoadConnection[] = [];
  #running: Promise<unknown> | undefined;

  /** Connects to the server on that port of loopback; nothing is sent yet. */
  static async open(port: number, shape: LoadShape): Promise<ModbusLoad> {
    const load = new ModbusLoad();
    await Promise.all(Array.from({ length: shape.connections }, async () => {
      const socket = await Deno.connect({ hostname: "127.0.0.1", port });
      socket.setNoDelay(true);
      const connection = new LoadConnection(socket, shape, load.counters);
      load.#connections.push(connection);
    }));
    return load;
  }

  /** Begins to send. */
  start(): void {
    this.#running = Promise.all(this.#connections.map((c) => c.run()));
  }

  /** Sends no more, waits for what is in flight, and closes the connections. */
  async stop(): Promise<void> {
    for (const connection of this.#connections) connection.stopped = true;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, PATIENCE);
    await Promise.race([this.#running, late.promise]);
    clearTimeout(timer);
    for (const connection of this.#connections) connection.close();
    await this.#running;
  }
}
