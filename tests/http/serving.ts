/**
 * The HTTP server with a hub, without the rest of the program.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { NO_PROTECTION } from "../../src/bank/protection.ts";
import { Admission } from "../../src/http/admission.ts";
import { FILE_ROUTES } from "../../src/http/files.ts";
import type { Route } from "../../src/http/router.ts";
import { type HttpOptions, serveHttp } from "../../src/http/server.ts";
import type { Log } from "../../src/log.ts";
import { Hub } from "../../src/ws/hub.ts";
import { NO_GUARD, WriteGuard } from "../../src/ws/write_guard.ts";
import { TestLog } from "../testing/log.ts";

/** What routes may need. */
export interface Parts {
  /** The cells. */
  readonly bank: Bank;
  /** Has the changes. */
  readonly hub: Hub;
  /** Counts the clients. */
  readonly admission: Admission;
  /** Keeps the lines. */
  readonly log: Log;
}

/** What a test may want otherwise. */
export interface ServingOptions
  extends Partial<Omit<HttpOptions, "admission" | "routes">> {
  /** What is served: the files, unless a test says otherwise. */
  readonly routes?: (parts: Parts) => readonly Route[];
  /** Most clients at a time. */
  readonly maxClients?: number;
  /** Most clients of one address at a time. */
  readonly maxClientsPerAddress?: number;
}

/** A viewer may write nothing, an operator everything. */
export const GUARDS = {
  viewer: new WriteGuard("viewer", NO_PROTECTION),
  operator: NO_GUARD,
};

/** A server on a free port of loopback. */
export class Serving implements AsyncDisposable {
  /** Its log. */
  readonly lines = new TestLog();
  /** Its bank. */
  readonly bank = Bank.create();
  /** Its hub. */
  readonly hub: Hub;
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  readonly #http;

  /** Starts a server. */
  constructor(
    { routes = () => FILE_ROUTES, ...given }: ServingOptions = {},
    message = 1 << 16,
  ) {
    const { maxClients = 100, maxClientsPerAddress = 100, ...options } = given;
    this.hub = new Hub(this.bank, {
      ...{ queue: 1 << 20, message, history: 1 << 20, stallTimeout: 30_000 },
      failed: (error) => this.lines.log("error", `A fault: ${error}`),
    });
    const { bank, hub } = this;
    const { log } = this.lines;
    const admission = new Admission(maxClients, maxClientsPerAddress);
    this.#http = serveHttp(hub, {
      ...{ hostname: "127.0.0.1", port: 0, allowOrigins: [] },
      ...{ allow: [], allowHosts: [], trustedProxies: [] },
      ...{ tokens: undefined, tls: undefined, guards: GUARDS },
      stallTimeout: 30_000,
      ...{ admission, routes: routes({ bank, hub, admission, log }) },
      ...options,
    }, log);
    this.addr = this.#http.addr;
  }

  /** Where its paths begin: `http://127.0.0.1:8765`. */
  get origin(): string {
    return `http://127.0.0.1:${this.addr.port}`;
  }

  /** URL of its WebSocket. */
  get url(): string {
    return `ws://127.0.0.1:${this.addr.port}/`;
  }

  /** Stops the HTTP server alone. */
  stop(grace: number): Promise<void> {
    return this.#http.stop(grace);
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.hub.close();
    await this.#http.stop(1000);
  }
}
