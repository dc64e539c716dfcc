/**
 * What the Modbus server has counted, as metrics.
 * @module
 */
import type { ModbusCounters } from "../modbus/counters.ts";
import { counter, counterBy, type Family, gauge, inUnit } from "./family.ts";

/** What the metrics of the Modbus server come from. */
export interface ModbusState {
  /** What it has counted. */
  readonly counters: ModbusCounters;
  /** Whether it serves. */
  readonly serving: boolean;
  /** How often its thread was started again. */
  readonly restarts: number;
}

/** The metrics of the Modbus server. */
export function modbusFamilies(
  { counters, serving, restarts }: ModbusState,
): readonly Family[] {
  const counted = counters.read();
  return [
    gauge("modbus_up", "Whether the Modbus thread serves", Number(serving)),
    counter(
      "modbus_thread_restarts",
      "Starts of the Modbus thread after it had died",
      restarts,
    ),
    gauge(
      "modbus_connections",
      "Modbus connections that are open",
      counted.connectionsOpen,
    ),
    counter(
      "modbus_connections_accepted",
      "Modbus connections accepted",
      counted.connectionsAccepted,
    ),
    counterBy(
      "modbus_connections_closed",
      "Modbus connections closed, by reason",
      "reason",
      [
        ["client", counted.closedByClient],
        ["error", counted.connectionErrors],
        ["frame_error", counted.frameErrors],
        ["frame_timeout", counted.frameTimeouts],
        ["idle_timeout", counted.idleTimeouts],
        ["limit", counted.connectionsEvicted],
        ["stop", counted.closedAtStop],
      ],
    ),
    counterBy(
      "modbus_connections_refused",
      "Modbus connections closed unread, by reason",
      "reason",
      [
        ["address", counted.connectionsRefused],
        ["full", counted.connectionsFull],
      ],
    ),
    counter(
      "modbus_accept_errors",
      "Modbus connections that could not be accepted",
      counted.acceptErrors,
    ),
    counter(
      "modbus_frame_errors",
      "Streams that were not Modbus TCP: a wrong protocol id or length",
      counted.frameErrors,
    ),
    requestFamily(counters),
    {
      ...{ type: "histogram", name: "modbus_request_duration_seconds" },
      unit: "seconds",
      help:
        "From the arrival of a request's last byte until its response was handed to the socket",
      histogram: counters.readDurations(),
    },
    inUnit(
      "bytes",
      counter(
        "modbus_received_bytes",
        "Bytes received from Modbus clients",
        counted.bytesReceived,
      ),
    ),
    inUnit(
      "bytes",
      counter(
        "modbus_sent_bytes",
        "Bytes sent to Modbus clients",
        counted.bytesSent,
      ),
    ),
    counter(
      "modbus_trace_packets_missing",
      "Packets that the trace lacks, as it could not be written as fast",
      counted.tracePacketsMissing,
    ),
  ];
}

function requestFamily(counters: ModbusCounters): Family {
  const samples = counters.readRequests().map((
    { functionCode, exceptionCode, count },
  ) => ({
    labels: {
      function_code: functionCode === undefined ? "other" : hex(functionCode),
      exception_code: exceptionCode === 0 ? "none" : hex(exceptionCode),
    },
    value: count,
  }));
  return {
    ...{ type: "counter", name: "modbus_requests" },
    help: "Modbus requests answered, by function and exception code",
    samples,
  };
}

/** As the standard writes codes. */
function hex(code: number): string {
  return `0x${code.toString(16).toUpperCase().padStart(2, "0")}`;
}
