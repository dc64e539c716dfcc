/**
 * Why the program can't start.
 * @module
 */
import { formatAddress } from "./address.ts";

/** The program can't start; the message is one line for the user. */
export class StartError extends Error {
  /** The message says what did not work, why, and what to do. */
  constructor(message: string) {
    super(message);
    this.name = "StartError";
  }
}

/**
 * Why a server does not listen.
 *
 * @param service What it serves.
 * @param flag The flag of its port, without the dashes.
 * @param reason Name of the runtime's error, such as `AddrInUse`.
 * @param message Its message.
 */
export function listenError(
  service: string,
  flag: string,
  address: { hostname: string; port: number },
  reason: string,
  message: string,
): StartError {
  const what = `Cannot listen on ${formatAddress(address)} for ${service}`;
  switch (reason) {
    case "AddrInUse":
      return new StartError(
        `${what}: the port is in use. Stop the program that has it, or choose another port with --${flag}`,
      );
    case "PermissionDenied":
      return new StartError(
        `${what}: ports below 1024 need a right that this user lacks. Choose another with --${flag}, or grant it (on Linux: CAP_NET_BIND_SERVICE)`,
      );
    case "AddrNotAvailable":
      return new StartError(
        `${what}: this machine does not have that address. Choose another with --host`,
      );
    default:
      return new StartError(`${what}: ${message}`);
  }
}
