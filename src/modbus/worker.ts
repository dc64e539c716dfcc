/**
 * The Modbus thread: {@linkcode serveModbus} behind messages.
 * @module
 */
/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { Bank } from "../bank/bank.ts";
import { ModbusCounters } from "./counters.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { type ModbusServer, serveModbus } from "./server.ts";

let server: ModbusServer | undefined;

self.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "serve":
      return serve(data);
    case "clients": {
      const clients = await server?.clients() ?? [];
      return post({ type: "clients", question: data.question, clients });
    }
    case "stop":
      await server?.stop(data.grace);
      return post({ type: "stopped" });
  }
};

function serve(message: ToWorker & { type: "serve" }): void {
  const bank = Bank.open(message.bank, message.thread);
  const counters = new ModbusCounters(message.counters);
  const trace = message.trace && {
    take: (blocks: Uint8Array<ArrayBuffer>) =>
      self.postMessage({ type: "trace", blocks }, [blocks.buffer]),
    progress: new Int32Array(message.trace),
  };
  try {
    server = serveModbus(
      bank,
      message.options,
      (level, text) => post({ type: "log", level, text }),
      counters,
      trace,
    );
    post({ type: "listening", addr: server.addr });
  } catch (error) {
    const { name, message } = error as Error;
    post({ type: "failed", name, message });
  }
}

function post(message: FromWorker): void {
  self.postMessage(message);
}
