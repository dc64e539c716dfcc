/**
 * The HTTP side of the program: its parts put together, and begun anew when
 * tokens and certificate have changed.
 * @module
 */
import { protectedFrom } from "./access/write_protection.ts";
import type { Bank } from "./bank/bank.ts";
import { Protection } from "./bank/protection.ts";
import type { Config } from "./config.ts";
import { Admission } from "./http/admission.ts";
import { FILE_ROUTES } from "./http/files.ts";
import { hostsOf } from "./http/origin.ts";
import type { Route } from "./http/router.ts";
import { type HttpServer, serveHttp } from "./http/server.ts";
import type { Log } from "./log.ts";
import { pause } from "./pause.ts";
import { RequestWriter } from "./rest/request_writer.ts";
import { restRoutes } from "./rest/routes.ts";
import { checkTls, readSecrets, type Secrets, tlsError } from "./secrets.ts";
import { listenError, StartError } from "./start_error.ts";
import type { Hub } from "./ws/hub.ts";
import { CloseCode } from "./ws/socket.ts";
import { WriteGuard } from "./ws/write_guard.ts";

/** What the HTTP side needs. */
export interface WebParts {
  /** What was configured. */
  readonly config: Config;
  /** The cells. */
  readonly bank: Bank;
  /** Has the clients. */
  readonly hub: Hub;
  /** What is served besides the page, the WebSocket and the HTTP interface. */
  readonly routes: readonly Route[];
  /** Is told what an operator wants to know. */
  readonly log: Log;
}

/** Milliseconds that clients get to take what waits for them. */
const RELOAD_GRACE = 1000;

/** Milliseconds between two attempts to listen again. */
const LISTEN_RETRY = 100;

/** The HTTP server, with all that it serves. */
export class Web {
  readonly #parts: WebParts;
  #server: HttpServer;
  /** Goes on over a reload: no number is given again. */
  readonly #writer = new RequestWriter();
  #reloading = Promise.resolve();
  #isStopped = false;

  /**
   * Serves from now on.
   *
   * @throws {StartError} If it can't.
   */
  constructor(parts: WebParts, secrets: Secrets) {
    this.#parts = parts;
    this.#server = this.#listen(secrets, parts.config.wsPort);
  }

  /** Where it listens. */
  get addr(): Deno.NetAddr {
    return this.#server.addr;
  }

  /**
   * Reads tokens, certificate and key again. If they are fine, all clients are
   * sent away, to come back under the new rules, and go on where they were; if
   * not, everything stays as it is.
   */
  reload(): Promise<void> {
    this.#reloading = this.#reloading.then(() => this.#reload());
    return this.#reloading;
  }

  /** Stops accepting and waits up to `grace` milliseconds for the clients to go. */
  async stop(grace: number): Promise<void> {
    this.#isStopped = true;
    await this.#reloading;
    await this.#server.stop(grace);
  }

  async #reload(): Promise<void> {
    const { config, hub, log } = this.#parts;
    const { port } = this.addr;
    try {
      const secrets = await readSecrets(config);
      checkTls(secrets.tls, config);
      if (this.#isStopped) return;
      const reason = "Tokens and certificate were read again";
      hub.dismissAll(CloseCode.serviceRestart, reason);
      await this.#server.stop(RELOAD_GRACE);
      await this.#listenAgain(secrets, port);
      log("info", `${reason}: all WebSocket clients have to come back`);
    } catch (error) {
      const { message, stack } = error as Error;
      const why = error instanceof StartError ? message : stack;
      log("error", `Nothing was read again: ${why}`);
    }
  }

  /** The port was in use until now: it may take a moment, and others may be faster. */
  async #listenAgain(secrets: Secrets, port: number): Promise<void> {
    for (let isFirst = true; !this.#isStopped; isFirst = false) {
      try {
        this.#server = this.#listen(secrets, port);
        return;
      } catch (error) {
        const { message } = error as Error;
        if (isFirst) this.#parts.log("error", `Trying again: ${message}`);
        await pause(LISTEN_RETRY);
      }
    }
  }

  #listen(secrets: Secrets, port: number): HttpServer {
    const { bank, hub, config, log } = this.#parts;
    const writer = this.#writer;
    const { maxClients, maxClientsPerAddress, maxMessage: maxBody } = config;
    const admission = new Admission(maxClients, maxClientsPerAddress);
    const cells = protectedFrom("ws", config.readOnly, config.protect);
    const protection = new Protection(cells);
    const guards = {
      viewer: new WriteGuard("viewer", protection),
      operator: new WriteGuard("operator", protection),
    };
    const routes = [
      ...FILE_ROUTES,
      ...this.#parts.routes,
      ...restRoutes({ bank, hub, guards, admission, log, maxBody, writer }),
    ];
    const options = {
      ...{ ...secrets, admission, guards, routes, port },
      hostname: config.host,
      allow: config.wsAllow,
      allowHosts: [
        ...[config.host, ...config.allowHost].map((host) => host.toLowerCase()),
        ...hostsOf(config.allowOrigin),
      ],
      allowOrigins: config.allowOrigin,
      trustedProxies: config.trustedProxy,
      stallTimeout: config.clientStallTimeout,
    };
    try {
      return serveHttp(hub, options, log);
    } catch (error) {
      const { name, message } = error as Error;
      throw tlsError(config, message) ??
        listenError("WebSocket", "ws-port", options, name, message);
    }
  }
}
