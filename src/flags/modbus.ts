/**
 * Flags on Modbus clients.
 * @module
 */
import { count, seconds } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** Flags on Modbus clients. */
export const MODBUS: Topic = {
  title: "Modbus clients",
  flags: [
    {
      name: "modbus-max-connections",
      value: "N",
      default: "256",
      help: "one more closes the connection that is idle for longest",
      parse: count,
    },
    {
      name: "modbus-frame-timeout",
      value: "SECONDS",
      default: "10",
      help: "close a connection whose request is not complete by then",
      parse: (text) => seconds(text, 0.1),
    },
    {
      name: "modbus-idle-timeout",
      value: "SECONDS",
      default: "0",
      help: "close a connection without a request for so long; 0: never",
      parse: (text) => seconds(text, 0),
    },
  ],
};
