/**
 * The HTTP server: the page, the state of the service, and the way to the WebSocket.
 * @module
 */
import type { Log } from "../log.ts";
import type { Hub } from "../ws/hub.ts";
import { FILES } from "./files.ts";
import { isAllowedOrigin } from "./origin.ts";
import {
  errorResponse,
  jsonResponse,
  shareWith,
  textResponse,
} from "./responses.ts";
import { type UpgradeOptions, Upgrader } from "./upgrade.ts";

/** How to serve HTTP and WebSocket. */
export interface HttpOptions extends UpgradeOptions {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** What `/health` answers. */
  readonly health: () => unknown;
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

/** Most characters of an unknown path that an answer repeats. */
const MAX_QUOTE = 100;

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
  const upgrader = new Upgrader(hub, options, log);
  const server = Deno.serve(
    {
      hostname,
      port,
      tcpBacklog: BACKLOG,
      onListen: () => {},
      onError: (error) => {
        log("error", `An HTTP request failed: ${error}`);
        return errorResponse(500, "internal_error", "The server has a fault");
      },
    },
    (request, { remoteAddr }) =>
      request.headers.get("upgrade")?.toLowerCase() === "websocket"
        ? upgrader.upgrade(request, remoteAddr)
        : respond(request, options),
  );
  return {
    addr: server.addr,
    async stop(grace) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, grace);
      // The clients first: the runtime's shutdown would cut them off.
      await Promise.race([upgrader.close(), late]);
      await Promise.race([server.shutdown(), late]);
      clearTimeout(timer);
    },
  };
}

/** Pages that may use the WebSocket may also load the client and read the state. */
function respond(request: Request, options: HttpOptions): Response {
  const response = route(request, options.health);
  const origin = request.headers.get("origin");
  const host = request.headers.get("host");
  return origin !== null && isAllowedOrigin(origin, host, options.allowOrigins)
    ? shareWith(origin, response)
    : response;
}

function route(request: Request, health: () => unknown): Response {
  if (request.method !== "GET" && request.method !== "HEAD") {
    const what = `${request.method} is not allowed here: use GET`;
    return errorResponse(405, "method_not_allowed", what);
  }
  const { pathname } = new URL(request.url);
  const file = FILES.get(pathname);
  if (file !== undefined) return textResponse(file.text, file.type);
  if (pathname === "/health") return jsonResponse(health());
  const path = pathname.slice(0, MAX_QUOTE);
  return errorResponse(404, "not_found", `There is nothing at ${path}`);
}
