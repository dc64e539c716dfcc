/**
 * Flags on WebSocket clients.
 * @module
 */
import { bytes, COUNT, seconds } from "../flag_values.ts";
import type { Topic } from "./flag.ts";

/** Flags on WebSocket clients. */
export const WEBSOCKET: Topic = {
  title: "WebSocket clients",
  flags: [
    {
      name: "max-clients",
      ...COUNT,
      default: "1000",
      help: "most WebSocket clients at a time",
    },
    {
      name: "max-clients-per-address",
      ...COUNT,
      default: "1000",
      help: "most WebSocket clients of one address at a time",
    },
    {
      name: "max-message",
      ...bytes(128),
      default: "512K",
      help: "largest message from a WebSocket client; K and M may be used",
    },
    {
      name: "client-queue",
      ...bytes(1024),
      default: "1M",
      help: "bytes that may wait for a slow client before changes are merged",
    },
    {
      name: "client-stall-timeout",
      ...seconds(0.1),
      default: "30",
      help:
        "close a client that takes nothing of what waits for it for so long",
    },
    {
      name: "history",
      ...bytes(0),
      default: "4M",
      help: "memory for past changes, for clients that come back",
    },
  ],
};
