/**
 * Flags on where the program listens, and for whom.
 * @module
 */
import { host, origin, PORT } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** Flags on where the program listens, and for whom. */
export const NETWORK: Topic = {
  title: "Network",
  flags: [
    {
      name: "host",
      value: "ADDRESS",
      default: "127.0.0.1",
      help: "address that both servers listen on; 0.0.0.0 or :: for all",
      parse: host,
    },
    {
      name: "modbus-port",
      ...PORT,
      default: "8502",
      help: "TCP port for Modbus clients; 0 takes a free one",
    },
    {
      name: "ws-port",
      ...PORT,
      default: "8765",
      help: "TCP port for browsers (HTTP and WebSocket); 0 takes a free one",
    },
    {
      name: "allow-origin",
      value: "ORIGIN",
      default: "",
      repeatable: true,
      help:
        "let pages of this origin connect, such as https://hmi.example; may be repeated",
      parse: origin,
    },
  ],
};
