/**
 * The HTTP server: the WebSocket upgrade, the page, the state of the service.
 * @module
 */
import { formatAddress } from "../address.ts";
import type { Log } from "../log.ts";
import type { Hub } from "../ws/hub.ts";
import type { Session } from "../ws/session.ts";
import { CloseCode } from "../ws/socket.ts";
import { isAllowedOrigin } from "./origin.ts";
import { PAGE_FILES } from "./page.ts";
import { errorResponse, jsonResponse, textResponse } from "./responses.ts";
import { DenoSocket } from "./web_socket.ts";

/** How to serve HTTP and WebSocket. */
export interface HttpOptions {
  /** Address to listen on. */
  readonly hostname: string;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  /** Origins of pages that may connect, besides those of this host and of loopback. */
  readonly allowOrigins: readonly string[];
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

/** Seconds without a frame after which a client is pinged, and without an answer given up. */
const IDLE_TIMEOUT = 30;

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
  const stopped = new AbortController();
  const server = Deno.serve({
    hostname,
    port,
    signal: stopped.signal,
    onListen: () => {},
    onError: (error) => {
      log("error", `An HTTP request failed: ${error}`);
      return errorResponse(500, "internal_error", "The server has a fault");
    },
  }, (request, info) => respond(hub, options, log, request, info.remoteAddr));
  return {
    addr: server.addr,
    async stop(grace) {
      const cut = setTimeout(() => stopped.abort(), grace);
      await server.shutdown();
      clearTimeout(cut);
    },
  };
}

function respond(
  hub: Hub,
  options: HttpOptions,
  log: Log,
  request: Request,
  remote: Deno.NetAddr,
): Response {
  if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
    return upgrade(hub, options, log, request, remote);
  }
  const { pathname } = new URL(request.url);
  if (request.method !== "GET" && request.method !== "HEAD") {
    const what = `${request.method} is not allowed here: use GET`;
    return errorResponse(405, "method_not_allowed", what);
  }
  const file = PAGE_FILES.get(pathname);
  if (file !== undefined) return textResponse(file.text, file.type);
  if (pathname === "/health") return jsonResponse(options.health());
  const path = pathname.slice(0, MAX_QUOTE);
  return errorResponse(404, "not_found", `There is nothing at ${path}`);
}

/** Any path will do, as with the original. */
function upgrade(
  hub: Hub,
  options: HttpOptions,
  log: Log,
  request: Request,
  remote: Deno.NetAddr,
): Response {
  const peer = formatAddress(remote);
  const origin = request.headers.get("origin");
  const host = request.headers.get("host");
  if (!isAllowedOrigin(origin, host, options.allowOrigins)) {
    log(
      "warn",
      `Refused a page of ${origin} (client ${peer}): start with --allow-origin ${origin} to let its pages connect`,
    );
    const what = `Pages of ${origin} may not connect to this server`;
    return errorResponse(403, "origin_not_allowed", what);
  }
  try {
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: IDLE_TIMEOUT,
    });
    attach(hub, socket, peer, log);
    return response;
  } catch (error) {
    const { message } = error as Error;
    log("debug", `WebSocket client ${peer}: bad handshake: ${message}`);
    return errorResponse(400, "bad_handshake", message);
  }
}

/** Connects the runtime's events to a session. */
function attach(hub: Hub, socket: WebSocket, peer: string, log: Log): void {
  let session: Session | undefined;
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    session = hub.join(new DenoSocket(socket, peer));
    log("debug", `WebSocket client ${peer} connected`);
  };
  socket.onmessage = ({ data }) => {
    try {
      const error = session?.receive(data);
      if (error === undefined) return;
      log("debug", `WebSocket client ${peer}: ${error.message}`);
    } catch (error) {
      const { stack } = error as Error;
      log("error", `WebSocket client ${peer}: a message failed: ${stack}`);
      session?.socket.close(CloseCode.internalError, "The server has a fault");
    }
  };
  socket.onerror = (event) => {
    const { message } = event as ErrorEvent;
    log("debug", `WebSocket client ${peer}: ${message}`);
  };
  // Deno can tell of one close twice.
  socket.onclose = () => {
    if (session === undefined) return;
    hub.leave(session);
    session = undefined;
    log("debug", `WebSocket client ${peer} disconnected`);
  };
}
