/**
 * The WebSocket side of the bare Deno loops: one `send` per change and client.
 * @module
 */

const sockets = new Set<WebSocket>();

/** Serves WebSocket clients on a port of loopback. Returns the port. */
export function serveFanOut(): number {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => sockets.add(socket);
      socket.onmessage = () => socket.send('{"type":"pong"}');
      socket.onclose = () => sockets.delete(socket);
      return response;
    },
  );
  return server.addr.port;
}

/** Whether anyone is there to be told. */
export function isWatched(): boolean {
  return sockets.size > 0;
}

/** Tells all clients of registers that were written. */
export function tell(address: number, value: readonly number[]): void {
  const text = JSON.stringify({ type: "setHoldingRegisters", address, value });
  for (const socket of sockets) socket.send(text);
}

/** Says on which ports it serves. */
export function ready(modbusPort: number, wsPort: number): void {
  // deno-lint-ignore no-console
  console.log(`ready ${modbusPort} ${wsPort}`);
}
