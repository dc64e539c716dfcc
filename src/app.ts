/**
 * The composition root: makes all parts, and ends them in the right order.
 * @module
 */
import { protectedFrom } from "./access/write_protection.ts";
import { formatAddress } from "./address.ts";
import { Bank } from "./bank/bank.ts";
import { Protection } from "./bank/protection.ts";
import type { Config } from "./config.ts";
import { Admission } from "./http/admission.ts";
import { FILE_ROUTES } from "./http/files.ts";
import { jsonResponse } from "./http/responses.ts";
import type { Route } from "./http/router.ts";
import { type HttpServer, serveHttp } from "./http/server.ts";
import type { Log } from "./log.ts";
import type { ModbusOptions } from "./modbus/options.ts";
import { type ModbusServer, serveModbus } from "./modbus/server.ts";
import { ListenError, superviseModbus } from "./modbus/supervisor.ts";
import { restRoutes } from "./rest/routes.ts";
import { VERSION } from "./version.ts";
import { Hub } from "./ws/hub.ts";
import { WriteGuard } from "./ws/write_guard.ts";

/**
 * Milliseconds for each step of stopping: Modbus clients to take their answers,
 * WebSocket clients to catch up, and to take what waits for them. With the
 * margin of the Modbus thread these are less than 5 seconds.
 */
const GRACE = 1000;

/** Where the Modbus server runs. */
export interface AppOptions {
  /** Makes the worker for it; undefined: it runs in this thread. */
  readonly spawn: (() => Worker) | undefined;
}

/** The running program. */
export interface App extends AsyncDisposable {
  /** The bank that both servers serve. */
  readonly bank: Bank;
  /** Where Modbus is served. */
  readonly modbusAddr: Deno.NetAddr;
  /** Where HTTP and WebSocket are served. */
  readonly wsAddr: Deno.NetAddr;
  /**
   * Stops both servers: answers what has arrived, tells all clients of all
   * changes, closes all connections. Done within some 4 seconds, whatever the
   * clients do.
   */
  stop(): Promise<void>;
}

/** The program can't start; the message is one line for the user. */
export class StartError extends Error {
  /** The message says what did not work, why, and what to do. */
  constructor(message: string) {
    super(message);
    this.name = "StartError";
  }
}

/** Makes the worker that serves Modbus. */
export function spawnModbusWorker(): Worker {
  const url = new URL("./modbus/worker.ts", import.meta.url);
  return new Worker(url, { type: "module", name: "modbus" });
}

/**
 * Starts the program.
 *
 * @returns When both servers listen.
 * @throws {StartError} If one of them can't.
 */
export async function start(
  config: Config,
  log: Log,
  { spawn }: AppOptions = { spawn: spawnModbusWorker },
): Promise<App> {
  const bank = Bank.create();
  const hub = new Hub(bank, {
    queue: config.clientQueue,
    message: config.maxMessage,
    history: config.history,
    stallTimeout: config.clientStallTimeout,
    failed: (error) =>
      log(
        "error",
        `A WebSocket client could not be told: ${Deno.inspect(error)}`,
      ),
  });
  let modbus: ModbusServer | undefined;
  try {
    modbus = await startModbus(bank, config, log, spawn);
    const { maxClients, maxClientsPerAddress } = config;
    const admission = new Admission(maxClients, maxClientsPerAddress);
    const { readOnly, protect, maxMessage: maxBody } = config;
    const cells = protectedFrom("ws", readOnly, protect);
    const guard = new WriteGuard("operator", new Protection(cells));
    const rest = { bank, hub, guard, admission, log, maxBody };
    const all = [...routes(bank, hub, modbus), ...restRoutes(rest)];
    const http = startHttp(hub, admission, config, all, log);
    return running(bank, hub, modbus, http);
  } catch (error) {
    await modbus?.stop(0);
    await hub.close();
    throw error;
  }
}

function routes(bank: Bank, hub: Hub, modbus: ModbusServer): readonly Route[] {
  const health = () =>
    jsonResponse({
      status: "ok",
      version: VERSION,
      modbus: modbus.counters.read(),
      websocket: { clients: hub.size, behind: hub.behind },
      changeLog: { writes: bank.seq, overflows: bank.overflows },
    });
  return [...FILE_ROUTES, { path: "/health", handlers: { GET: health } }];
}

function running(
  bank: Bank,
  hub: Hub,
  modbus: ModbusServer,
  http: HttpServer,
): App {
  let stopping: Promise<void> | undefined;
  // Modbus first: what its last requests have written is still told.
  const stopAll = async () => {
    await modbus.stop(GRACE);
    await hub.close(GRACE);
    await http.stop(GRACE);
  };
  const stop = () => stopping ??= stopAll();
  return {
    bank,
    modbusAddr: modbus.addr,
    wsAddr: http.addr,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function startHttp(
  hub: Hub,
  admission: Admission,
  config: Config,
  routes: readonly Route[],
  log: Log,
): HttpServer {
  const options = {
    hostname: config.host,
    port: config.wsPort,
    allowOrigins: config.allowOrigin,
    admission,
    routes,
  };
  try {
    return serveHttp(hub, options, log);
  } catch (error) {
    const { name, message } = error as Error;
    throw startError("WebSocket", "ws-port", options, name, message);
  }
}

async function startModbus(
  bank: Bank,
  config: Config,
  log: Log,
  spawn: (() => Worker) | undefined,
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
    traffic: config.logLevel === "debug",
    identity: IDENTITY,
  };
  try {
    return spawn === undefined
      ? serveModbus(bank, options, log)
      : await superviseModbus(bank, options, log, spawn);
  } catch (error) {
    const { name, message } = error as Error;
    const reason = error instanceof ListenError ? error.reason : name;
    throw startError("Modbus", "modbus-port", options, reason, message);
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

function startError(
  service: string,
  flag: string,
  address: { hostname: string; port: number },
  reason: string,
  message: string,
): StartError {
  const what = `Cannot listen on ${formatAddress(address)} for ${service}`;
  switch (reason) {
    case "AddrInUse":
      return new StartError(
        `${what}: the port is in use. Stop the program that has it, or choose another port with --${flag}`,
      );
    case "PermissionDenied":
      return new StartError(
        `${what}: ports below 1024 need a right that this user lacks. Choose another with --${flag}, or grant it (on Linux: CAP_NET_BIND_SERVICE)`,
      );
    case "AddrNotAvailable":
      return new StartError(
        `${what}: this machine does not have that address. Choose another with --host`,
      );
    default:
      return new StartError(`${what}: ${message}`);
  }
}
