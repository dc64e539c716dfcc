/**
 * What an operator should know who lets other machines connect. Pure.
 * @module
 */
import { AddressSet } from "./cidr.ts";

/** What the program was started with, as far as it matters here. */
export interface Exposure {
  /** Address or name that is listened on. */
  readonly host: string;
  /** Addresses from which Modbus clients may come; none: all. */
  readonly modbusAllow: readonly string[];
  /** The proxies that are believed. */
  readonly trustedProxy: readonly string[];
  /** File with tokens. */
  readonly tokenFile: string | undefined;
  /** File with a certificate. */
  readonly tlsCert: string | undefined;
}

const LOOPBACK = new AddressSet(["127.0.0.0/8", "::1"]);

/** Whether only programs on this machine can reach that address. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === "localhost" || LOOPBACK.has(host);
}

/** Lines for the log, each with the flag that would change what it says. */
export function exposureWarnings(
  { host, modbusAllow, trustedProxy, tokenFile, tlsCert }: Exposure,
): string[] {
  if (isLoopback(host)) return [];
  const warnings: string[] = [];
  if (modbusAllow.length === 0) {
    warnings.push(
      `Every machine that reaches ${host} may connect by Modbus, which has no passwords: --modbus-allow names those that may`,
    );
  }
  if (tokenFile === undefined) {
    warnings.push(
      `Everyone who reaches ${host} may connect by WebSocket and HTTP without a token: --token-file asks for one`,
    );
  } else if (tlsCert === undefined && trustedProxy.length === 0) {
    warnings.push(
      "Tokens can be read on their way here: --tls-cert and --tls-key encrypt them, or a proxy does (--trusted-proxy)",
    );
  }
  return warnings;
}
