/**
 * The program as `src/main.ts` runs it, but for a Modbus thread that dies when
 * the process gets SIGUSR2, and its heap on stdout, after a collection of
 * garbage, at SIGUSR1. It is a process of its own, so that memory and
 * descriptors are its own.
 * @module
 */
import { start } from "../../src/app.ts";
import { openLog } from "../../src/log.ts";
import type { Order } from "../modbus/faulty_worker.ts";
import { testConfig } from "../testing/app.ts";
import { faultyModbusWorker } from "../testing/faulty_modbus.ts";
import { collectGarbage } from "../testing/gc.ts";

/** Short times, so that they are met often. */
const CONFIG = {
  modbusFrameTimeout: 1000,
  clientStallTimeout: 3000,
  clientQueue: 256 * 1024,
  modbusMaxConnections: 200,
  maxClients: 200,
};

// deno-lint-ignore no-console
const print = console.log;
// deno-lint-ignore no-console
const printError = console.error;

if (import.meta.main) {
  let worker: Worker | undefined;
  const spawn = () => worker = faultyModbusWorker();
  const log = openLog("error", "text", printError);
  const app = await start(testConfig(CONFIG), log, { spawn });
  Deno.addSignalListener("SIGUSR2", () => {
    worker?.postMessage({ type: "throw" } satisfies Order);
  });
  Deno.addSignalListener("SIGUSR1", async () => {
    await collectGarbage();
    const { heapUsed, external } = Deno.memoryUsage();
    print(`heap ${heapUsed + external}`);
  });
  Deno.addSignalListener("SIGTERM", async () => {
    await app.stop();
    Deno.exit(0);
  });
  const { modbusAddr, wsAddr } = app;
  print(`Modbus TCP  ${modbusAddr.hostname}:${modbusAddr.port}`);
  print(`WebSocket   ws://${wsAddr.hostname}:${wsAddr.port}/`);
  print("ready");
}
