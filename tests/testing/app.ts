/**
 * The program in this process, on free ports of loopback.
 * @module
 */
import { type App, spawnModbusWorker, start } from "../../src/app.ts";
import { parseCommand } from "../../src/command_line.ts";
import type { Config } from "../../src/config.ts";
import { TestLog } from "./log.ts";
import { ModbusClient } from "./modbus_client.ts";
import { surroundings } from "./surroundings.ts";
import { type WireCheck, WsClient } from "./ws_client.ts";

/** A running program and ways to reach it. */
export interface TestApp extends App {
  /** Its log. */
  readonly lines: TestLog;
  /** The URL of the WebSocket. */
  readonly url: string;
  /** A new Modbus client. */
  modbus(): Promise<ModbusClient>;
  /** A new WebSocket client; `check` looks at all that goes over its wire. */
  browser(
    headers?: Record<string, string>,
    check?: WireCheck,
  ): Promise<WsClient>;
}

/** The defaults, free ports, and what `overrides` says. */
export function testConfig(overrides: Partial<Config> = {}): Config {
  const args = ["--modbus-port=0", "--ws-port=0"];
  const command = parseCommand(args, surroundings());
  if (command.action !== "run") throw new Error("Not a configuration");
  return { ...command.config, ...overrides };
}

/**
 * Starts the program with the Modbus server in this thread, which needs net
 * permission alone; with `worker` in a thread of its own, which needs read
 * permission, too.
 */
export async function startApp(
  overrides: Partial<Config> = {},
  { worker = false, spawn = spawnModbusWorker } = {},
): Promise<TestApp> {
  const lines = new TestLog();
  const options = { spawn: worker ? spawn : undefined };
  const app = await start(testConfig(overrides), lines.log, options);
  const { modbusAddr, wsAddr } = app;
  const url = `ws://${wsAddr.hostname}:${wsAddr.port}/`;
  return {
    ...app,
    lines,
    url,
    modbus: () => ModbusClient.connect(modbusAddr),
    browser: (headers, check) => WsClient.open(url, headers, check),
  };
}
