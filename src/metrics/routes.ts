/**
 * What operators ask for: `/health`, `/metrics`, and who is connected.
 * @module
 */
import { formatAddress, type SocketAddress } from "../address.ts";
import type { Bank } from "../bank/bank.ts";
import { readStatistics } from "../bank/statistics.ts";
import {
  errorResponse,
  jsonResponse,
  textResponse,
} from "../http/responses.ts";
import type { Call, Route } from "../http/router.ts";
import { NoAnswerError } from "../modbus/questions.ts";
import type { ModbusServer } from "../modbus/server.ts";
import type { Store } from "../store/store.ts";
import type { Hub } from "../ws/hub.ts";
import { prefersOpenMetrics } from "./accept.ts";
import { bankFamilies } from "./bank.ts";
import {
  encodeOpenMetrics,
  encodePrometheus,
  OPEN_METRICS_TYPE,
  PROMETHEUS_TYPE,
} from "./encode.ts";
import type { Family } from "./family.ts";
import { healthOf, statusOf } from "./health.ts";
import type { LogCounter } from "./log.ts";
import { modbusFamilies } from "./modbus.ts";
import { processFamilies, uptime } from "./process.ts";
import { storeFamilies } from "./store.ts";
import { websocketFamilies } from "./websocket.ts";

/** The parts of the program that are watched over. */
export interface Parts {
  /** The bank. */
  readonly bank: Bank;
  /** Its clients by WebSocket. */
  readonly hub: Hub;
  /** The Modbus server. */
  readonly modbus: ModbusServer;
  /** The store, if there is one. */
  readonly store: Pick<Store, "health"> | undefined;
  /** Counts the log's lines. */
  readonly log: LogCounter;
  /** Where HTTP is served, as soon as that is known. */
  readonly wsAddr: () => SocketAddress | undefined;
}

/** The routes for operators. */
export function operationRoutes(parts: Parts): readonly Route[] {
  return [
    {
      path: "/health",
      public: true,
      handlers: { GET: (call) => health(parts, call) },
    },
    { path: "/metrics", handlers: { GET: (call) => metrics(parts, call) } },
    { path: "/api/v1/clients", handlers: { GET: () => clients(parts) } },
  ];
}

/** Strangers are told no more than whether all is well. */
function health(parts: Parts, { visitor }: Call): Response {
  const { modbus, hub, bank } = parts;
  const store = parts.store?.health;
  // Who restarts a container by this must not do so because a disk is full.
  const code = modbus.serving ? 200 : 503;
  if (visitor.role === undefined) {
    return jsonResponse({ status: statusOf({ modbus, store }) }, code);
  }
  const wsAddr = parts.wsAddr();
  const state = healthOf({
    ...{ modbus, store, uptime: uptime() },
    listeners: {
      modbus: formatAddress(modbus.addr),
      ...wsAddr && { websocket: formatAddress(wsAddr) },
    },
    websocket: { clients: hub.size, behind: hub.behind },
    changeLog: { writes: bank.seq, overflows: bank.overflows },
  });
  return jsonResponse(state, code);
}

function metrics(parts: Parts, { request }: Call): Response {
  const families = allFamilies(parts);
  return prefersOpenMetrics(request.headers.get("accept"))
    ? textResponse(encodeOpenMetrics(families), OPEN_METRICS_TYPE)
    : textResponse(encodePrometheus(families), PROMETHEUS_TYPE);
}

function allFamilies(
  { bank, hub, modbus, store, log }: Parts,
): readonly Family[] {
  return [
    ...modbusFamilies(modbus),
    ...websocketFamilies(hub),
    ...bankFamilies(readStatistics(bank.buffer)),
    ...store === undefined ? [] : storeFamilies(store.health),
    ...log.families(),
    ...processFamilies(),
  ];
}

async function clients({ hub, modbus }: Parts): Promise<Response> {
  try {
    const websocket = Array.from(hub.sessions, (session) => ({
      connection: session.number,
      peer: session.socket.peer,
      connectedAt: session.connectedAt,
      behind: session.isOwed,
      role: session.guard.role,
    }));
    return jsonResponse({ modbus: await modbus.clients(), websocket });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return errorResponse(503, "no_answer", error.message);
  }
}
