/**
 * The least a Modbus server on `Deno.listen` and a fan-out on `Deno.serve` can
 * do: read, parse, write, and one `send` per change and client. It has no bank
 * for other threads, no log, no limits and hardly a check: what it serves is
 * about what the runtime allows.
 * @module
 */
import { isWatched, ready, serveFanOut, tell } from "./deno_fan_out.ts";
import { serveModbus, valuesOf } from "./deno_modbus.ts";

const wsPort = serveFanOut();
const modbusPort = serveModbus((address, count) => {
  if (isWatched()) tell(address, valuesOf(address, count));
});
ready(modbusPort, wsPort);
