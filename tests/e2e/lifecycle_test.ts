import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { concat } from "../../src/bytes.ts";
import { toHex } from "../testing/hex.ts";
import { adu, ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { type Ended, Program } from "../testing/program.ts";
import { Random } from "../testing/random.ts";
import {
  connectTo,
  handshake,
  RawWebSocket,
} from "../testing/raw_web_socket.ts";
import { WsClient } from "../testing/ws_client.ts";

const ignore = !granted("read", "run");

/** The promise: whatever its clients do, it has ended by then, in milliseconds. */
const MOST_TO_END = 5_000;

/** How the program ends; rejects when it does not keep its promise. */
async function endsInTime(program: Program): Promise<Ended> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    program.kill("SIGKILL");
    late.reject(new Error(`Still running after ${MOST_TO_END} ms`));
  }, MOST_TO_END);
  try {
    return await Promise.race([program.ended, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** It ended as it should, and had nothing to say about its own faults. */
function assertCleanEnd({ code, stderr }: Ended): void {
  assertEquals(code, 0, stderr.join("\n"));
  for (const line of stderr) assertMatch(line, /Z (DEBUG|INFO |WARN ) /);
}

/** Requests to write single registers, numbered. */
function numberedWrites(quantity: number): Uint8Array {
  return concat(Array.from(
    { length: quantity },
    (_, i) => adu(Uint8Array.of(6, 0, i & 63, i >> 8, i & 0xff), i),
  ));
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test({
    name: `${signal} with live clients: all in flight is answered, then 1001`,
    ignore,
    async fn() {
      await using program = await Program.serving();
      await using silent = await WsClient.open(program.wsUrl);
      await silent.drain();
      using browser = await RawWebSocket.open(program.wsUrl);
      await browser.send('{"type":"ping"}');
      assertEquals(await browser.next(), '{"type":"pong"}');
      using plc = await ModbusClient.connect(program.modbusAddr);
      using idle = await ModbusClient.connect(program.modbusAddr);
      await idle.request(Uint8Array.of(1, 0, 0, 0, 1));

      // What is sent has arrived: on loopback it is in the program's socket.
      const writes = 1000;
      const sets = 100;
      for (let id = 0; id < sets; id++) {
        const set = { type: "setInputRegisters", address: id, value: [id], id };
        await browser.send(JSON.stringify(set));
      }
      const requests = numberedWrites(writes);
      await plc.send(requests);
      program.kill(signal);

      // The response to function 06 is its request (AP 6.6).
      const answers = await plc.receiveBytes(requests.length);
      assertEquals(toHex(answers), toHex(requests));
      assertEquals(await plc.receive(), null);
      assertEquals(await idle.receive(), null);

      const { code } = await silent.closed;
      assertEquals(code, 1001);
      const told = silent.inbox.map((text) => JSON.parse(text));
      const values = (type: string) =>
        told.filter((message) => message.type === type)
          .map(({ value }) => value[0]);
      assertEquals(values("setHoldingRegisters"), [...Array(writes).keys()]);
      assertEquals(values("setInputRegisters"), [...Array(sets).keys()]);
      assertEquals(told.length, writes + sets);

      const own: unknown[] = [];
      let frame = await browser.nextFrame();
      for (; frame.head === 0x81; frame = await browser.nextFrame()) {
        const text = new TextDecoder().decode(frame.payload);
        const message = JSON.parse(text);
        if (message.type === "ok") own.push(message.id);
      }
      assertEquals(own, [...Array(sets).keys()]);
      assertEquals(frame.head, 0x88);
      assertEquals(toHex(frame.payload.subarray(0, 2)), "03 e9");
      await browser.sendFrame(0x88, frame.payload.subarray(0, 2));

      assertCleanEnd(await endsInTime(program));
    },
  });
}

Deno.test({
  name: "SIGTERM: a client who is behind still ends with the right values",
  ignore,
  async fn() {
    await using program = await Program.serving();
    // More than the system's buffers and the client's queue hold together.
    const writes = 60;
    using browser = await RawWebSocket.open(program.wsUrl);
    await using writer = await WsClient.open(program.wsUrl);
    for (let i = 0; i < writes; i++) {
      const value = new Array(65_536).fill(i);
      const answer = await writer.ask(
        { type: "setHoldingRegisters", address: 0, value, id: i },
      );
      assertEquals(answer, { type: "ok", id: i });
    }
    program.kill("SIGTERM");
    // There is a second for all of it: what it says is looked at later.
    const texts: Uint8Array[] = [];
    let frame = await browser.nextFrame();
    for (; frame.head === 0x81; frame = await browser.nextFrame()) {
      texts.push(frame.payload);
    }
    const copy = new Array(65_536).fill(0);
    for (const text of texts) {
      const message = JSON.parse(new TextDecoder().decode(text));
      copy.splice(message.address, message.value.length, ...message.value);
    }
    assertEquals(new Set(copy), new Set([writes - 1]));
    assertEquals(frame.head, 0x88);
    assertEquals(toHex(frame.payload.subarray(0, 2)), "03 e9");
    await browser.sendFrame(0x88, frame.payload.subarray(0, 2));
    assertCleanEnd(await endsInTime(program));
  },
});

Deno.test({
  name: "SIGTERM without clients",
  ignore,
  async fn() {
    await using program = await Program.serving();
    program.kill("SIGTERM");
    const ended = await endsInTime(program);
    assertCleanEnd(ended);
    assertEquals(ended.stderr, []);
  },
});

Deno.test({
  name: "SIGTERM: it takes nobody in any more, and can start again at once",
  ignore,
  async fn() {
    await using program = await Program.serving();
    const { modbusAddr, wsUrl } = program;
    await using browser = await WsClient.open(wsUrl);
    using plc = await ModbusClient.connect(modbusAddr);
    await plc.request(Uint8Array.of(1, 0, 0, 0, 1));
    program.kill("SIGTERM");
    await browser.closed;
    assertCleanEnd(await endsInTime(program));
    await assertRejects(() => Deno.connect(modbusAddr), Error);
    await assertRejects(() => connectTo(wsUrl), Error);
    // The sockets that it closed first are still known to the system.
    await using again = Program.run([
      `--modbus-port=${modbusAddr.port}`,
      `--ws-port=${new URL(wsUrl).port}`,
    ]);
    await again.ready();
    assertEquals([again.modbusAddr, again.wsUrl], [modbusAddr, wsUrl]);
  },
});

/** Makes a client that is in the way of the end, and closes it with the block. */
type Stick = (
  program: Program,
  block: AsyncDisposableStack,
) => Promise<void>;

/** Sends bytes on a connection of their own, and nothing more. */
async function sendOnly(
  connecting: Promise<Deno.TcpConn>,
  block: AsyncDisposableStack,
  bytes: Uint8Array | string,
): Promise<void> {
  const conn = await connecting;
  block.defer(() => conn.close());
  const data = typeof bytes === "string"
    ? new TextEncoder().encode(bytes)
    : bytes;
  if (data.length > 0) assertEquals(await conn.write(data), data.length);
}

/** Far more answers than all socket buffers hold, for one who reads none. */
const neverReadsAnswers: Stick = async (program, block) => {
  const conn = await Deno.connect(program.modbusAddr);
  const readMost = adu(Uint8Array.of(3, 0, 0, 0, 125));
  const requests = concat(new Array(1000).fill(readMost));
  const sending = (async () => {
    for (let i = 0; i < 300; i++) {
      for (let sent = 0; sent < requests.length;) {
        sent += await conn.write(requests.subarray(sent));
      }
    }
  })().catch(() => {});
  block.defer(() => sending);
  block.defer(() => conn.close());
  // Until it gets on no more: the same number, many times in turn.
  const url = program.wsUrl.replace("ws:", "http:");
  for (let [same, before] = [0, 0]; same < 50;) {
    const { modbus } = await (await fetch(`${url}health`)).json();
    same = before > 0 && modbus.requests === before ? same + 1 : 0;
    before = modbus.requests;
  }
};

/** Far more notifications than all socket buffers hold, for one who reads none. */
const neverReadsNotifications: Stick = async (program, block) => {
  block.use(await RawWebSocket.open(program.wsUrl));
  await using writer = await WsClient.open(program.wsUrl);
  const value = new Array(65_536).fill(54_321);
  const text = JSON.stringify({
    ...{ type: "setHoldingRegisters", address: 0, value, id: 0 },
  });
  for (let i = 0; i < 60; i++) {
    assertEquals(await writer.ask(text), { type: "ok", id: 0 });
  }
};

/** A WebSocket that sends these bytes, and never answers the server's close. */
function webSocketThatSends(...bytes: number[]): Stick {
  return async (program, block) => {
    const client = block.use(await RawWebSocket.open(program.wsUrl));
    await client.send('{"type":"ping"}');
    assertEquals(await client.next(), '{"type":"pong"}');
    if (bytes.length > 0) await client.conn.write(Uint8Array.from(bytes));
  };
}

const http = (text: string): Stick => (program, block) =>
  sendOnly(connectTo(program.wsUrl), block, text);

const modbus = (...bytes: number[]): Stick => (program, block) =>
  sendOnly(Deno.connect(program.modbusAddr), block, Uint8Array.from(bytes));

const STUCK: readonly [title: string, stick: Stick][] = [
  ["a Modbus client that never reads its answers", neverReadsAnswers],
  ["a Modbus client that sends nothing", modbus()],
  ["half an MBAP header", modbus(0, 1, 0)],
  ["half a request", modbus(0, 1, 0, 0, 0, 6, 1, 3, 0)],
  [
    "a request and a half",
    modbus(...adu(Uint8Array.of(3, 0, 0, 0, 1)), 0, 2, 0, 0, 0, 6),
  ],
  ["a WebSocket client that never reads", neverReadsNotifications],
  ["a WebSocket client that never answers the close", webSocketThatSends()],
  // A text message of 100 bytes, masked, of which one comes.
  ["half a WebSocket message", webSocketThatSends(0x81, 0xe4, 0, 0, 0, 0, 123)],
  ["half a WebSocket frame header", webSocketThatSends(0x81)],
  [
    "a fragment of a WebSocket message",
    webSocketThatSends(0x01, 0x81, 0, 0, 0, 0, 123),
  ],
  ["an HTTP connection without a request", http("")],
  ["half a request line", http("GET / HT")],
  ["half a handshake", http(handshake("ws://127.0.0.1/").slice(0, 60))],
  [
    "a handshake without its last line end",
    http(handshake("ws://127.0.0.1/").slice(0, -2)),
  ],
  ["an idle HTTP connection", http("GET /health HTTP/1.1\r\nHost: x\r\n\r\n")],
  [
    "an HTTP request whose body does not come",
    http("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx"),
  ],
];

for (const [title, stick] of STUCK) {
  Deno.test({
    name: `SIGTERM with ${title}: exit code 0 in time`,
    ignore,
    async fn() {
      await using program = await Program.serving();
      await using block = new AsyncDisposableStack();
      await stick(program, block);
      program.kill("SIGTERM");
      assertCleanEnd(await endsInTime(program));
    },
  });
}

Deno.test({
  name: "SIGTERM with all of these at once: live clients are served to the end",
  ignore,
  async fn() {
    await using program = await Program.serving();
    await using block = new AsyncDisposableStack();
    for (const [, stick] of STUCK) await stick(program, block);
    await using silent = await WsClient.open(program.wsUrl);
    await silent.drain();
    using plc = await ModbusClient.connect(program.modbusAddr);
    const requests = numberedWrites(100);
    await plc.send(requests);
    program.kill("SIGTERM");
    const answers = await plc.receiveBytes(requests.length);
    assertEquals(toHex(answers), toHex(requests));
    const { code } = await silent.closed;
    assertEquals(code, 1001);
    assertEquals(silent.inbox.length, 100);
    assertCleanEnd(await endsInTime(program));
  },
});

for (const [first, second] of [["SIGTERM", "SIGTERM"], ["SIGINT", "SIGTERM"]]) {
  Deno.test({
    name: `${first}, then ${second}: ends at once, exit code 1`,
    ignore,
    async fn() {
      await using program = await Program.serving();
      await using block = new AsyncDisposableStack();
      // Each of these keeps one of the two servers from ending.
      await neverReadsAnswers(program, block);
      await neverReadsNotifications(program, block);
      using idle = await ModbusClient.connect(program.modbusAddr);
      await idle.request(Uint8Array.of(1, 0, 0, 0, 1));
      program.kill(first as Deno.Signal);
      // It has begun to stop.
      assertEquals(await idle.receive(), null);
      program.kill(second as Deno.Signal);
      assertEquals((await endsInTime(program)).code, 1);
    },
  });
}

Deno.test({
  name: "Modbus clients that send garbage do not disturb another",
  ignore,
  async fn() {
    await using program = await Program.serving();
    const random = new Random(502);
    using good = await ModbusClient.connect(program.modbusAddr);

    const disturb = async () => {
      using bad = await ModbusClient.connect(program.modbusAddr);
      const bytes = random.bytes(random.between(6, 600));
      // Half of them with a header that is right, for the garbage to be a PDU.
      if (random.oneIn(2)) {
        bytes.set([0, 1, 0, 0, 0, random.between(2, 254)]);
      }
      try {
        await bad.send(bytes);
        if (random.oneIn(4)) return;
        await bad.closeWrite();
        while (await bad.receive() !== null);
      } catch {
        // The server has closed the connection before it took everything.
      }
    };
    const poll = async (n: number) => {
      const value = [n >> 8, n & 0xff];
      // Function 17 writes and reads the last register.
      const head = Uint8Array.of(0x17, 255, 255, 0, 1, 255, 255, 0, 1, 2);
      const response = await good.request(Uint8Array.of(...head, ...value), 7);
      assertEquals(toHex(response), toHex(Uint8Array.of(0x17, 2, ...value)));
    };
    for (let n = 0; n < 300; n++) await Promise.all([disturb(), poll(n)]);
    const url = program.wsUrl.replace("ws:", "http:");
    const { modbus } = await (await fetch(`${url}health`)).json();
    assert(modbus.frameErrors > 0);
    assertEquals(modbus.serverDeviceFailure, 0);
  },
});
