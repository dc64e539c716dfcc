// A real Prometheus scrapes the running program, and says what it has seen.
import { assert, assertEquals } from "@std/assert";
import dashboard from "../../src/deploy/grafana-dashboard.json" with {
  type: "json",
};
import { hasCommand } from "../testing/commands.ts";
import { fromHex } from "../testing/hex.ts";
import { ModbusClient } from "../testing/modbus_client.ts";
import { granted } from "../testing/permissions.ts";
import { Program, ROOT } from "../testing/program.ts";
import { within } from "../testing/within.ts";
import { WsClient } from "../testing/ws_client.ts";

const ignore = !granted("read", "write", "run", "env") ||
  !hasCommand("prometheus") || !hasCommand("promtool");

const ALERTS = `${ROOT}src/deploy/prometheus-alerts.yaml`;

/** A Prometheus that scrapes one target, five times a second. */
class Prometheus implements AsyncDisposable {
  readonly #program: Program;
  readonly #folder: string;
  readonly #url: string;

  private constructor(program: Program, folder: string, url: string) {
    this.#program = program;
    this.#folder = folder;
    this.#url = url;
  }

  static async start(target: string): Promise<Prometheus> {
    const folder = await Deno.makeTempDir();
    const config = {
      global: { scrape_interval: "200ms", scrape_timeout: "200ms" },
      rule_files: [ALERTS],
      scrape_configs: [{
        job_name: "modbus-ws-adapter",
        static_configs: [{ targets: [target] }],
      }],
    };
    const path = `${folder}/prometheus.json`;
    await Deno.writeTextFile(path, JSON.stringify(config));
    const program = Program.spawn("prometheus", [
      ...[`--config.file=${path}`, `--storage.tsdb.path=${folder}/data`],
      "--web.listen-address=127.0.0.1:0",
    ]);
    const listens = await within(
      program.stderr.until(/msg="Listening on"/),
      "Prometheus",
    );
    const [, address] = /address=(\S+)/.exec(listens)!;
    await within(program.stderr.until(/Server is ready/), "Prometheus");
    return new Prometheus(program, folder, `http://${address}/api/v1/`);
  }

  /** Asks its HTTP API. */
  // deno-lint-ignore no-explicit-any
  async get(path: string, query: Record<string, string> = {}): Promise<any> {
    const response = await fetch(
      `${this.#url}${path}?${new URLSearchParams(query)}`,
    );
    const { status, data, error } = await response.json();
    assertEquals(status, "success", `${query.query}: ${error}`);
    return data;
  }

  /** The values that an expression has now. */
  async query(query: string): Promise<number[]> {
    const { result } = await this.get("query", { query });
    return result.map(({ value }: { value: [number, string] }) =>
      Number(value[1])
    );
  }

