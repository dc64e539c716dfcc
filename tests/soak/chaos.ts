/**
 * Clients of all kinds that come, write, stall, send garbage, and vanish.
 * @module
 */
import { pause } from "../../src/pause.ts";
import { randomFrame } from "../fuzz/modbus_frames.ts";
import { ConnectionModel, ModbusModel } from "../fuzz/modbus_model.ts";
import { randomText } from "../fuzz/ws_texts.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { functionsOf } from "../testing/modbus_functions.ts";
import type { Random } from "../testing/random.ts";
import {
  connectTo,
  handshake,
  RawWebSocket,
} from "../testing/raw_web_socket.ts";
import { WsClient } from "../testing/ws_client.ts";
import { OWN } from "./plc.ts";

/** Where the program is. */
export interface Place {
  /** Its Modbus server. */
  readonly modbusAddr: { readonly hostname: string; readonly port: number };
  /** Its WebSocket. */
  readonly wsUrl: string;
  /** Milliseconds that those stay who do nothing. */
  readonly longest: number;
}

/** A kind of client: one visit of it. What it does to the cells that are not its own is nothing. */
type Visit = (place: Place, random: Random) => Promise<void>;

const TABLES = [
  "Coils",
  "DiscreteInputs",
  "InputRegisters",
  "HoldingRegisters",
];

/** Cells of all tables from here on are for all to write. */
const FREE = 2 * OWN;

const free = (random: Random) => random.between(FREE, 65_000);

async function poller({ modbusAddr }: Place, random: Random): Promise<void> {
  using client = await ModbusClient.connect(modbusAddr);
  const functions = functionsOf(client);
  for (let n = random.between(1, 40); n > 0; n--) {
    await functions.readHoldingRegisters(random.int(65_000), 100);
    await functions.readCoils(random.int(63_000), 2000);
    await pause(random.int(20));
  }
}

async function writer({ modbusAddr }: Place, random: Random): Promise<void> {
  using client = await ModbusClient.connect(modbusAddr);
  const functions = functionsOf(client);
  for (let n = random.between(1, 60); n > 0; n--) {
    const values = Array.from({ length: 60 }, () => random.int(0x10000));
    await functions.writeMultipleRegisters(free(random), values);
    const bits = values.map((value) => value > 0x7fff);
    await functions.writeMultipleCoils(free(random), bits);
    await pause(random.int(10));
  }
}

/** Many requests in one go, whose answers are read late, or never. */
async function flooder({ modbusAddr }: Place, random: Random): Promise<void> {
  using client = await ModbusClient.connect(modbusAddr);
  const requests = new Uint8Array(12 * random.between(1, 2000));
  for (let at = 0; at < requests.length; at += 12) {
    requests.set([0, at & 0xff, 0, 0, 0, 6, 1, 3, 0, 0, 0, 125], at);
  }
  const sending = client.send(requests);
  sending.catch(() => {});
  await pause(random.int(300));
  if (random.oneIn(2)) await client.receive();
}

/** Whether bytes write cells that belong to somebody. */
function isHarmful(bytes: Uint8Array): boolean {
  const server = new ModbusModel();
  new ConnectionModel(server).feed(bytes);
  return server.writes.some(({ address }) => address < OWN);
}

async function babbler({ modbusAddr }: Place, random: Random): Promise<void> {
  const frames = Array.from({ length: 10 }, () => randomFrame(random));
  const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
  if (isHarmful(bytes)) return;
  using client = await ModbusClient.connect(modbusAddr);
  for (let at = 0; at < bytes.length;) {
    const length = random.between(1, 300);
    await client.send(bytes.subarray(at, at += length));
    await pause(random.int(5));
  }
  if (random.oneIn(2)) await client.closeWrite();
  if (random.oneIn(2)) await Promise.race([client.receive(), pause(50)]);
}

/** Half a request, and silence, often until the server has had enough. */
async function loris(
  { modbusAddr, longest }: Place,
  random: Random,
): Promise<void> {
  using client = await ModbusClient.connect(modbusAddr);
  const request = Uint8Array.of(0, 1, 0, 0, 0, 6, 1, 3, 0, 0, 0, 1);
  await client.send(request.subarray(0, random.between(1, 11)));
  await Promise.race([client.receive(), pause(random.int(longest))]);
}

