import { assertEquals } from "@std/assert";
import { ModbusCounters } from "../../src/modbus/counters.ts";
import { modbusFamilies } from "../../src/metrics/modbus.ts";
import { nonZero } from "./samples.ts";

/** The samples that are not 0. */
const samplesOf = (counters: ModbusCounters, serving = true, restarts = 0) =>
  nonZero(modbusFamilies({ counters, serving, restarts }));

Deno.test({
  name: "modbusFamilies() of a server that has done nothing",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    assertEquals(samplesOf(counters), ["modbus_up 1"]);
    assertEquals(samplesOf(counters, false, 3), [
      "modbus_thread_restarts_total 3",
    ]);
  },
});

Deno.test({
  name: "modbusFamilies() counts requests by function and exception code",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    for (let i = 0; i < 5; i++) counters.request(0x03, 0);
    counters.request(0x03, 2);
    counters.request(0x2b, 1);
    counters.request(0x64, 1);
    counters.request(0x65, 1);
    counters.answered(6, 0.0002);
    counters.answered(3, 2);
    const lines = samplesOf(counters);
    assertEquals(lines.filter((line) => line.startsWith("modbus_requests")), [
      'modbus_requests_total{function_code="0x03",exception_code="none"} 5',
      'modbus_requests_total{function_code="0x03",exception_code="0x02"} 1',
      'modbus_requests_total{function_code="0x2B",exception_code="0x01"} 1',
      'modbus_requests_total{function_code="other",exception_code="0x01"} 2',
    ]);
    const durations = lines.filter((line) => line.includes("duration"));
    assertEquals(
      durations[0],
      'modbus_request_duration_seconds_bucket{le="0.00025"} 6',
    );
    assertEquals(durations.slice(-4), [
      'modbus_request_duration_seconds_bucket{le="1.0"} 6',
      'modbus_request_duration_seconds_bucket{le="+Inf"} 9',
      `modbus_request_duration_seconds_sum ${6 * 0.0002 + 6}`,
      "modbus_request_duration_seconds_count 9",
    ]);
  },
});

Deno.test({
  name: "modbusFamilies() exposes every plain counter",
  permissions: "none",
  fn() {
    const counters = new ModbusCounters();
    counters.add("connectionsAccepted", 2);
    counters.set("connectionsOpen", 3);
    counters.add("connectionsEvicted", 4);
    counters.add("frameTimeouts", 5);
    counters.add("idleTimeouts", 6);
    counters.add("frameErrors", 7);
    counters.add("closedByClient", 8);
    counters.add("connectionErrors", 9);
    counters.add("closedAtStop", 10);
    counters.add("acceptErrors", 11);
    counters.add("bytesReceived", 12);
    counters.add("bytesSent", 13);
    counters.add("connectionsRefused", 14);
    counters.add("connectionsFull", 15);
    counters.add("tracePacketsMissing", 16);
    assertEquals(samplesOf(counters), [
      "modbus_up 1",
      "modbus_connections 3",
      "modbus_connections_accepted_total 2",
      'modbus_connections_closed_total{reason="client"} 8',
      'modbus_connections_closed_total{reason="error"} 9',
      'modbus_connections_closed_total{reason="frame_error"} 7',
      'modbus_connections_closed_total{reason="frame_timeout"} 5',
      'modbus_connections_closed_total{reason="idle_timeout"} 6',
      'modbus_connections_closed_total{reason="limit"} 4',
      'modbus_connections_closed_total{reason="stop"} 10',
      'modbus_connections_refused_total{reason="address"} 14',
      'modbus_connections_refused_total{reason="full"} 15',
      "modbus_accept_errors_total 11",
      "modbus_frame_errors_total 7",
      "modbus_received_bytes_total 12",
      "modbus_sent_bytes_total 13",
      "modbus_trace_packets_missing_total 16",
    ]);
  },
});
