/**
 * Flags on WebSocket clients.
 * @module
 */
import { bytes, count, seconds } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** Flags on WebSocket clients. */
export const WEBSOCKET: Topic = {
  title: "WebSocket clients",
  flags: [
    {
      name: "max-clients",
      value: "N",
      default: "1000",
      help: "most WebSocket clients at a time",
      parse: count,
    },
    {
      name: "max-clients-per-address",
      value: "N",
      default: "1000",
      help: "most WebSocket clients of one address at a time",
      parse: count,
    },
    {
      name: "max-message",
      value: "BYTES",
      default: "512K",
      help: "largest message from a WebSocket client; K and M may be used",
      parse: (text) => bytes(text, 128),
    },
    {
      name: "client-queue",
      value: "BYTES",
      default: "1M",
      help: "bytes that may wait for a slow client before changes are merged",
      parse: (text) => bytes(text, 1024),
    },
    {
      name: "client-stall-timeout",
      value: "SECONDS",
      default: "30",
      help:
        "close a client that takes nothing of what waits for it for so long",
      parse: (text) => seconds(text, 0.1),
    },
    {
      name: "history",
      value: "BYTES",
      default: "4M",
      help: "memory for past changes, for clients that come back",
      parse: (text) => bytes(text, 0),
    },
  ],
};
