/**
 * A door before the runtime's server. `Deno.serve` shows nothing of a
 * connection before it has read the head of a request; the door looks at the
 * address first, and carries what comes from the others to a server on a port
 * of loopback.
 * @module
 */
import { acceptAll } from "../accept.ts";
import type { Log } from "../log.ts";
import type { RuntimeServer } from "./listeners.ts";
import { Relay } from "./relay.ts";

/** Where the server behind the door listens. */
const INSIDE = "127.0.0.1";

/** How often clients are looked at that take nothing, in milliseconds. */
const STALL_INTERVAL = 1000;

/** How much longer than the hub it waits for such a client, which may yet take the hub's goodbye. */
const PATIENCE = 4;

/** What a {@linkcode Door} does. */
export interface DoorOptions {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
  /** Whether a client may come in; if not, its connection is closed unread. */
  readonly admits: (remote: Deno.NetAddr) => boolean;
  /** Milliseconds after which the server closes a client that takes nothing. */
  readonly stallTimeout: number;
  /** Is told what an operator wants to know. */
  readonly log: Log;
}

/**
 * Listens at an address of loopback.
 *
 * @param remoteOf Which client is behind a connection from there; undefined: it
 * did not come through the door.
 */
export type ServeInside = (
  address: { readonly hostname: string; readonly port: number },
  remoteOf: (from: Deno.NetAddr) => Deno.NetAddr | undefined,
) => RuntimeServer;

/** A server of which strangers see nothing. */
export class Door implements RuntimeServer {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  readonly #options: DoorOptions;
  readonly #listener: Deno.TcpListener;
  readonly #inside: RuntimeServer;
  /** Those who are inside, by the port of loopback from which they come. */
  readonly #relays = new Map<number, Relay>();
  readonly #sweeper: ReturnType<typeof setInterval>;
  readonly #accepting: Promise<void>;
  #isClosed = false;

  /**
   * Opens the door before what `serve` makes.
   *
   * @throws {Deno.errors.AddrInUse | Deno.errors.PermissionDenied | Error} If it can't listen.
   */
  constructor(options: DoorOptions, serve: ServeInside) {
    const { hostname, port, backlog: tcpBacklog } = options;
    this.#options = options;
    this.#listener = Deno.listen({ hostname, port, tcpBacklog });
    this.addr = this.#listener.addr;
    try {
      this.#inside = serve(
        { hostname: INSIDE, port: 0 },
        ({ port }) => this.#relays.get(port)?.remote,
      );
    } catch (error) {
      this.#listener.close();
      throw error;
    }
    this.#inside.finished.catch(() => this.#close());
    this.#sweeper = setInterval(() => this.#sweep(), STALL_INTERVAL);
    this.#accepting = this.#accept();
  }

  /** Rejects when the server behind it gives up: nobody is let in any more. */
  get finished(): Promise<void> {
    return this.#inside.finished;
  }

  /** Ends it, and all its connections. */
  async shutdown(): Promise<void> {
    this.#close();
    await this.#accepting;
    await this.#inside.shutdown();
    await Promise.all(this.#relays.values().map(({ ended }) => ended));
    clearInterval(this.#sweeper);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener.close();
  }

  #accept(): Promise<void> {
    const { admits, log } = this.#options;
    return acceptAll(this.#listener, {
      name: "HTTP",
      open: (client) => {
        if (admits(client.remoteAddr)) this.#letIn(client);
        else client.close();
      },
      failed: () => {},
      isOver: () => this.#isClosed,
      log,
    });
  }

  async #letIn(client: Deno.TcpConn): Promise<void> {
    const { port } = this.#inside.addr;
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: INSIDE, port });
    } catch (error) {
      client.close();
      const why = `Cannot take an HTTP client in: ${error}`;
      return this.#options.log("warn", why);
    }
    const from = server.localAddr.port;
    const relay = new Relay(client, server);
    this.#relays.set(from, relay);
    await relay.ended;
    // The port may have been given to another one since it was closed.
    if (this.#relays.get(from) === relay) this.#relays.delete(from);
  }

  #sweep(): void {
    const now = performance.now();
    const most = this.#options.stallTimeout * PATIENCE;
    for (const relay of this.#relays.values()) {
      if (relay.stalledFor(now) > most) relay.close();
    }
  }
}