  /** Resolves when an expression has this value, as one scrape or another sees it. */
  until(query: string, value: number): Promise<void> {
    const look = async () => {
      while ((await this.query(query))[0] !== value);
    };
    return within(look(), `${query} to be ${value}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#program.stop();
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** All expressions of the dashboard, as one who watches everything sends them. */
function expressions(): string[] {
  return dashboard.panels.flatMap(({ targets = [] }) => targets)
    .map(({ expr }) =>
      expr.replaceAll("$__rate_interval", "1m").replaceAll(/\$\w+/g, ".*")
    );
}

/** What there is no data for while all is well and nothing is stored. */
const MAY_BE_EMPTY =
  /^store_|sum\(store_|websocket_closed|http_requests_refused|_connections_closed|_connections_refused|accept_errors|thread_restarts|overflows/;

Deno.test({
  name:
    "Prometheus scrapes the program, and its numbers are those of what was sent",
  ignore,
  async fn() {
    await using program = await Program.serving();
    using plc = await ModbusClient.connect(program.modbusAddr);
    await using browser = await WsClient.open(program.wsUrl);
    await browser.drain();
    await using prometheus = await Prometheus.start(
      new URL(program.wsUrl).host,
    );
    // Rates need a look before and after.
    await prometheus.until("modbus_up", 1);
    for (let i = 0; i < 30; i++) await plc.request(fromHex("06 0001 0007"));
    for (let i = 0; i < 7; i++) await plc.request(fromHex("03 ffff 0002"));
    for (let i = 0; i < 30; i++) await browser.next();
    browser.send("nonsense");
    await browser.next();

    const sums: readonly [query: string, value: number][] = [
      ["sum(modbus_requests_total)", 37],
      ['modbus_requests_total{function_code="0x06",exception_code="none"}', 30],
      ['modbus_requests_total{function_code="0x03",exception_code="0x02"}', 7],
      ["modbus_request_duration_seconds_count", 37],
      ["modbus_received_bytes_total", 37 * 12],
      ["modbus_sent_bytes_total", 30 * 12 + 7 * 9],
      ["modbus_connections", 1],
      ["websocket_clients", 1],
      ["websocket_deliveries_total", 30],
      ['websocket_messages_received_total{type="ping"}', 1],
      ['websocket_errors_sent_total{code="invalid_json"}', 1],
      ['bank_writes_total{origin="modbus"}', 30],
      ["sum(modbus_request_duration_seconds_bucket{le='+Inf'})", 37],
      ["count(modbus_ws_adapter_build_info)", 1],
      ["up", 1],
    ];
    for (const [query, value] of sums) await prometheus.until(query, value);

    // Only OpenMetrics tells units: that is what it has asked for and got.
    const metadata = await prometheus.get("targets/metadata", {
      metric: "modbus_request_duration_seconds",
    });
    const [{ type, unit }] = metadata;
    assertEquals([type, unit], ["histogram", "seconds"]);

    for (const expression of expressions()) {
      const values = await prometheus.query(expression);
      if (MAY_BE_EMPTY.test(expression)) continue;
      assert(values.length > 0, `nothing for ${expression}`);
    }
    const { groups } = await prometheus.get("rules");
    const rules = groups.flatMap(({ rules }: { rules: unknown[] }) => rules);
    assert(rules.length > 0);
    for (const { name, health, lastError = "" } of rules) {
      assert(health === "ok" || health === "unknown", `${name}: ${lastError}`);
    }
  },
});

/** Runs promtool; what it complains about is the error. */
async function promtool(args: readonly string[], input = ""): Promise<void> {
  const process = new Deno.Command("promtool", {
    args: [...args],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await process.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([code, decode(stderr)], [0, ""], decode(stdout));
}

Deno.test({
  name: "promtool has nothing to complain about in the metrics",
  ignore,
  async fn() {
    await using program = await Program.serving();
    const url = new URL("metrics", program.wsUrl.replace("ws:", "http:"));
    const headers = { accept: "text/plain" };
    const text = await (await fetch(url, { headers })).text();
    await promtool(["check", "metrics"], text);
  },
});

Deno.test({
  name: "promtool accepts the alert rules, and they fire when they should",
  ignore,
  async fn() {
    await promtool(["check", "rules", ALERTS]);
    const path = `${ROOT}tests/deploy/prometheus-alerts-test.yaml`;
    await promtool(["test", "rules", path]);
  },
});

Deno.test({
  name: "prometheus-alerts.yaml: every rule is tried",
  ignore: !granted("read"),
  async fn() {
    const rules = await Deno.readTextFile(ALERTS);
    const tests = await Deno.readTextFile(
      `${ROOT}tests/deploy/prometheus-alerts-test.yaml`,
    );
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) =>
      name!
    );
    assert(names.length > 0);
    // Fires in one of the tests: an alert that is expected has labels.
    const untried = names.filter((name) =>
      !new RegExp(`alertname: ${name}\n\\s+exp_alerts:\n\\s+- exp_labels`).test(
        tests,
      )
    );
    assertEquals(untried, []);
  },
});
