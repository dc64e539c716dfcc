/**
 * The peer jsmodbus + ws.
 * @module
 */
import net from "node:net";
import { ready, require, serveFanOut } from "./fan_out.mjs";

const modbus = require("jsmodbus");
const { port, registersWritten } = await serveFanOut();

const listener = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
});
const server = new modbus.server.TCP(listener, {
  // It copies all coils for every request: no more than the load needs.
  coils: Buffer.alloc(2048 / 8),
  holding: Buffer.alloc(65_536 * 2),
});
// It is emitted twice for a write, once with the registers instead of the request.
server.on("postWriteMultipleRegisters", (request) => {
  if (request.body === undefined) return;
  const { address, valuesAsArray } = request.body;
  registersWritten(address, [...valuesAsArray]);
});

listener.listen(0, "127.0.0.1", () => ready(listener.address().port, port));
