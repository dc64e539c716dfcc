/**
 * From an HTTP request to a session of the hub.
 * @module
 */
import { FirstTime } from "../access/first_time.ts";
import type { Role } from "../access/role.ts";
import type { Log } from "../log.ts";
import { AuthGate } from "../ws/auth_gate.ts";
import type { Hub } from "../ws/hub.ts";
import type { Session } from "../ws/session.ts";
import { CloseCode } from "../ws/socket.ts";
import type { WriteGuard } from "../ws/write_guard.ts";
import { Admission } from "./admission.ts";
import { refuseCall } from "./authorize.ts";
import { chosenSubprotocol } from "./credentials.ts";
import { isAllowedOrigin } from "./origin.ts";
import { errorResponse } from "./responses.ts";
import type { Visitor } from "./visitor.ts";
import { DenoSocket } from "./web_socket.ts";

/** Who may connect. */
export interface UpgradeOptions {
  /** Origins of pages that may connect, besides those of this host and of loopback. */
  readonly allowOrigins: readonly string[];
  /** Counts them. */
  readonly admission: Admission;
  /** What clients may write, by their role. */
  readonly guards: Readonly<Record<Role, WriteGuard>>;
  /** The role of whoever shows a token; undefined: nobody's. */
  readonly roleOf: (token: string) => Role | undefined;
}

/** Seconds without a frame after which a client is pinged, and without an answer given up. */
const IDLE_TIMEOUT = 30;

/**
 * Most clients that have shown no known token yet, those included that are sent
 * away and do not go: the runtime can't cut them. They take no room from those
 * who show a token in the handshake.
 */
const MAX_STRANGERS = 100;

/** The one version of the WebSocket protocol. */
const VERSION = "13";

/** Most characters of a method that an answer repeats. */
const MAX_QUOTE = 20;

