/**
 * The command that asks a running adapter how it is: what a container's health
 * check can run, as its image has no shell and no other program.
 * @module
 */
import { formatAddress } from "../address.ts";
import type { Call, Subcommand } from "../command.ts";

/** Milliseconds that the adapter may take to answer. */
const PATIENCE = 3000;

/** Tells by its exit code whether an adapter serves. */
export const HEALTH: Subcommand = {
  name: "health",
  operands: ["[URL]"],
  help:
    "ask a running adapter how it is, by default the one on this machine's --ws-port; exit code 0: it serves",
  flags: ["host", "ws-port", "tls-cert"],
  run: checkHealth,
};

/** What a check needs of the configuration. */
export type Where = Pick<Call["config"], "host" | "wsPort" | "tlsCert">;

async function checkHealth(
  { operands: [url], config, print, printError }: Call,
): Promise<number> {
  const asked = url === undefined ? localUrl(config) : URL.parse(url)?.href;
  if (asked === undefined) {
    printError(`"${url}" is not a URL: it takes http://127.0.0.1:8765/health`);
    return 1;
  }
  try {
    using client = await clientFor(config);
    const response = await fetch(asked, {
      signal: AbortSignal.timeout(PATIENCE),
      ...client && { client },
    });
    const { status = "without status" } = await response.json();
    if (response.ok) {
      print(`${status}`);
      return 0;
    }
    printError(`${asked} says ${response.status}: ${status}`);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    const refused = /connection refused/i.test(reason);
    printError(
      refused
        ? `${asked} does not answer: nothing listens there`
        : `${asked} does not answer as an adapter does: ${reason}`,
    );
  }
  return 1;
}

/** Where an adapter with this configuration is found on its own machine. */
export function localUrl({ host, wsPort, tlsCert }: Where): string {
  const local = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host;
  const scheme = tlsCert === undefined ? "http" : "https";
  const address = formatAddress({ hostname: local, port: wsPort });
  return `${scheme}://${address}/health`;
}

/** One that trusts the adapter's own certificate, which may be signed by nobody else. */
async function clientFor(
  { tlsCert }: Where,
): Promise<Deno.HttpClient | undefined> {
  if (tlsCert === undefined) return undefined;
  const caCerts = [await Deno.readTextFile(tlsCert)];
  return Deno.createHttpClient({ caCerts });
}
