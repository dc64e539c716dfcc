/**
 * Flags on the capture of the Modbus traffic.
 * @module
 */
import { bytes, FILE } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** What these flags configure. */
export interface TraceConfig {
  /** The file of the capture; undefined: there is none. */
  readonly trace: string | undefined;
  /** Most bytes of the capture. */
  readonly traceLimit: number;
}

/** The capture of the Modbus traffic. */
export const TRACE: Topic = {
  title: "Capture",
  flags: [
    {
      name: "trace",
      ...FILE,
      default: "",
      help: "write all Modbus traffic to this file, for Wireshark (pcapng)",
    },
    {
      name: "trace-limit",
      ...bytes(1 << 18),
      default: "100M",
      help: "most bytes of it: the oldest half makes room for the newest",
    },
  ],
};
