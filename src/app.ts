/**
 * The composition root: makes all parts, and ends them in the right order.
 * @module
 */
import { exposureWarnings } from "./access/exposure.ts";
import { protectedFrom } from "./access/write_protection.ts";
import { Bank, DEFAULT_RING_SIZE } from "./bank/bank.ts";
import { Units } from "./bank/units.ts";
import type { Config } from "./config.ts";
import type { Log } from "./log.ts";
import { LogCounter } from "./metrics/log.ts";
import { operationRoutes } from "./metrics/routes.ts";
import type { ModbusOptions } from "./modbus/options.ts";
import { type ModbusServer, serveModbus } from "./modbus/server.ts";
import { ListenError, superviseModbus } from "./modbus/supervisor.ts";
import { readSecrets } from "./secrets.ts";
import { listenError } from "./start_error.ts";
import { startStore } from "./store/start.ts";
import type { Store } from "./store/store.ts";
import { startTrace } from "./trace/start.ts";
import type { TraceFile } from "./trace/file.ts";
import { VERSION } from "./version.ts";
import { Web } from "./web.ts";
import { Hub } from "./ws/hub.ts";

/**
 * Milliseconds for each step of stopping: Modbus clients to take their answers,
 * WebSocket clients to catch up, and to take what waits for them. With the
 * margin of the Modbus thread these are less than 5 seconds.
 */
const GRACE = 1000;

/** Where the Modbus server and the store run. */
export interface AppOptions {
  /** Makes the worker for the Modbus server; undefined: it runs in this thread. */
  readonly spawn: (() => Worker) | undefined;
  /** Makes the worker for the store; undefined: it runs in this thread. */
  readonly spawnStore?: (() => Worker) | undefined;
}

/** Each in a thread of its own. */
const THREADS: AppOptions = {
  spawn: spawnModbusWorker,
  spawnStore: spawnStoreWorker,
};

/** The running program. */
export interface App extends AsyncDisposable {
  /** The bank that both servers serve. */
  readonly bank: Bank;
  /** Where Modbus is served. */
  readonly modbusAddr: Deno.NetAddr;
  /** Where HTTP and WebSocket are served. */
  readonly wsAddr: Deno.NetAddr;
  /**
   * Reads tokens, certificate and key again: WebSocket clients are closed with
   * 1012 and come back under the new rules. Modbus clients notice nothing.
   */
  reload(): Promise<void>;
  /**
   * Stops both servers: answers what has arrived, tells all clients of all
   * changes, closes all connections. Done within some 4 seconds, whatever the
   * clients do.
   */
  stop(): Promise<void>;
}

/** Makes the worker that keeps the bank. */
export function spawnStoreWorker(): Worker {
  const url = new URL("./store/worker.ts", import.meta.url);
  return new Worker(url, { type: "module", name: "store" });
}

/** Makes the worker that serves Modbus. */
export function spawnModbusWorker(): Worker {
  const url = new URL("./modbus/worker.ts", import.meta.url);
  return new Worker(url, { type: "module", name: "modbus" });
}

/** What the program consists of while it runs. */
interface Parts {
  readonly bank: Bank;
  readonly hub: Hub;
  readonly modbus: ModbusServer;
  readonly web: Web;
  readonly store: Store | undefined;
  readonly trace: TraceFile | undefined;
}

/**
 * Starts the program.
 *
 * @returns When both servers listen.
 * @throws {StartError} If one of them can't.
 */
export async function start(
  config: Config,
  print: Log,
  { spawn, spawnStore }: AppOptions = THREADS,
): Promise<App> {
  const logged = new LogCounter();
  const log = logged.wrap(print);
  const secrets = await readSecrets(config);
  const bank = Bank.create(DEFAULT_RING_SIZE, new Units(config.units));
  const epoch = crypto.randomUUID();
  const trace = await startTrace(config, log);
  const store = await startStore(bank, config, epoch, log, spawnStore)
    .catch(async (error) => {
      await trace?.close();
      throw error;
    });
  const hub = new Hub(bank, {
    epoch,
    lastRun: store?.lastRun,
    queue: config.clientQueue,
    message: config.maxMessage,
    history: config.history,
    stallTimeout: config.clientStallTimeout,
    failed: (error) =>
      log(
        "error",
        `A WebSocket client could not be served: ${Deno.inspect(error)}`,
      ),
  });
  let modbus: ModbusServer | undefined;
  let web: Web | undefined;
  try {
    modbus = await startModbus(bank, config, log, spawn, trace);
    const parts = { bank, hub, modbus, store, log: logged };
    const routes = operationRoutes({ ...parts, wsAddr: () => web?.addr });
    web = new Web({ config, bank, hub, routes, log }, secrets);
    for (const warning of exposureWarnings(config)) log("warn", warning);
    return running({ bank, hub, modbus, web, store, trace });
  } catch (error) {
    await modbus?.stop(0);
    await hub.close();
    await store?.stop();
    await trace?.close();
    throw error;
  }
}

function running({ bank, hub, modbus, web, store, trace }: Parts): App {
  let stopping: Promise<void> | undefined;
  // Modbus first: what its last requests have written is still told.
  const stopAll = async () => {
    try {
      await modbus.stop(GRACE);
      await hub.close(GRACE);
      await web.stop(GRACE);
    } finally {
      // Whatever goes wrong before: nothing that was written is lost.
      await store?.stop();
      await trace?.close();
    }
  };
  const stop = () => stopping ??= stopAll();
  return {
    bank,
    modbusAddr: modbus.addr,
    wsAddr: web.addr,
    reload: () => web.reload(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function startModbus(
  bank: Bank,
  config: Config,
  log: Log,
  spawn: (() => Worker) | undefined,
  trace: TraceFile | undefined,
): Promise<ModbusServer> {
  const options: ModbusOptions = {
    hostname: config.host,
    port: config.modbusPort,
    maxConnections: config.modbusMaxConnections,
    frameTimeout: config.modbusFrameTimeout,
    idleTimeout: config.modbusIdleTimeout,
    allow: config.modbusAllow,
    priority: config.modbusPriority,
    protectedCells: protectedFrom("modbus", config.readOnly, config.protect),
    answersForAll: config.unknownUnit === "exception",
    traffic: config.logLevel === "debug",
    identity: IDENTITY,
  };
  const write = trace && ((blocks: Uint8Array) => trace.write(blocks));
  try {
    return spawn === undefined
      ? serveModbus(bank, options, log, undefined, trace?.sink())
      : await superviseModbus(bank, options, log, spawn, write);
  } catch (error) {
    const { name, message } = error as Error;
    const reason = error instanceof ListenError ? error.reason : name;
    throw listenError("Modbus", "modbus-port", options, reason, message);
  }
}

const IDENTITY = {
  vendorName: "modbus-ws-adapter",
  productCode: "modbus-ws-adapter",
  majorMinorRevision: VERSION,
  vendorUrl: "",
  productName: "Modbus TCP to WebSocket adapter",
  modelName: "",
  userApplicationName: "",
};
