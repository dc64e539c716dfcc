import { type Attempt, testAttempts } from "./attempts.ts";
import type { Scene } from "./scene.ts";
import { fromHex, toHex } from "../testing/hex.ts";

/** A good request behind what is tried, and its answer. */
const GOOD = "0909 0000 0006 01 03 0000 0001";
const GOOD_ANSWER = "09 09 00 00 00 05 01 03 02 00 00";

/** An answer with exception `code` to function `flagged`. */
const refused = (flagged: string, code: string) =>
  `00 01 00 00 00 03 01 ${flagged} ${code} ${GOOD_ANSWER}`;

/** Sends one PDU in a right ADU, then a good request. */
function pdu(text: string): (scene: Scene) => Promise<string> {
  const bytes = fromHex(text);
  const length = (bytes.length + 1).toString(16).padStart(4, "0");
  return (scene) => scene.sendModbus(`0001 0000 ${length} 01 ${text}`, GOOD);
}

/** A row of bytes that end the connection. */
function cut(name: string, bytes: string, field: string): Attempt {
  return {
    name,
    attack: (scene) => scene.sendModbus(bytes),
    gets: "closed",
    counts: { "modbus.frameErrors": 1 },
    logs: new RegExp(`^warn .* what is not Modbus TCP \\(wrong ${field} in `),
  };
}

/** A row of a request that is answered with an exception. */
function exception(name: string, text: string, code: string): Attempt {
  const counters: Record<string, string> = {
    "01": "modbus.illegalFunction",
    "02": "modbus.illegalDataAddress",
    "03": "modbus.illegalDataValue",
  };
  const flagged = toHex(Uint8Array.of(fromHex(text)[0]! | 0x80));
  return {
    name,
    attack: pdu(text),
    gets: refused(flagged, code),
    counts: { [counters[code]!]: 1 },
  };
}

const hex = (text: string) => toHex(new TextEncoder().encode(text));

/** So that the time limit of a half frame is met within the test. */
const IMPATIENT = { modbusFrameTimeout: 100, modbusIdleTimeout: 0 };

/** Few connections. */
const CROWDED = { modbusMaxConnections: 8 };

/** What a flood of requests asks for: the largest answers. */
const READ_ALL = fromHex("0001 0000 0006 01 03 0000 007d");

/** Opens that many connections and does the same with each, some at a time. */
async function storm(
  scene: Scene,
  times: number,
  each: (client: Awaited<ReturnType<Scene["modbus"]>>) => Promise<void>,
): Promise<string> {
  const worker = async (share: number) => {
    for (let i = 0; i < share; i++) {
      using client = await scene.modbus();
      await each(client);
    }
  };
  await Promise.all(Array.from({ length: 50 }, () => worker(times / 50)));
  return `${times} connections`;
}

testAttempts("Modbus: bytes that are no Modbus TCP", [
  cut("protocol id 0001", "0001 0001 0006 01 03 0000 0001", "protocol id"),
  cut("protocol id FF00, half a header", "0001 ff", "protocol id"),
  cut("length 0", "0001 0000 0000", "length"),
  cut("length 1", "0001 0000 0001 01", "length"),
  cut("length 255", "0001 0000 00ff 01 03", "length"),
  cut("length 65535", "0001 0000 ffff 01 03", "length"),
  cut(
    "an HTTP request",
    hex("GET / HTTP/1.1\r\nHost: plc\r\n\r\n"),
    "protocol id",
  ),
  cut("a TLS ClientHello", "1603 0102 0001 0001 fc03 03", "protocol id"),
  cut("an SSH banner", hex("SSH-2.0-OpenSSH_9.6\r\n"), "protocol id"),
  {
    name: "Modbus RTU: it looks like a header, and the rest does not come",
    attack: (scene) => scene.sendModbus("0103 0000 000a c5cd"),
    gets: "closed",
  },
  {
    name: "a violation behind a good request: that is answered first",
    attack: (scene) => scene.sendModbus(`${GOOD} dead beef`),
    gets: GOOD_ANSWER,
    counts: { "modbus.frameErrors": 1 },
  },
  {
    name:
      "200 violations on 200 connections: a line in the log for each, no more",
    attack: (scene) =>
      storm(scene, 200, async (client) => {
        await client.send(fromHex("0000 0000 ffff 0000 0000 ffff"));
        await scene.answersTo(client);
      }),
    gets: "200 connections",
    counts: { "modbus.frameErrors": 200 },
  },
]);

testAttempts("Modbus: requests that lie", [
  exception("function 0", "00", "01"),
  exception("function 128", "80 0000 0001", "01"),
  exception("function 255", "ff", "01"),
  exception("function 7, serial line only", "07", "01"),
  exception("function 8, restart communications", "08 0001 ff00", "01"),
  exception("function 8, force listen only", "08 0004 0000", "01"),
  exception("a read of 65535 coils", "01 0000 ffff", "03"),
  exception("a read of 0 registers", "03 0000 0000", "03"),
  exception("a read beyond 65535", "03 ffff 0002", "02"),
  exception("a read whose end wraps round", "04 ffff 007d", "02"),
  exception("a write beyond 65535", "10 ffff 0002 04 1111 2222", "02"),
  exception("a byte count of 255 and two bytes", "10 0000 0001 ff 1111", "03"),
  exception("a byte count of 0", "0f 0000 0008 00 ff", "03"),
  exception("a quantity larger than its bytes", "10 0000 007b 02 1111", "03"),
  exception("a coil value of 1", "05 0000 0001", "03"),
  exception("a request without an end", "10 0000", "03"),
  exception(
    "246 bytes behind a read",
    `03 0000 0001 ${"00".repeat(248)}`,
    "03",
  ),
  exception(
    "FC 17 that writes here, reads beyond",
    "17 ffff 0002 0000 0001 02 ffff",
    "02",
  ),
  exception("an object id that is not there", "2b 0e 04 ff", "02"),
]);

