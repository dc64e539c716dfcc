import { assert, assertEquals } from "@std/assert";
import { ModbusCounters } from "../../src/modbus/counters.ts";
import { Observation } from "../../src/modbus/observation.ts";
import { Progress, PROGRESS_LENGTH } from "../../src/trace/recorder.ts";
import { fromHex, toHex } from "../testing/hex.ts";
import { TestLog } from "../testing/log.ts";
import { adu } from "../testing/modbus_client.ts";

const CLIENT = { hostname: "127.0.0.1", port: 5000 };
const SERVER = { hostname: "127.0.0.1", port: 502 };
const WRITE = adu(fromHex("06 0001 0003"));

Deno.test({
  name: "Observation of nothing has nobody look on",
  permissions: "none",
  fn() {
    const { log } = new TestLog();
    const observation = new Observation(
      { traffic: false, trace: undefined },
      log,
      new ModbusCounters(),
    );
    assertEquals(observation.open, undefined);
    observation.end();
  },
});

Deno.test({
  name: "Observation logs and records, and hands the record over at its end",
  permissions: "none",
  fn() {
    const lines = new TestLog();
    const taken: Uint8Array[] = [];
    const trace = {
      take: (blocks: Uint8Array) => taken.push(blocks),
      progress: new Int32Array(PROGRESS_LENGTH),
    };
    const observation = new Observation(
      { traffic: true, trace },
      lines.log,
      new ModbusCounters(),
    );
    const tap = observation.open!(CLIENT, SERVER);
    tap.received(WRITE);
    tap.answered(WRITE, WRITE, 0);
    tap.closed();
    assertEquals(lines.all.length, 1);
    assertEquals(taken, []);
    observation.end();
    assertEquals(toHex(taken[0]!).split(toHex(WRITE)).length, 3);
  },
});

Deno.test({
  name:
    "Observation counts what the trace lacks, and logs where a gap begins and ends",
  permissions: "none",
  fn() {
    const lines = new TestLog();
    const counters = new ModbusCounters();
    // Nobody has taken anything for long.
    const progress = Int32Array.of(1_000_000, 0);
    const trace = { take() {}, progress };
    const observation = new Observation(
      { traffic: false, trace },
      lines.log,
      counters,
    );
    const tap = observation.open!(CLIENT, SERVER);
    tap.received(WRITE);
    // With those of the handshake.
    assertEquals(counters.read().tracePacketsMissing, 4);
    assertEquals(lines.all.length, 1);
    assert(lines.all[0]!.startsWith("warn The trace"), lines.all[0]);
    progress[Progress.underWay] = 0;
    tap.received(WRITE);
    assertEquals(lines.all.slice(1), ["warn The trace has a gap of 4 packets"]);
    assertEquals(counters.read().tracePacketsMissing, 4);
    observation.end();
  },
});
