/**
 * Flags on Modbus clients.
 * @module
 */
import { COUNT, seconds } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** Flags on Modbus clients. */
export const MODBUS: Topic = {
  title: "Modbus clients",
  flags: [
    {
      name: "modbus-max-connections",
      ...COUNT,
      default: "256",
      help: "one more closes the connection that is idle for longest",
    },
    {
      name: "modbus-frame-timeout",
      ...seconds(0.1),
      default: "10",
      help: "close a connection whose request is not complete by then",
    },
    {
      name: "modbus-idle-timeout",
      ...seconds(0),
      default: "0",
      help: "close a connection without a request for so long; 0: never",
    },
  ],
};