/** Refuses a handshake that the runtime would accept although it is none (RFC 6455, 4.1, 4.2.1 and 4.4). */
function refuseHandshake(
  { method, headers }: Pick<Request, "method" | "headers">,
): Response | undefined {
  if (method !== "GET") {
    const what = `A handshake is a GET, not a ${method.slice(0, MAX_QUOTE)}`;
    const response = errorResponse(405, "method_not_allowed", what);
    response.headers.set("allow", "GET");
    return response;
  }
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
  readonly #gates = new Set<AuthGate>();
  readonly #strangers = new Admission(MAX_STRANGERS, MAX_STRANGERS);
  readonly #refused = new FirstTime();

  /** Lets clients in to `hub`. */
  constructor(hub: Hub, options: UpgradeOptions, log: Log) {
    this.#hub = hub;
    this.#options = options;
    this.#log = log;
  }

  /** Answers a request for a WebSocket, on whatever path, as the original did. */
  upgrade(request: Request, visitor: Visitor): Response {
    const { peer, remote, role } = visitor;
    const refusal = this.#refuse(request, visitor);
    if (refusal !== undefined) return refusal;
    const { admission } = this.#options;
    const room = role === undefined ? this.#strangers : admission;
    const protocol = chosenSubprotocol(request.headers);
    try {
      const { socket, response } = Deno.upgradeWebSocket(request, {
        idleTimeout: IDLE_TIMEOUT,
        ...protocol === undefined ? {} : { protocol },
      });
      this.#attach(socket, visitor, room.enter(remote.hostname));
      return response;
    } catch (error) {
      const { message } = error as Error;
      this.#log("debug", `WebSocket client ${peer}: bad handshake: ${message}`);
      return this.#refusal(400, "bad_handshake", message);
    }
  }

  /** Closes the sockets of those who have not come in yet. Resolves when they are gone. */
  close(): Promise<void> {
    for (const gate of this.#gates) {
      gate.close(CloseCode.goingAway, "The server stops");
    }
    return this.#strangers.close();
  }

  #refuse(request: Request, visitor: Visitor): Response | undefined {
    const { headers } = request;
    const { host, peer } = visitor;
    const origin = headers.get("origin");
    if (!isAllowedOrigin(origin, host, this.#options.allowOrigins)) {
      this.#log(
        "warn",
        `Refused a page of ${origin} (client ${peer}): start with --allow-origin ${origin} to let its pages connect`,
      );
      const what = `Pages of ${origin} may not connect to this server`;
      return this.#refusal(403, "origin_not_allowed", what);
    }
    const flaw = refuseHandshake(request);
    if (flaw !== undefined) {
      this.#hub.counters.refusals.count("bad_handshake");
      return flaw;
    }
    // A browser does not tell its page of a status: a wrong subprotocol is answered by a message.
    if (visitor.hasWrongToken && headers.has("authorization")) {
      return refuseCall(visitor, request.method, false);
    }
    const refusal = this.#full(visitor);
    if (refusal === undefined) return undefined;
    const { code, message } = refusal;
    this.#log("warn", `Refused WebSocket client ${peer}: ${message}`);
    return this.#refusal(503, code, message);
  }

  #full(
    { role, remote: { hostname } }: Visitor,
  ): { code: string; message: string } | undefined {
    const refusal = this.#options.admission.refusal(hostname);
    if (refusal !== undefined || role !== undefined) return refusal;
    if (this.#strangers.count < MAX_STRANGERS) return undefined;
    const message =
      `There are ${MAX_STRANGERS} clients already that have shown no token: show it in the handshake`;
    return { code: "max_strangers", message };
  }

  #refusal(status: number, code: string, message: string): Response {
    this.#hub.counters.refusals.count(code);
    return errorResponse(status, code, message);
  }

  /** `leave` counts the client out; it counts until its socket is gone. */
  #attach(socket: WebSocket, visitor: Visitor, leave: () => void): void {
    const { peer, remote: { hostname } } = visitor;
    const { admission, guards } = this.#options;
    const hub = this.#hub;
    const log = this.#log;
    const { counters } = hub;
    const wrapped = new DenoSocket(socket, peer, (code) => {
      counters.closed("server", code);
    });
    let session: Session | undefined;
    const join = (role: Role) => {
      session = hub.join(wrapped, guards[role]);
    };
    const gate = this.#gateFor(visitor, wrapped, (role) => {
      const refusal = admission.refusal(hostname);
      if (refusal !== undefined) {
        return wrapped.close(CloseCode.tryAgainLater, refusal.message);
      }
      leave();
      leave = admission.enter(hostname);
      join(role);
    });
    // Before the client knows that it is connected: it is told of everything from then on.
    if (visitor.role !== undefined) join(visitor.role);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      wrapped.opened();
      log("debug", `WebSocket client ${peer} connected`);
    };
    socket.onmessage = ({ data }) => {
      try {
        if (session === undefined) return gate?.receive(data);
        const error = session.receive(data);
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
    let isGone = false;
    // Deno can tell of one close twice, and of a failed handshake only this way.
    socket.onclose = ({ code, reason }) => {
      leave();
      if (isGone) return;
      isGone = true;
      if (gate !== undefined) {
        gate.end();
        this.#gates.delete(gate);
      }
      if (!wrapped.closing) counters.closed("client", code);
      if (session !== undefined) hub.leave(session);
      const why = reason === "" ? code : `${code} ${reason}`;
      log("debug", `WebSocket client ${peer} disconnected (${why})`);
    };
  }

  /** Has a client show a token first; undefined: it has. */
  #gateFor(
    { role, hasWrongToken, peer, remote }: Visitor,
    socket: DenoSocket,
    admit: (role: Role) => void,
  ): AuthGate | undefined {
    if (role !== undefined) return undefined;
    const refused = () => {
      this.#gates.delete(gate);
      // A wrong token in the handshake is noted already.
      if (hasWrongToken) return;
      this.#hub.counters.refusals.count("unauthorized");
      const level = this.#refused.of(remote.hostname) ? "warn" : "debug";
      this.#log(level, `Refused client ${peer}: it has shown no known token`);
    };
    const admitted = (role: Role) => {
      this.#gates.delete(gate);
      admit(role);
    };
    const { roleOf } = this.#options;
    const gate = new AuthGate(socket, roleOf, admitted, refused);
    this.#gates.add(gate);
    if (hasWrongToken) gate.refuse("This token is not known");
    return gate;
  }
}
