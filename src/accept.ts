/**
 * Accepts the connections of a listener, one after the other, whatever is wrong
 * with some of them.
 * @module
 */
import type { Log } from "./log.ts";
import { pause } from "./pause.ts";

/** Milliseconds to wait when the system lacks something. */
const RETRY = 100;

/** What {@linkcode acceptAll} does with connections. */
export interface Accepting {
  /** What they are for, as the log says it: `Modbus`. */
  readonly name: string;
  /** Takes one over. The next one is accepted when this is done. */
  readonly open: (conn: Deno.TcpConn) => void | Promise<void>;
  /** Is told of each one that could not be accepted. */
  readonly failed: () => void;
  /** Whether the listener was closed on purpose. */
  readonly isOver: () => boolean;
  /** Is told when connections can't be accepted, and when they can again. */
  readonly log: Log;
}

/**
 * Accepts connections until it is over. When there is no file descriptor left
 * that does not end the service: it goes on as soon as there is one.
 */
export async function acceptAll(
  listener: Pick<Deno.TcpListener, "accept">,
  { name, open, failed, isOver, log }: Accepting,
): Promise<void> {
  let isShort = false;
  while (!isOver()) {
    try {
      const conn = await listener.accept();
      if (isShort) log("info", `${name} connections are accepted again`);
      isShort = false;
      await open(conn);
    } catch (error) {
      if (isOver()) return;
      failed();
      if (hasGone(error)) continue;
      if (!isShort) {
        log("error", `No ${name} connection can be accepted for now: ${error}`);
      }
      isShort = true;
      await pause(RETRY);
    }
  }
}

/**
 * Whether the client alone is the reason: it has gone before it was accepted.
 * The next one can be accepted at once; with any other error the system lacks
 * something, and it takes a while.
 */
function hasGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted;
}
