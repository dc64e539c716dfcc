/**
 * From the configuration to a capture.
 * @module
 */
import type { TraceConfig } from "../flags/trace.ts";
import type { Log } from "../log.ts";
import { StartError } from "../start_error.ts";
import { TraceFile } from "./file.ts";

/**
 * Begins the capture that is asked for.
 *
 * @returns Undefined when none is.
 * @throws {StartError} If its file can't be written.
 */
export async function startTrace(
  { trace, traceLimit }: TraceConfig,
  log: Log,
): Promise<TraceFile | undefined> {
  if (trace === undefined) return undefined;
  try {
    return await TraceFile.open(trace, traceLimit, log);
  } catch (error) {
    const { message } = error as Error;
    throw new StartError(`Cannot write the trace to ${trace}: ${message}`);
  }
}
