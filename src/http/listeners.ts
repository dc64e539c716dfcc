/**
 * Has the runtime listen, and listen again. When a connection can't be accepted,
 * as there is no file descriptor left, the runtime gives up listening for good,
 * while the connections that it has go on.
 * @module
 */
import type { Log } from "../log.ts";

/** What is needed of the runtime's server. */
export interface RuntimeServer {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Rejects when it gives up. */
  readonly finished: Promise<void>;
  /** Ends it, and all its connections. */
  shutdown(): Promise<void>;
}

/** Listens on a port, or throws; `used` is to be called with each request. */
export type Serve = (port: number, used: () => void) => RuntimeServer;

/** Milliseconds between two attempts to listen again. */
const RETRY = 100;

/** The server that listens, and those that have given up and still have connections. */
export class Listeners {
  readonly #serve: Serve;
  readonly #log: Log;
  readonly #servers = new Set<RuntimeServer>();
  #addr: Deno.NetAddr | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isEnding = false;

  /**
   * None yet.
   *
   * @param log Is told what an operator wants to know.
   */
  constructor(serve: Serve, log: Log) {
    this.#serve = serve;
    this.#log = log;
  }

  /** Where the last one listens. */
  get addr(): Deno.NetAddr {
    if (this.#addr === undefined) throw new Error("Nothing listens yet");
    return this.#addr;
  }

  /** Listens from now on. Throws what the runtime throws if it can't. */
  listen(port: number): void {
    let isUsed = false;
    const server = this.#serve(port, () => isUsed = true);
    this.#servers.add(server);
    this.#addr = server.addr;
    server.finished.catch((error) => {
      this.#gaveUp(error);
      // One after the other may give up at once: those leave nothing behind.
      if (isUsed) return;
      this.#servers.delete(server);
      server.shutdown().catch(() => {});
    });
  }

  /** Listens no more when the one that does gives up. */
  end(): void {
    this.#isEnding = true;
    clearTimeout(this.#timer);
  }

  /** Ends all connections. */
  async shutdown(): Promise<void> {
    // One that has given up may say so once more.
    const servers = [...this.#servers];
    await Promise.allSettled(servers.map((server) => server.shutdown()));
  }

  #gaveUp(error: unknown): void {
    if (this.#isEnding) return;
    this.#log("error", `No HTTP connection can be accepted for now: ${error}`);
    const { port } = this.addr;
    this.#timer = setTimeout(() => this.#listenAgain(port), RETRY);
  }

  #listenAgain(port: number): void {
    try {
      this.listen(port);
      this.#log("info", "HTTP connections are accepted again");
    } catch {
      this.#timer = setTimeout(() => this.#listenAgain(port), RETRY);
    }
  }
}
