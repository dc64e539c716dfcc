/**
 * A Modbus server in this thread, on a free port of loopback.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import type { ModbusOptions } from "../../src/modbus/options.ts";
import { type ModbusServer, serveModbus } from "../../src/modbus/server.ts";
import { TestLog } from "./log.ts";
import { ModbusClient } from "./modbus_client.ts";
import { TEST_IDENTITY } from "./modbus_identity.ts";

/** Options that no test runs into unless it sets them. */
export const TEST_OPTIONS: ModbusOptions = {
  hostname: "127.0.0.1",
  port: 0,
  maxConnections: 100,
  frameTimeout: 600_000,
  idleTimeout: 0,
  allow: [],
  priority: [],
  protectedCells: [],
  answersForAll: true,
  traffic: false,
  identity: TEST_IDENTITY,
};

/** A running server and what belongs to it. */
export class TestServer implements AsyncDisposable {
  /** The bank that it serves. */
  readonly bank: Bank = Bank.create();
  /** Its log. */
  readonly lines: TestLog = new TestLog();
  /** The server itself. */
  readonly server: ModbusServer;

  /** Starts a server with what `overrides` says. */
  constructor(overrides: Partial<ModbusOptions> = {}) {
    const options = { ...TEST_OPTIONS, ...overrides };
    this.server = serveModbus(this.bank, options, this.lines.log);
  }

  /** A new client. */
  connect(): Promise<ModbusClient> {
    return ModbusClient.connect(this.server.addr);
  }

  /** Resolves when the server has said that it closed a client's connection. */
  async gone({ name }: ModbusClient): Promise<void> {
    await this.lines.until(new RegExp(`Modbus client ${name} disconnected$`));
  }

  /** Stops the server. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.server.stop();
  }
}
