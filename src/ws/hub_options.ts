/**
 * How a hub works.
 * @module
 */
import type { ResumePoint } from "./messages.ts";
import type { SessionLimits } from "./session_host.ts";

/** How much the clients may cost, and which run of the program this is. */
export interface HubOptions extends SessionLimits {
  /** Bytes of past changes to keep for clients that come back. */
  readonly history: number;
  /** Milliseconds after which a client that takes nothing of what waits for it is closed. */
  readonly stallTimeout: number;
  /** Is told of a fault in this program; it costs the client in question its connection. */
  readonly failed?: (error: unknown) => void;
  /** Name of this run, never given before; made up unless given. */
  readonly epoch?: string;
  /** Where the run before has ended, if the bank began with all that it held then. */
  readonly lastRun?: ResumePoint | undefined;
}
