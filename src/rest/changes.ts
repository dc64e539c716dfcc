/**
 * The changes as server-sent events, for where WebSockets are blocked and for
 * those who would rather read a stream of text.
 * @module
 */
import type { Role } from "../access/role.ts";
import type { Bank } from "../bank/bank.ts";
import type { Units } from "../bank/units.ts";
import type { Admission } from "../http/admission.ts";
import { errorResponse, streamResponse } from "../http/responses.ts";
import type { Call, Route } from "../http/router.ts";
import type { Log } from "../log.ts";
import type { Hub } from "../ws/hub.ts";
import type { SubscribeMessage } from "../ws/messages.ts";
import type { WriteGuard } from "../ws/write_guard.ts";
import { CloseCode } from "../ws/socket.ts";
import { EventSocket, parseEventId } from "./event_socket.ts";
import { withProblems } from "./problem.ts";
import { parseFlag, parseQuery, parseRanges, parseUnitParam } from "./query.ts";

/** Milliseconds between signs of life: less than proxies wait. */
const HEARTBEAT = 15_000;

const EVENT_STREAM = "text/event-stream";

/** What streams of changes need. */
export interface ChangeOptions {
  /** Says which units there are. */
  readonly bank: Pick<Bank, "units">;
  /** Has the changes. */
  readonly hub: Hub;
  /** Counts the clients. */
  readonly admission: Admission;
  /** What clients may write, by their role: they are told when it is nothing. */
  readonly guards: Readonly<Record<Role, WriteGuard>>;
  /** Is told what an operator wants to know. */
  readonly log: Log;
  /** Milliseconds between signs of life. */
  readonly heartbeat?: number;
}

/** The stream of changes. */
export function changeRoute(options: ChangeOptions): Route {
  const streams = new ChangeStreams(options);
  const handlers = { GET: withProblems((call) => streams.open(call)) };
  return { path: "/api/v1/changes", handlers };
}

/** All clients that read changes as events. */
class ChangeStreams {
  readonly #options: ChangeOptions;
  readonly #sockets = new Set<EventSocket>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ChangeOptions) {
    this.#options = options;
  }

  /** Answers a request for a stream. */
  open(call: Call): Response {
    const { bank, hub, guards, admission, log } = this.#options;
    const { request, remote, visitor } = call;
    const wanted = parseSubscription(call, bank.units);
    if (request.method === "HEAD") return streamResponse(null, EVENT_STREAM);
    const { peer, role = "viewer" } = visitor;
    const refusal = admission.refusal(remote.hostname);
    if (refusal !== undefined) {
      const { code, message } = refusal;
      hub.counters.refusals.count(code);
      log("warn", `Refused event stream client ${peer}: ${message}`);
      return errorResponse(503, code, message);
    }
    const leave = admission.enter(remote.hostname);
    const socket = new EventSocket(peer, hub.epoch);
    const session = hub.join(socket, guards[role]);
    this.#add(socket);
    const gone = () => {
      leave();
      hub.leave(session);
      this.#remove(socket);
      const { closing } = socket;
      if (closing !== undefined) hub.counters.closed("server", closing);
      else hub.counters.closed("client", CloseCode.noStatus);
      log("debug", `Event stream client ${peer} disconnected`);
    };
    // Also for one that is closed and does not go: it counts until then.
    call.completed().then(gone, gone);
    log("debug", `Event stream client ${peer} connected`);
    hub.subscribe(session, wanted);
    return streamResponse(socket.stream, EVENT_STREAM);
  }

  #add(socket: EventSocket): void {
    this.#sockets.add(socket);
    this.#timer ??= setInterval(() => {
      for (const each of this.#sockets) each.beat();
    }, this.#options.heartbeat ?? HEARTBEAT);
  }

  #remove(socket: EventSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** What a request asks for, as a subscription of the JSON protocol. */
function parseSubscription(
  { request, url }: Call,
  units: Units,
): SubscribeMessage {
  const query = parseQuery(url.searchParams, ["ranges", "snapshot", "unit"]);
  const unit = parseUnitParam(query.unit, units);
  const lastEventId = request.headers.get("last-event-id") ?? "";
  return {
    ...{ type: "subscribe", id: undefined, unit },
    ranges: parseRanges(query.ranges, unit, units),
    snapshot: parseFlag("snapshot", query.snapshot),
    ...{ echo: false, batch: false, meta: true },
    resume: lastEventId === "" ? undefined : parseEventId(lastEventId),
  };
}
