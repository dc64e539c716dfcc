/**
 * Fuzzes the Modbus server over real sockets, bytes cut anywhere, against
 * {@linkcode ModbusModel}.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import type { ModbusClient } from "../testing/modbus_client.ts";
import { TestServer } from "../testing/modbus_server.ts";
import type { Random } from "../testing/random.ts";
import { within } from "../testing/within.ts";
import type { Target } from "./fuzz.ts";
import { randomFrame } from "./modbus_frames.ts";
import { ConnectionModel, ModbusModel } from "./modbus_model.ts";
import {
  assertSameAnswer,
  MODBUS_OUTCOMES,
  outcomeOf,
} from "./modbus_stream.ts";

/** What takes units to come: this server is asked as it is by default. */
const UNITS: readonly string[] = ["exception 0b", "silence"];

/** Connections of one round, one after the other, so that it is known what they find. */
const CONNECTIONS = 10;

/** Most frames of a connection. */
const FRAMES = 100;

/** The Modbus server from socket to socket. */
export const modbusSocket: Target = {
  name: "modbus-socket",
  unit: "frames",
  outcomes: MODBUS_OUTCOMES.filter((name) => !UNITS.includes(name)),
  async round(random, outcomes) {
    await using rig = new TestServer();
    const server = new ModbusModel();
    for (let i = 0; i < CONNECTIONS; i++) {
      const model = new ConnectionModel(server);
      const frames = Array.from(
        { length: random.between(1, FRAMES) },
        () => randomFrame(random),
      );
      const bytes = concat(frames);
      const expected = Uint8Array.from(model.feed(bytes));
      using client = await rig.connect();
      // The answers are read meanwhile: else both sides might wait for each other.
      const receiving = client.receiveAll();
      await send(client, bytes, random);
      const answers = await within(receiving, "The end of the answers");
      const { violation, partial, codes } = model;
      // A server that closes with bytes unread resets: then the last answers may be lost on the way.
      const whole = violation === undefined;
      assert(whole || answers.length <= expected.length);
      assertSameAnswer(answers, expected.subarray(0, answers.length));
      if (whole) assertEquals(answers.length, expected.length);
      for (const code of codes) outcomes.add(outcomeOf(code));
      if (violation !== undefined) outcomes.add(`close: ${violation}`);
      else if (partial) outcomes.add("unfinished");
    }
    const { lines } = rig;
    assertEquals(lines.all.filter((line) => line.startsWith("error")), []);
  },
};

/** Sends bytes in pieces, some in segments of their own, and says that there are no more. */
async function send(
  client: ModbusClient,
  bytes: Uint8Array,
  random: Random,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const length = random.between(1, random.pick([3, 20, 300, 3000]));
      await client.send(bytes.subarray(at, at += length));
      if (random.oneIn(8)) await turn();
    }
    await client.closeWrite();
  } catch {
    // The server has closed: what it has answered is looked at.
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
