import { assertEquals } from "@std/assert";
import { websocketFamilies } from "../../src/metrics/websocket.ts";
import { ClientCounters } from "../../src/ws/client_counters.ts";
import { nonZero, samples } from "./samples.ts";

Deno.test({
  name: "websocketFamilies() tells what there can be before it happens",
  permissions: "none",
  fn() {
    const counters = new ClientCounters();
    const families = websocketFamilies({ size: 0, behind: 0, counters });
    assertEquals(nonZero(families), []);
    const lines = samples(families);
    for (
      const line of [
        'http_requests_refused_total{reason="origin_not_allowed"} 0',
        'http_requests_refused_total{reason="max_clients"} 0',
        'websocket_messages_received_total{type="write"} 0',
        "websocket_resyncs_total 0",
        'websocket_delivery_delay_seconds_bucket{le="+Inf"} 0',
      ]
    ) assertEquals(lines.includes(line), true, line);
  },
});

Deno.test({
  name: "websocketFamilies() exposes every counter",
  permissions: "none",
  fn() {
    const counters = new ClientCounters();
    counters.joined = 5;
    counters.deliveries = 6;
    counters.sent = 7;
    counters.resyncs = 8;
    counters.received.count("read");
    counters.received.count("ping");
    counters.received.count("ping");
    counters.errors.count("invalid_json");
    counters.refusals.count("max_clients");
    counters.refusals.count("stopping");
    counters.closed("client", 1001);
    counters.closed("server", 1013);
    counters.closed("server", 1013);
    const now = 1_700_000_000_000;
    counters.told([{ time: now - 3 }, { time: now - 20_000 }], now);
    const lines = nonZero(websocketFamilies({ size: 9, behind: 4, counters }));
    const isBucket = (line: string) => line.includes("delay_seconds_bucket");
    assertEquals(lines.filter((line) => !isBucket(line)), [
      "websocket_clients 9",
      "websocket_clients_behind 4",
      "websocket_connections_total 5",
      'http_requests_refused_total{reason="max_clients"} 1',
      'http_requests_refused_total{reason="stopping"} 1',
      'websocket_closed_total{by="client",code="1001"} 1',
      'websocket_closed_total{by="server",code="1013"} 2',
      'websocket_messages_received_total{type="read"} 1',
      'websocket_messages_received_total{type="ping"} 2',
      'websocket_errors_sent_total{code="invalid_json"} 1',
      "websocket_messages_sent_total 7",
      "websocket_deliveries_total 6",
      "websocket_resyncs_total 8",
      "websocket_delivery_delay_seconds_sum 20.003",
      "websocket_delivery_delay_seconds_count 2",
    ]);
    const buckets = lines.filter(isBucket);
    assertEquals([buckets[0], buckets.at(-2), buckets.at(-1)], [
      'websocket_delivery_delay_seconds_bucket{le="0.005"} 1',
      'websocket_delivery_delay_seconds_bucket{le="10.0"} 1',
      'websocket_delivery_delay_seconds_bucket{le="+Inf"} 2',
    ]);
  },
});
