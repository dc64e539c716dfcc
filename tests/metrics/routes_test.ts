import { assert, assertEquals } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import {
  OPEN_METRICS_TYPE,
  PROMETHEUS_TYPE,
} from "../../src/metrics/encode.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { faultyModbusWorker } from "../testing/faulty_modbus.ts";
import { fromHex } from "../testing/hex.ts";
import { granted } from "../testing/permissions.ts";

/** Where the program's HTTP is. */
const urlOf = (app: TestApp, path: string) =>
  new URL(path, app.url.replace("ws:", "http:"));

/** The value of a sample; undefined when it is not there. */
async function valueOf(
  app: TestApp,
  sample: string,
): Promise<number | undefined> {
  const text = await (await fetch(urlOf(app, "metrics"))).text();
  const line = text.split("\n").find((line) => line.startsWith(`${sample} `));
  return line === undefined ? undefined : Number(line.slice(sample.length));
}

const FORMATS: readonly [accept: string, type: string, end: string][] = [
  ["*/*", OPEN_METRICS_TYPE, "\n# EOF\n"],
  ["text/plain", PROMETHEUS_TYPE, "\n"],
];

for (const [accept, type, end] of FORMATS) {
  Deno.test(`GET /metrics with Accept: ${accept} is ${type}`, async () => {
    await using app = await startApp();
    const response = await fetch(urlOf(app, "metrics"), {
      headers: { accept },
    });
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), type);
    const text = await response.text();
    assert(text.endsWith(end) && !text.endsWith(`\n${end}`));
    const words = text.split("\n").map((line) => line.split(/[ {]/));
    const names = words.flatMap(([first, second, name]) =>
      first === "#" && second === "TYPE" ? [name] : []
    );
    // Each family is there once, and none is without its type.
    assertEquals(new Set(names).size, names.length);
    for (const [name] of words) {
      if (name === "#" || name === "") continue;
      const base = name!.replace(/_(bucket|sum|count|total|info)$/, "");
      assert(names.includes(base) || names.includes(name), name);
    }
  });
}

Deno.test("GET /metrics agrees with what was done", async () => {
  await using app = await startApp();
  using plc = await app.modbus();
  for (let i = 0; i < 3; i++) await plc.request(fromHex("06 0001 0007"));
  await plc.request(fromHex("03 ffff 0002"));
  await using browser = await app.browser();
  await browser.ask({ type: "ping" });
  await browser.ask({ type: "setCoils", address: 1, value: [1], id: 1 });
  const rest = await fetch(urlOf(app, "api/v1/coils/7"), {
    ...{ method: "PUT", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ value: [true] }),
  });
  await rest.body?.cancel();
  assertEquals(rest.ok, true);
  // Told of the write by HTTP.
  await browser.next();
  const expected: [sample: string, value: number][] = [
    ["modbus_up", 1],
    ["modbus_connections", 1],
    ['modbus_requests_total{function_code="0x06",exception_code="none"}', 3],
    ['modbus_requests_total{function_code="0x03",exception_code="0x02"}', 1],
    ["modbus_received_bytes_total", 4 * 12],
    ["websocket_clients", 1],
    ['websocket_messages_received_total{type="ping"}', 1],
    ['websocket_messages_received_total{type="write"}', 1],
    ["websocket_deliveries_total", 1],
    ['bank_writes_total{origin="modbus"}', 3],
    ['bank_writes_total{origin="websocket"}', 1],
    ['bank_writes_total{origin="rest"}', 1],
    ["bank_change_log_fill_bytes", 0],
  ];
  for (const [sample, value] of expected) {
    assertEquals(await valueOf(app, sample), value, sample);
  }
});

Deno.test("GET /health tells all of the service", async () => {
  await using app = await startApp();
  const response = await fetch(urlOf(app, "health"));
  assertEquals(response.status, 200);
  const { uptime, modbus, ...rest } = await response.json();
  assert(uptime > 0);
  assertEquals([modbus.requests, modbus.connectionsOpen], [0, 0]);
  const { hostname, port } = app.modbusAddr;
  assertEquals(rest, {
    ...{ status: "ok", version: denoJson.version },
    listeners: {
      modbus: `${hostname}:${port}`,
      websocket: new URL(app.url).host,
    },
    worker: { status: "ok", restarts: 0 },
    websocket: { clients: 0, behind: 0 },
    changeLog: { writes: 0, overflows: 0 },
    store: { status: "off" },
  });
});

Deno.test("GET /api/v1/clients tells who is connected", async () => {
  await using app = await startApp();
  const before = Date.now();
  using plc = await app.modbus();
  await plc.request(fromHex("06 0001 0007"), 9);
  await using browser = await app.browser();
  await browser.ask({ type: "ping" });
  const response = await fetch(urlOf(app, "api/v1/clients"));
  assertEquals(response.status, 200);
  const { modbus, websocket } = await response.json();
  for (const { connectedAt } of [...modbus, ...websocket]) {
    assert(before <= connectedAt && connectedAt <= Date.now());
  }
  const { connectedAt, ...client } = modbus[0];
  assertEquals(client, {
    ...{ connection: 1, peer: plc.name, requests: 1, exceptions: 0 },
    ...{ writes: 1, lastUnit: 9 },
  });
  const { peer, connectedAt: _, ...session } = websocket[0];
  assert(/^127\.0\.0\.1:\d+$/.test(peer), peer);
  assertEquals(session, { connection: 1, behind: false, role: "operator" });
  assertEquals([modbus.length, websocket.length], [1, 1]);
  assert(connectedAt > 0);
});

Deno.test({
  name: "GET /health is 503 while there is no Modbus thread; the others answer",
  ignore: !granted("read", "net"),
  async fn() {
    const workers: Worker[] = [];
    await using app = await startApp({}, {
      worker: true,
      spawn() {
        // It is not found again where it was.
        const fault = workers.length === 0 ? undefined : "cannot listen";
        workers.push(faultyModbusWorker(fault));
        return workers.at(-1)!;
      },
    });
    using plc = await app.modbus();
    await plc.request(fromHex("06 0001 0007"));
    workers[0]!.postMessage({ type: "throw" });
    await app.lines.until(/The Modbus thread died/);
    const response = await fetch(urlOf(app, "health"));
    assertEquals(response.status, 503);
    const { status, worker } = await response.json();
    assertEquals([status, worker.status], ["degraded", "down"]);
    assertEquals(await valueOf(app, "modbus_up"), 0);
    const lines = await valueOf(app, 'log_lines_total{level="error"}');
    assert(lines! >= 1, `${lines} lines`);
    const clients = await fetch(urlOf(app, "api/v1/clients"));
    assertEquals((await clients.json()).modbus, []);
  },
});

Deno.test({
  name: "GET /api/v1/clients does not hang when the Modbus thread does",
  ignore: !granted("read", "net"),
  async fn() {
    const workers: Worker[] = [];
    await using app = await startApp({}, {
      worker: true,
      spawn() {
        workers.push(faultyModbusWorker());
        return workers.at(-1)!;
      },
    });
    workers[0]!.postMessage({ type: "hang" });
    const response = await fetch(urlOf(app, "api/v1/clients"));
    assertEquals(response.status, 503);
    const { type } = await response.json();
    assertEquals(type, "/problems/no-answer");
  },
});
