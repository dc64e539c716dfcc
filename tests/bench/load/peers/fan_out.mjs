/**
 * What both peers have in common: a WebSocket server of npm's `ws` that tells
 * all clients of every write, in the form that our program has, and the start.
 * @module
 */
import { createRequire } from "node:module";

/** Loads packages from the folder that is the script's one argument. */
export const require = createRequire(`${process.argv[2]}/`);

/**
 * Starts the WebSocket server.
 *
 * @returns Its port, and what tells all clients that registers were written.
 */
export async function serveFanOut() {
  const { WebSocketServer, WebSocket } = require("ws");
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await new Promise((resolve) => server.on("listening", resolve));
  const registersWritten = (address, value) => {
    const text = JSON.stringify({
      type: "setHoldingRegisters",
      address,
      value,
    });
    for (const client of server.clients) {
      if (client.readyState === WebSocket.OPEN) client.send(text);
    }
  };
  return { port: server.address().port, registersWritten };
}

/** Says on which ports it serves. */
export function ready(modbus, ws) {
  // deno-lint-ignore no-console
  console.log(`ready ${modbus} ${ws}`);
}
