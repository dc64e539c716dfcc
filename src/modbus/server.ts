/**
 * The Modbus TCP server: sockets around {@linkcode RequestStream}.
 * @module
 */
import { acceptAll } from "../accept.ts";
import { AddressSet } from "../access/cidr.ts";
import { FirstTime } from "../access/first_time.ts";
import { formatAddress } from "../address.ts";
import type { Bank } from "../bank/bank.ts";
import { Protection } from "../bank/protection.ts";
import type { Log } from "../log.ts";
import { pause } from "../pause.ts";
import type { RecorderSink } from "../trace/recorder.ts";
import type { ModbusClientInfo } from "./client_info.ts";
import { Connection } from "./connection.ts";
import { type CounterName, ModbusCounters } from "./counters.ts";
import { idlest } from "./eviction.ts";
import { encodeIdentity } from "./identity.ts";
import { Observation } from "./observation.ts";
import type { ModbusOptions } from "./options.ts";
import type { Service } from "./service.ts";
import { TurnClock } from "./turn_clock.ts";

/** A running Modbus server. */
export interface ModbusServer extends AsyncDisposable {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** What it has counted. */
  readonly counters: ModbusCounters;
  /** Whether it serves now: its thread may have died. */
  readonly serving: boolean;
  /** How often it was started again. */
  readonly restarts: number;
  /** Who is connected. Rejects when the server does not say so in time. */
  clients(): Promise<readonly ModbusClientInfo[]>;
  /**
   * Stops accepting, answers the requests that have arrived, and closes all
   * connections; those that don't take their answers within `grace`
   * milliseconds are cut.
   */
  stop(grace?: number): Promise<void>;
}

/**
 * Connections that may wait to be accepted: a thousand at once, after a power
 * cut, should not have to try again. The system may have a lower limit.
 */
const BACKLOG = 4096;

/** How often the time limits are looked at, in milliseconds. */
const SWEEP_INTERVAL = 500;

/** How often a stopping server looks for connections that have become idle, in milliseconds. */
const STOP_INTERVAL = 5;

/** How long a stopping server waits for clients to take their answers, in milliseconds. */
const DEFAULT_GRACE = 2000;

/**
 * How long a newcomer waits when all places are taken, in milliseconds. All
 * 256 are not taken over in less than 2.5 seconds: who polls once a second is
 * never the one idle for longest among connections that only hold on.
 */
const FULL_PAUSE = 10;

/**
 * Serves Modbus TCP on `bank`, in this thread.
 *
 * @param log Is told what an operator wants to know.
 * @param counters Counters to go on with; new ones unless given.
 * @param trace Where a capture of all connections goes; none unless given.
 * @throws {Deno.errors.AddrInUse | Deno.errors.PermissionDenied | Error} If it can't listen.
 */
export function serveModbus(
  bank: Bank,
  options: ModbusOptions,
  log: Log = () => {},
  counters: ModbusCounters = new ModbusCounters(),
  trace?: RecorderSink,
): ModbusServer {
  return new Server(bank, options, log, counters, trace);
}

class Server implements ModbusServer {
  readonly addr: Deno.NetAddr;
  readonly counters: ModbusCounters;
  readonly #options: ModbusOptions;
  readonly #log: Log;
  readonly #listener: Deno.TcpListener;
  readonly #allowed: AddressSet | undefined;
  readonly #preferred: AddressSet;
  readonly #observation: Observation;
  readonly #service: Service;
  readonly #refused = new FirstTime();
  readonly #connections = new Set<Connection>();
  /** Those that are never closed to make room. */
  readonly #lasting = new Set<Connection>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  #nextNumber: number;
  #stopping: Promise<void> | undefined;