async function storm({ modbusAddr }: Place, random: Random): Promise<void> {
  const one = async () => {
    using client = await ModbusClient.connect(modbusAddr);
    await client.send(Uint8Array.of(0, 1, 0, 0).subarray(random.int(4)));
  };
  await Promise.allSettled(Array.from({ length: 40 }, one));
}

async function browser({ wsUrl }: Place, random: Random): Promise<void> {
  const client = await WsClient.open(wsUrl);
  try {
    if (random.oneIn(2)) {
      const snapshot = random.oneIn(2);
      client.send({ type: "subscribe", snapshot, batch: random.oneIn(2) });
    }
    for (let n = random.between(1, 40); n > 0; n--) {
      const value = Array.from({ length: 50 }, () => random.int(2));
      const type = `set${random.pick(TABLES)}`;
      client.send({ type, address: free(random), value });
      await pause(random.int(20));
    }
    await client.drain();
  } finally {
    await client.close();
  }
}

/** Is told of everything and reads nothing. */
async function deaf({ wsUrl, longest }: Place, random: Random): Promise<void> {
  using client = await RawWebSocket.open(wsUrl);
  await client.send('{"type":"subscribe","snapshot":true,"meta":true}');
  await pause(random.int(longest));
}

/** Asks for a lot and reads nothing. */
async function glutton(
  { wsUrl, longest }: Place,
  random: Random,
): Promise<void> {
  using client = await RawWebSocket.open(wsUrl);
  for (let n = random.between(1, 30); n > 0; n--) {
    await client.send('{"type":"getInputRegisters","address":0,"count":65536}');
  }
  await pause(random.int(longest));
}

/** Whether a text writes cells that belong to somebody. */
function isHarmfulText(text: string): boolean {
  try {
    const { type, address } = JSON.parse(text);
    return `${type}`.startsWith("set") && address < OWN;
  } catch {
    return false;
  }
}

async function mumbler({ wsUrl }: Place, random: Random): Promise<void> {
  using client = await RawWebSocket.open(wsUrl);
  for (let n = random.between(1, 30); n > 0; n--) {
    const text = randomText(random).slice(0, 60_000).toWellFormed();
    if (!isHarmfulText(text)) await client.send(text.slice(0, 20_000));
  }
  await Promise.race([client.nextFrame(), pause(50)]);
}

/** Frames as they should not be. */
async function mangler({ wsUrl }: Place, random: Random): Promise<void> {
  using client = await RawWebSocket.open(wsUrl);
  const payload = random.bytes(random.between(0, 200));
  await client.sendFrame(random.int(256), payload);
  await client.conn.write(random.bytes(random.between(1, 100)));
  await pause(random.int(200));
}

/** Half a handshake, or HTTP that is none. */
async function visitor({ wsUrl }: Place, random: Random): Promise<void> {
  using conn = await connectTo(wsUrl);
  const text = handshake(wsUrl);
  const bytes = random.oneIn(3)
    ? random.bytes(100)
    : new TextEncoder().encode(text.slice(0, random.between(1, text.length)));
  await conn.write(bytes);
  await pause(random.int(500));
}

async function reader({ wsUrl }: Place, random: Random): Promise<void> {
  const path = random.pick(["/", "/health", "/client.js", "/nothing"]);
  const url = new URL(path, wsUrl.replace("ws:", "http:"));
  const method = random.pick(["GET", "GET", "HEAD", "POST"]);
  await (await fetch(url, { method })).arrayBuffer();
}

/** All kinds, by name. */
const KINDS: Readonly<Record<string, Visit>> = {
  ...{ poller, writer, flooder, babbler, loris, storm },
  ...{ browser, deaf, glutton, mumbler, mangler, visitor, reader },
};

/** How many visits of each kind there were. */
export type Visits = Record<string, number>;

/**
 * Visits, several at a time, until `goOn` says no.
 *
 * @param parallel How many at a time.
 */
export async function chaos(
  place: Place,
  parallel: number,
  random: Random,
  goOn: () => boolean,
): Promise<Visits> {
  const visits: Visits = {};
  const names = Object.keys(KINDS);
  const one = async () => {
    while (goOn()) {
      const name = random.pick(names);
      visits[name] = (visits[name] ?? 0) + 1;
      try {
        await KINDS[name]!(place, random);
      } catch {
        // It was thrown out, or there was nobody: that is how it goes.
      }
      await pause(random.int(30));
    }
  };
  await Promise.all(Array.from({ length: parallel }, one));
  return visits;
}
