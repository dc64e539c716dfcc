/**
 * The HTTP server with a hub, without the rest of the program.
 * @module
 */
import { Bank } from "../../src/bank/bank.ts";
import { Admission } from "../../src/http/admission.ts";
import { FILE_ROUTES } from "../../src/http/files.ts";
import { type HttpOptions, serveHttp } from "../../src/http/server.ts";
import { Hub } from "../../src/ws/hub.ts";
import { TestLog } from "../testing/log.ts";

/** What a test may want otherwise. */
interface Options extends Partial<Omit<HttpOptions, "admission">> {
  /** Most clients at a time. */
  readonly maxClients?: number;
  /** Most clients of one address at a time. */
  readonly maxClientsPerAddress?: number;
}

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
    { maxClients = 100, maxClientsPerAddress = 100, ...options }: Options = {},
    message = 1 << 16,
  ) {
    this.hub = new Hub(this.bank, {
      ...{ queue: 1 << 20, message, history: 1 << 20, stallTimeout: 30_000 },
    });
    this.#http = serveHttp(this.hub, {
      ...{ hostname: "127.0.0.1", port: 0, allowOrigins: [] },
      admission: new Admission(maxClients, maxClientsPerAddress),
      routes: FILE_ROUTES,
      ...options,
    }, this.lines.log);
    this.addr = this.#http.addr;
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
