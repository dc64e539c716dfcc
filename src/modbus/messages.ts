/**
 * What the main thread and the Modbus thread say to each other. The data of
 * the clients never goes this way: it is in the bank's shared memory.
 * @module
 */
import type { LogLevel } from "../log.ts";
import type { ModbusOptions, ModbusServer } from "./server.ts";

/** From the main thread. */
export type ToWorker =
  | {
    /** Serve Modbus on the bank. The first message, once. */
    readonly type: "serve";
    /** Memory of the bank. */
    readonly bank: SharedArrayBuffer;
    /** The number to open the bank with. */
    readonly thread: number;
    /** Memory of the counters. */
    readonly counters: SharedArrayBuffer;
    /** How to serve. */
    readonly options: ModbusOptions;
  }
  | {
    /** Stop serving; see {@linkcode ModbusServer.stop}. */
    readonly type: "stop";
    /** Milliseconds. */
    readonly grace: number | undefined;
  };

/** From the Modbus thread. */
export type FromWorker =
  | {
    /** It listens. */
    readonly type: "listening";
    /** Where. */
    readonly addr: ModbusServer["addr"];
  }
  | {
    /** It can't listen. */
    readonly type: "failed";
    /** Name of the error, such as `AddrInUse`: a posted error would lose it. */
    readonly name: string;
    /** Its message. */
    readonly message: string;
  }
  | {
    /** A line for the log. */
    readonly type: "log";
    /** How serious. */
    readonly level: LogLevel;
    /** The line. */
    readonly text: string;
  }
  | {
    /** It has stopped serving. */
    readonly type: "stopped";
  };