  constructor(
    bank: Bank,
    options: ModbusOptions,
    log: Log,
    counters: ModbusCounters,
    trace: RecorderSink | undefined,
  ) {
    this.#options = options;
    this.#log = log;
    this.counters = counters;
    const { traffic } = options;
    this.#observation = new Observation({ traffic, trace }, log, counters);
    this.#service = {
      bank,
      identity: encodeIdentity(options.identity),
      counters,
      clock: new TurnClock(),
      log,
      protection: new Protection(options.protectedCells),
      answersForAll: options.answersForAll,
      openTap: this.#observation.open,
    };
    const { allow, priority } = options;
    this.#allowed = allow.length === 0 ? undefined : new AddressSet(allow);
    this.#preferred = new AddressSet(priority);
    this.#listener = Deno.listen({
      hostname: options.hostname,
      port: options.port,
      tcpBacklog: BACKLOG,
    });
    this.addr = this.#listener.addr as Deno.NetAddr;
    counters.set("connectionsOpen", 0);
    // Those of a thread before this one, which has died, are not given again.
    this.#nextNumber = counters.get("connectionsAccepted") + 1;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
    this.#accepting = this.#accept();
  }

  get serving(): boolean {
    return this.#stopping === undefined;
  }

  get restarts(): number {
    return 0;
  }

  clients(): Promise<readonly ModbusClientInfo[]> {
    const all = [...this.#connections].map((connection) => connection.info());
    return Promise.resolve(all);
  }

  stop(grace = DEFAULT_GRACE): Promise<void> {
    this.#stopping ??= this.#stop(grace);
    return this.#stopping;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #accept(): Promise<void> {
    return acceptAll(this.#listener, {
      name: "Modbus",
      open: async (socket) => {
        // Many at once would be let in before anybody else is looked at: the
        // busy would seem idle, and those who have gone would still be there.
        if (this.#connections.size >= this.#options.maxConnections) {
          await pause(FULL_PAUSE);
        }
        this.#open(socket);
      },
      failed: () => this.counters.add("acceptErrors"),
      isOver: () => this.#stopping !== undefined,
      log: this.#log,
    });
  }

  #open(socket: Deno.TcpConn): void {
    const { hostname } = socket.remoteAddr;
    if (this.#allowed?.has(hostname) === false) {
      const why = "its address is not among those of --modbus-allow";
      return this.#refuse(socket, "connectionsRefused", why);
    }
    const { maxConnections } = this.#options;
    if (this.#connections.size >= maxConnections && !this.#evict()) {
      const why =
        `all ${maxConnections} connections have priority (--modbus-max-connections, --modbus-priority)`;
      return this.#refuse(socket, "connectionsFull", why);
    }
    const connection = new Connection(
      this.#service,
      socket,
      this.#nextNumber++,
    );
    this.#connections.add(connection);
    if (this.#preferred.has(hostname)) this.#lasting.add(connection);
    this.counters.add("connectionsAccepted");
    this.counters.set("connectionsOpen", this.#connections.size);
    this.#log("debug", `Modbus client ${connection.peer} connected`);
    connection.serve().finally(() => this.#remove(connection));
  }

  #remove(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#lasting.delete(connection);
    this.counters.set("connectionsOpen", this.#connections.size);
    this.#log("debug", `Modbus client ${connection.peer} disconnected`);
  }

  /** Closes a connection before a byte is read. Many from one address make one line of the log. */
  #refuse(socket: Deno.TcpConn, counter: CounterName, why: string): void {
    this.counters.add(counter);
    const { remoteAddr } = socket;
    const level = this.#refused.of(counter + remoteAddr.hostname)
      ? "warn"
      : "debug";
    const peer = formatAddress(remoteAddr);
    this.#log(level, `Refused Modbus client ${peer}: ${why}`);
    socket.close();
  }

  /** Makes room. Returns whether there was a connection that may be closed. */
  #evict(): boolean {
    const oldest = idlest(this.#connections, this.#lasting);
    if (oldest === undefined) return false;
    this.counters.add("connectionsEvicted");
    this.#log(
      "warn",
      `Modbus connection limit of ${this.#options.maxConnections} reached: closing ${oldest.peer}, the one idle for longest`,
    );
    oldest.close();
    this.#remove(oldest);
    return true;
  }

  #sweep(): void {
    const { frameTimeout, idleTimeout } = this.#options;
    const now = performance.now();
    for (const connection of this.#connections) {
      const partialFor = now - (connection.partialSince ?? now);
      if (partialFor > frameTimeout) {
        this.counters.add("frameTimeouts");
        this.#log(
          "warn",
          `Modbus client ${connection.peer} did not complete a request within ${frameTimeout} ms: closing the connection`,
        );
        connection.close();
      } else if (idleTimeout > 0 && now - connection.activeAt > idleTimeout) {
        this.counters.add("idleTimeouts");
        this.#log(
          "info",
          `Modbus client ${connection.peer} was idle for ${idleTimeout} ms: closing the connection`,
        );
        connection.close();
      }
    }
  }

  async #stop(grace: number): Promise<void> {
    this.#listener.close();
    clearInterval(this.#sweeper);
    await this.#accepting;
    // What has arrived before is answered; a connection that waits for bytes
    // over a whole interval has nothing of it left.
    for (const connection of this.#connections) connection.drain();
    const deadline = performance.now() + grace;
    while (this.#connections.size > 0) {
      await pause(STOP_INTERVAL);
      const late = performance.now() >= deadline;
      for (const connection of this.#connections) {
        if (late || connection.isIdle()) {
          this.counters.add("closedAtStop");
          connection.close();
          this.#remove(connection);
        }
      }
    }
    this.#observation.end();
  }
}
