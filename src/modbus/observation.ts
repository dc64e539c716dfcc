/**
 * Who looks on at the connections of a server, as it is configured.
 * @module
 */
import type { Log } from "../log.ts";
import { Recorder, type RecorderSink } from "../trace/recorder.ts";
import type { ModbusCounters } from "./counters.ts";
import { openAll, type OpenTap } from "./tap.ts";
import { trafficLog } from "./traffic_log.ts";

/** What is to be observed. */
export interface ObservationOptions {
  /** Whether each request becomes a line of the log. */
  readonly traffic: boolean;
  /** Where a capture goes; undefined: there is none. */
  readonly trace: RecorderSink | undefined;
}

/** Looks on at the connections of one server. */
export class Observation {
  /** Begins to look on at a connection; undefined: nobody does. */
  readonly open: OpenTap | undefined;
  readonly #recorder: Recorder | undefined;

  /** Tells `log` of requests and of a capture that has gaps, and counts what these lack. */
  constructor(
    { traffic, trace }: ObservationOptions,
    log: Log,
    counters: ModbusCounters,
  ) {
    const recorder = trace && new Recorder(trace, (packets, over) => {
      if (over) {
        log("warn", `The trace has a gap of ${packets} packets`);
        return;
      }
      counters.add("tracePacketsMissing");
      if (packets > 1) return;
      log("warn", "The trace can't be written as fast: packets are left out");
    });
    this.#recorder = recorder;
    this.open = openAll([
      ...recorder === undefined ? [] : [record(recorder)],
      ...traffic ? [trafficLog(log)] : [],
    ]);
  }

  /** Hands over what was recorded. */
  end(): void {
    this.#recorder?.flush();
  }
}

function record(recorder: Recorder): OpenTap {
  return (client, server) => {
    const conversation = recorder.open(client, server);
    return {
      received: (bytes) => conversation.received(bytes),
      answered: (_, responses) => conversation.sent(responses),
      closed: () => conversation.closed(),
    };
  };
}