/** Units of which two are served; the bystanders are one of them. */
const UNITS = { units: [1, 7] };

/** Units that are not served say nothing. */
const SILENT = { ...UNITS, unknownUnit: "silence" as const };

testAttempts("Modbus: units that are not served", [
  {
    name: "a scan of all unit ids",
    config: UNITS,
    async attack(scene) {
      using plc = await scene.modbus();
      const served: number[] = [];
      for (let unit = 0; unit <= 255; unit++) {
        const [code] = await plc.request(fromHex("03 0000 0001"), unit);
        if (code === 3) served.push(unit);
      }
      return served.join();
    },
    gets: "1,7",
    counts: { "modbus.gatewayTargetFailed": 254 },
  },
  {
    name: "a write to a unit that says nothing, and a good request behind it",
    config: SILENT,
    attack: (scene) =>
      scene.sendModbus(`0001 0000 0006 02 06 0000 ffff ${GOOD}`),
    gets: GOOD_ANSWER,
    counts: { "modbus.gatewayTargetFailed": 1 },
  },
]);

testAttempts("Modbus: clients that do not keep to the pace", [
  {
    name: "a request byte by byte",
    attack: (scene) =>
      scene.sendModbus(...GOOD.replaceAll(" ", "").match(/../g)!),
    gets: GOOD_ANSWER,
  },
  {
    name: "half a header, then half-close",
    attack: (scene) => scene.sendModbus("0001 00"),
    gets: "closed",
  },
  {
    name:
      "a thousand requests in one go, no answer read before the last is sent",
    async attack(scene) {
      using client = await scene.modbus();
      const sending = client.send(repeat(READ_ALL, 1000));
      await sending;
      const answers = await scene.answersTo(client);
      return `${answers.replaceAll(" ", "").length / 2 / 259} answers`;
    },
    gets: "1000 answers",
  },
  {
    name: "a flood of requests whose answers are never read, then a cut",
    async attack(scene) {
      const client = await scene.modbus();
      await using browser = await scene.app.browser();
      const some = repeat(READ_ALL, 10_000);
      let sent = 0;
      let over = false;
      const flood = (async () => {
        while (sent < 500 && !over) {
          await client.send(some);
          sent++;
        }
      })();
      // The server stops to read when its answers are not taken: then nothing goes out any more.
      for (let before = -1; before < sent && sent < 500;) {
        before = sent;
        for (let i = 0; i < 200; i++) await browser.drain();
      }
      over = true;
      client.close();
      await flood.catch(() => {});
      return sent < 500 ? "held back" : "all sent";
    },
    gets: "held back",
    counts: { "modbus.connectionErrors": 1 },
  },
  {
    name: "2000 connections that vanish in the midst of a header",
    attack: (scene) =>
      storm(scene, 2000, async (client) => {
        await client.send(fromHex("0001 0000 00"));
      }),
    gets: "2000 connections",
    mayCount: "modbus.connectionsEvicted",
  },
  {
    name: "1000 connections that are opened and closed at once",
    attack: (scene) => storm(scene, 1000, () => Promise.resolve()),
    gets: "1000 connections",
    mayCount: "modbus.connectionsEvicted",
  },
]);

testAttempts("Modbus: slow loris", [
  {
    name: "half a request, and silence",
    config: IMPATIENT,
    async attack(scene) {
      using client = await scene.modbus();
      await client.send(fromHex("0001 0000 0006 01 03"));
      return toHex(await client.receiveAll()) || "closed";
    },
    gets: "closed",
    counts: { "modbus.frameTimeouts": 1 },
    logs: /^warn .* did not complete a request within 100 ms: closing/,
  },
  {
    name: "a byte now and then: the time counts from the first one",
    config: IMPATIENT,
    async attack(scene) {
      using client = await scene.modbus();
      const closed = client.receiveAll();
      let open = true;
      closed.then(() => open = false);
      // Each of them alone comes in time.
      for (const byte of fromHex(`0001 0000 00fe 01 10 ${"00".repeat(250)}`)) {
        if (!open) break;
        await client.send(Uint8Array.of(byte)).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return toHex(await closed) || "closed";
    },
    gets: "closed",
    counts: { "modbus.frameTimeouts": 1 },
  },
]);

testAttempts("Modbus: more connections than there may be", [
  {
    name:
      "100 connections that hold on: the idle ones make room, the busy one stays",
    config: CROWDED,
    async attack(scene) {
      const clients = [];
      for (let i = 0; i < 100; i++) {
        const client = await scene.modbus();
        // It is served, so it was let in.
        await client.request(fromHex("03 0000 0001"));
        clients.push(client);
      }
      let closed = 0;
      for (const client of clients.slice(0, 93)) {
        if ((await client.receiveAll()).length === 0) closed++;
      }
      for (const client of clients) client.close();
      return `${closed} closed`;
    },
    gets: "93 closed",
    counts: { "modbus.connectionsEvicted": 93 },
    logs:
      /^warn Modbus connection limit of 8 reached: closing .* idle for longest/,
  },
]);

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let i = 0; i < times; i++) all.set(bytes, i * bytes.length);
  return all;
}
