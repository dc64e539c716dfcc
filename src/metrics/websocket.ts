/**
 * What the hub and its sessions have counted, as metrics.
 * @module
 */
import type { ClientCounters } from "../ws/client_counters.ts";
import { counter, counterBy, type Family, gauge } from "./family.ts";

/** What the metrics of the clients come from: a hub. */
export interface ClientsState {
  /** How many clients there are. */
  readonly size: number;
  /** How many of them are behind. */
  readonly behind: number;
  /** What was counted. */
  readonly counters: ClientCounters;
}

/** Refusals that are told before they occur: a rise from nothing can't be seen. */
const REFUSALS = [
  ...["address_not_allowed", "host_not_allowed", "origin_not_allowed"],
  ...["unauthorized", "max_strangers", "max_clients"],
  ...["max_clients_per_address", "bad_handshake"],
];

/** The metrics of the clients. */
export function websocketFamilies(
  { size, behind, counters }: ClientsState,
): readonly Family[] {
  return [
    gauge(
      "websocket_clients",
      "Clients that are told of changes, by WebSocket or as server-sent events",
      size,
    ),
    gauge(
      "websocket_clients_behind",
      "Clients that are too slow and get current values instead of every change",
      behind,
    ),
    counter("websocket_connections", "Clients that came in", counters.joined),
    counterBy(
      "http_requests_refused",
      "HTTP requests, WebSocket handshakes and connections refused, by reason",
      "reason",
      new Map([
        ...REFUSALS.map((reason) => [reason, 0] as const),
        ...counters.refusals.entries(),
      ]),
    ),
    closeFamily(counters),
    counterBy(
      "websocket_messages_received",
      "Messages of clients that were understood, by type",
      "type",
      counters.received.entries(),
    ),
    counterBy(
      "websocket_errors_sent",
      "Messages of clients that were answered with an error, by its code",
      "code",
      counters.errors.entries(),
    ),
    counter(
      "websocket_messages_sent",
      "Messages given to the sockets of clients",
      counters.sent,
    ),
    counter(
      "websocket_deliveries",
      "Notifications for clients: each change counts once for each client",
      counters.deliveries,
    ),
    counter(
      "websocket_resyncs",
      "How often a client fell behind",
      counters.resyncs,
    ),
    {
      ...{ type: "histogram", name: "websocket_delivery_delay_seconds" },
      unit: "seconds",
      help: "From a write until all clients that keep up were told",
      histogram: counters.delays.read(),
    },
  ];
}

function closeFamily(counters: ClientCounters): Family {
  const samples = counters.closes().map(({ by, code, count }) => ({
    labels: { by, code },
    value: count,
  }));
  return {
    ...{ type: "counter", name: "websocket_closed" },
    help: "WebSockets closed, by side and status code of RFC 6455",
    samples,
  };
}
