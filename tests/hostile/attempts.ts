/**
 * Tables of hostile attempts as tests.
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { Config } from "../../src/config.ts";
import { startApp, type TestApp } from "../testing/app.ts";
import { granted } from "../testing/permissions.ts";
import { within } from "../testing/within.ts";
import { Bystanders } from "./bystander.ts";
import { Scene } from "./scene.ts";

/** One hostile attempt. */
export interface Attempt {
  /** What is tried. */
  readonly name: string;
  /** How the program is configured, if not by default. */
  readonly config?: Partial<Config>;
  /** Tries it; resolves to what the attacker got. */
  readonly attack: (scene: Scene) => Promise<string>;
  /** What the attacker must get. */
  readonly gets: string | RegExp;
  /** By how much counters of mischief in `/health` and `/metrics` go up; those that are not named stay. */
  readonly counts?: Readonly<Record<string, number>>;
  /** A counter that may go up or not: that depends on who comes first. */
  readonly mayCount?: string;
  /** A line that the log must have. */
  readonly logs?: RegExp;
}

/** Counters of what no well-behaved client causes: those of `/health`, and of `/metrics` what that does not have. */
const MISCHIEF =
  /^modbus\..*(illegal|failure|failed|error|timeout|evicted|refused|full)|^http_requests_refused_total|^websocket_errors_sent_total|^websocket_closed_total.*"server"|^log_lines_total.*"error"|overflow/i;

/** How long to wait between two looks at `/health`, in milliseconds. */
const INTERVAL = 5;

/** What a table needs besides. */
export interface TableOptions {
  /** What lets the bystanders in; nothing does unless given. */
  readonly token?: string;
  /** Whether the tests can't be run here. */
  readonly ignore?: boolean;
}

/** Makes a test of a table, a step of each row. Rows with the same configuration share a program. */
export function testAttempts(
  name: string,
  attempts: readonly Attempt[],
  { token, ignore = false }: TableOptions = {},
): void {
  // In a thread of its own, as in production, where that is allowed.
  const worker = granted("read");
  Deno.test({
    name,
    ignore,
    async fn(t) {
      const groups = Map.groupBy(attempts, ({ config }) => config);
      for (const [config, rows] of groups) {
        await using app = await startApp(config, { worker });
        await using bystanders = await Bystanders.join(app, token);
        for (const row of rows) {
          await t.step(row.name, () => tryOne(app, bystanders, row, token));
        }
      }
    },
  });
}

async function tryOne(
  app: TestApp,
  bystanders: Bystanders,
  { attack, gets, counts = {}, mayCount, logs }: Attempt,
  token: string | undefined,
): Promise<void> {
  const before = await countersOf(app, token);
  app.lines.all.length = 0;
  bystanders.begin();
  const attacking = attack(new Scene(app));
  // Whatever comes of it, they go on with the next one.
  await attacking.catch(() => {});
  await bystanders.finish();
  const got = await attacking;
  if (typeof gets === "string") assertEquals(got, gets);
  else assertMatch(got, gets);
  const after = await within(quiet(app, token), "The attacker to be gone");
  const up = [...after].map(([key, value]) =>
    [key, value - (before.get(key) ?? 0)] as const
  ).filter(([key, more]) =>
    more !== 0 && key !== mayCount && MISCHIEF.test(key)
  );
  assertEquals(Object.fromEntries(up), counts);
  if (logs !== undefined) await within(app.lines.until(logs), `${logs}`);
  // No attempt makes the program say that it has a fault.
  assertEquals(app.lines.all.filter((line) => /^error /.test(line)), []);
}

/** The counters when only the bystanders are left. */
async function quiet(
  app: TestApp,
  token: string | undefined,
): Promise<Map<string, number>> {
  for (;;) {
    const counters = await countersOf(app, token);
    const [plcs, browsers] = ["modbus.connectionsOpen", "websocket.clients"]
      .map((key) => counters.get(key));
    if (plcs === 1 && browsers === 1) return counters;
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** The numbers in `/health` by where they stand, and those in `/metrics` by name and labels. */
async function countersOf(
  { wsAddr: { hostname, port } }: TestApp,
  token: string | undefined,
): Promise<Map<string, number>> {
  const headers: Record<string, string> = token === undefined
    ? {}
    : { authorization: `Bearer ${token}` };
  const url = `http://${hostname}:${port}`;
  const health = await fetch(`${url}/health`, { headers });
  const metrics = await fetch(`${url}/metrics`, { headers });
  const samples = (await metrics.text()).matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm);
  return new Map([
    ...numbersIn(await health.json(), ""),
    ...samples.map(([, name, value]): [string, number] => {
      return [name!, Number(value)];
    }),
  ]);
}

function numbersIn(value: unknown, path: string): [string, number][] {
  if (typeof value === "number") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    numbersIn(inner, path === "" ? key : `${path}.${key}`)
  );
}
