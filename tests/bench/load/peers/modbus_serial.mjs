/**
 * The peer modbus-serial + ws.
 * @module
 */
import { ready, require, serveFanOut } from "./fan_out.mjs";

const { ServerTCP } = require("modbus-serial");
const { port, registersWritten } = await serveFanOut();

const coils = new Uint8Array(65_536);
const registers = new Uint16Array(65_536);

const server = new ServerTCP({
  getCoil: (address) => coils[address] === 1,
  getMultipleHoldingRegisters: (address, count) => [
    ...registers.subarray(address, address + count),
  ],
  setRegisterArray(address, values) {
    registers.set(values, address);
    registersWritten(address, values);
  },
}, { host: "127.0.0.1", port: "0", unitID: 1 });

server.on("socketError", () => {});
// Its listener is not public, but the only way to learn which port it has got.
server.on("initialized", () => ready(server._server.address().port, port));
