/**
 * From an HTTP request to a session of the hub.
 * @module
 */
import { formatAddress } from "../address.ts";
import type { Log } from "../log.ts";
import type { Hub } from "../ws/hub.ts";
import type { Session } from "../ws/session.ts";
import { CloseCode } from "../ws/socket.ts";
import type { Admission } from "./admission.ts";
import { isAllowedOrigin } from "./origin.ts";
import { errorResponse } from "./responses.ts";
import { DenoSocket } from "./web_socket.ts";

/** Who may connect. */
export interface UpgradeOptions {
  /** Origins of pages that may connect, besides those of this host and of loopback. */
  readonly allowOrigins: readonly string[];
  /** Counts them. */
  readonly admission: Admission;
}

/** Seconds without a frame after which a client is pinged, and without an answer given up. */
const IDLE_TIMEOUT = 30;

/** The one version of the WebSocket protocol. */
const VERSION = "13";

/** Refuses a handshake that the runtime would accept although it is none (RFC 6455, 4.2.1 and 4.4). */
function refuseHandshake(headers: Headers): Response | undefined {
  const version = headers.get("sec-websocket-version");
  if (version !== VERSION) {
    const what = `WebSocket version ${version} is not spoken here: use 13`;
    const response = errorResponse(426, "unsupported_version", what);
    response.headers.set("sec-websocket-version", VERSION);
    return response;
  }
  const key = headers.get("sec-websocket-key") ?? "";
  if (/^[A-Za-z0-9+/]{22}==$/.test(key)) return undefined;
  const what = "Sec-WebSocket-Key must be 16 bytes in base64";
  return errorResponse(400, "bad_handshake", what);
}

/** Lets clients in, and connects the runtime's events to their sessions. */
export class Upgrader {
  readonly #hub: Hub;
  readonly #options: UpgradeOptions;
  readonly #log: Log;

  /** Lets clients in to `hub`. */
  constructor(hub: Hub, options: UpgradeOptions, log: Log) {
    this.#hub = hub;
    this.#options = options;
    this.#log = log;
  }

  /** Answers a request for a WebSocket, on whatever path, as the original did. */
  upgrade(request: Request, remote: Deno.NetAddr): Response {
    const peer = formatAddress(remote);
    const refusal = this.#refuse(request, remote.hostname, peer);
    if (refusal !== undefined) return refusal;
    try {
      const { socket, response } = Deno.upgradeWebSocket(request, {
        idleTimeout: IDLE_TIMEOUT,
      });
      const leave = this.#options.admission.enter(remote.hostname);
      this.#attach(socket, peer, leave);
      return response;
    } catch (error) {
      const { message } = error as Error;
      this.#log("debug", `WebSocket client ${peer}: bad handshake: ${message}`);
      return this.#refusal(400, "bad_handshake", message);
    }
  }

  #refuse(
    request: Request,
    address: string,
    peer: string,
  ): Response | undefined {
    const origin = request.headers.get("origin");
    const host = request.headers.get("host");
    if (!isAllowedOrigin(origin, host, this.#options.allowOrigins)) {
      this.#log(
        "warn",
        `Refused a page of ${origin} (client ${peer}): start with --allow-origin ${origin} to let its pages connect`,
      );
      const what = `Pages of ${origin} may not connect to this server`;
      return this.#refusal(403, "origin_not_allowed", what);
    }
    const flaw = refuseHandshake(request.headers);
    if (flaw !== undefined) {
      this.#hub.counters.refusals.count("bad_handshake");
      return flaw;
    }
    const refusal = this.#options.admission.refusal(address);
    if (refusal === undefined) return undefined;
    const { code, message } = refusal;
    this.#log("warn", `Refused WebSocket client ${peer}: ${message}`);
    return this.#refusal(503, code, message);
  }

  #refusal(status: number, code: string, message: string): Response {
    this.#hub.counters.refusals.count(code);
    return errorResponse(status, code, message);
  }

  /** `leave` counts the client out; it counts until its socket is gone. */
  #attach(socket: WebSocket, peer: string, leave: () => void): void {
    const hub = this.#hub;
    const log = this.#log;
    const { counters } = hub;
    const wrapped = new DenoSocket(socket, peer, (code) => {
      counters.closed("server", code);
    });
    // Before the client knows that it is connected: it is told of everything from then on.
    let session: Session | undefined = hub.join(wrapped);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      wrapped.opened();
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
        session?.close(CloseCode.internalError, "The server has a fault");
      }
    };
    socket.onerror = (event) => {
      const { message } = event as ErrorEvent;
      log("debug", `WebSocket client ${peer}: ${message}`);
    };
    // Deno can tell of one close twice, and of a failed handshake only this way.
    socket.onclose = ({ code, reason }) => {
      leave();
      if (session === undefined) return;
      if (!wrapped.closing) counters.closed("client", code);
      hub.leave(session);
      session = undefined;
      const why = reason === "" ? code : `${code} ${reason}`;
      log("debug", `WebSocket client ${peer} disconnected (${why})`);
    };
  }
}
