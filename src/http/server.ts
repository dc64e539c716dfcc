/**
 * The HTTP server: the page, the state of the service, and the way to the WebSocket.
 * @module
 */
import type { Log } from "../log.ts";
import type { Hub } from "../ws/hub.ts";
import { Door } from "./door.ts";
import { Gate, type GateOptions } from "./gate.ts";
import { Listeners } from "./listeners.ts";
import { isAllowedOrigin } from "./origin.ts";
import { errorResponse, shareWith } from "./responses.ts";
import { type Route, Router } from "./router.ts";
import { type UpgradeOptions, Upgrader } from "./upgrade.ts";
import type { Visitor } from "./visitor.ts";

/** How to serve HTTP and WebSocket. */
export interface HttpOptions
  extends GateOptions, Omit<UpgradeOptions, "roleOf"> {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** What is served besides the WebSocket. */
  readonly routes: readonly Route[];
  /** Certificate and key as PEM, for HTTPS and WSS; undefined: neither. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Milliseconds after which the hub closes a client that takes nothing. */
  readonly stallTimeout: number;
}

/** A running HTTP server. */
export interface HttpServer {
  /** Where it listens. */
  readonly addr: Deno.NetAddr;
  /** Stops accepting and waits up to `grace` milliseconds for the clients to go. */
  stop(grace: number): Promise<void>;
}

/** Connections that may wait to be accepted: all browsers come back at once after a restart. */
const BACKLOG = 4096;

/**
 * Serves the clients of `hub`.
 *
 * @param log Is told what an operator wants to know.
 * @throws {Deno.errors.AddrInUse | Deno.errors.PermissionDenied | Error} If it can't listen.
 */
export function serveHttp(
  hub: Hub,
  options: HttpOptions,
  log: Log,
): HttpServer {
  const { hostname, port } = options;
  const router = new Router(options.routes);
  const { tokens } = options;
  const roleOf = (token: string) => tokens?.roleOf(token);
  const upgrader = new Upgrader(hub, { ...options, roleOf }, log);
  const gate = new Gate(options, log, (code) => {
    hub.counters.refusals.count(code);
  });
  const handle = (
    request: Request,
    info: Deno.ServeHandlerInfo<Deno.NetAddr>,
    remote: Deno.NetAddr | undefined,
  ) => {
    const visitor = gate.visit(request, remote);
    if (visitor instanceof Response) return visitor;
    return request.headers.get("upgrade")?.toLowerCase() === "websocket"
      ? upgrader.upgrade(request, visitor)
      : respond(router, request, visitor, info, options.allowOrigins);
  };
  const onError = (error: unknown) => {
    log("error", `An HTTP request failed: ${error}`);
    return errorResponse(500, "internal_error", "The server has a fault");
  };
  const serve = (
    address: { readonly hostname: string; readonly port: number },
    used: () => void,
    remoteOf = (from: Deno.NetAddr): Deno.NetAddr | undefined => from,
  ) =>
    Deno.serve({
      ...{ ...address, tcpBacklog: BACKLOG, ...options.tls },
      ...{ onListen: () => {}, onError },
    }, (request, info) => {
      used();
      return handle(request, info, remoteOf(info.remoteAddr));
    });
  const admits = (remote: Deno.NetAddr) => gate.admits(remote);
  const { allow, stallTimeout } = options;
  const listeners = new Listeners((port, used) => {
    if (allow.length === 0) return serve({ hostname, port }, used);
    return new Door(
      { hostname, port, backlog: BACKLOG, admits, stallTimeout, log },
      (address, remoteOf) => serve(address, used, remoteOf),
    );
  }, log);
  listeners.listen(port);
  return {
    addr: listeners.addr,
    async stop(grace) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, grace);
      listeners.end();
      // The clients first: the runtime's shutdown would cut them off.
      const gone = [upgrader.close(), options.admission.close()];
      await Promise.race([Promise.all(gone), late]);
      await Promise.race([listeners.shutdown(), late]);
      clearTimeout(timer);
    },
  };
}

/** Pages that may use the WebSocket may also read what is served, and change it; others can't even try. */
async function respond(
  router: Router,
  request: Request,
  visitor: Visitor,
  info: Deno.ServeHandlerInfo<Deno.NetAddr>,
  allowOrigins: readonly string[],
): Promise<Response> {
  const origin = request.headers.get("origin");
  const isAllowed = isAllowedOrigin(origin, visitor.host, allowOrigins);
  if (!isAllowed && request.method !== "GET" && request.method !== "HEAD") {
    const what =
      `Pages of ${origin} may not change anything here: see --allow-origin`;
    return errorResponse(403, "origin_not_allowed", what);
  }
  const completed = () => info.completed;
  const response = await router.answer(request, visitor, completed);
  return origin !== null && isAllowed ? shareWith(origin, response) : response;
}
